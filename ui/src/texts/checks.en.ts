/** Words of the check result. */

export const stageStatus = {
  passed: 'passed',
  warning: 'warning',
  failed: 'failed',
  skipped: 'does not apply',
  not_reached: 'not reached',
  running: 'running',
  waiting: 'waiting',
} as const;

export const result = {
  region: 'Check result',
  running: 'Running',
  kinds: { connection: 'Test connection', email: 'Test email', token: 'Fetch Token', action: 'Test Action' },
  passed: { connection: 'The connection works', email: 'Accepted by the server', token: 'A token was fetched', action: 'The action was accepted' },
  warned: {
    connection: 'It works, with a warning',
    email: 'Accepted by the server, with a warning',
    token: 'A token was fetched, with a warning',
    action: 'The action was accepted, with a warning',
  },
  failed: 'The check failed',
  cancelled: 'Cancelled',
  cancelledText: 'You stopped the check. Nothing after the last stage shown is known.',
  couldNotRun: 'The check could not start',
  whatHappened: 'What happened',
  whatToDo: 'What to do',
  whoCanFix: 'Who can fix it',
  causes: 'Likely causes',
  rawReply: 'The reply',
  unknownReply: 'This reply is not in the catalogue. Here it is as it came.',
  probably: 'probably',
  source: (source: string) => `Source: ${source}`,
  cancel: 'Cancel',
  hide: 'Hide result',
  showLast: 'Show last result',
  copyReport: 'Copy report',
  copied: 'Copied',
  saveTranscript: 'Save transcript',
  transcript: 'Transcript',
  lines: (n: number) => (n === 1 ? '1 line' : `${n} lines`),
  notVerified: 'Not verified',
  notVerifiedText: 'The server’s certificate was not verified.',
  draft: 'Unsaved form',
  took: (time: string) => `took ${time}`,
  ms: (n: number) => (n < 1000 ? `${n} ms` : `${(n / 1000).toFixed(n < 10_000 ? 1 : 0)} s`),
  stages: 'Stages',
  warnings: 'Warnings',
  changes: 'Since it last worked',
  before: 'before',
  after: 'now',
  empty: 'No check yet',
  emptyText: 'Press a test button. The form is tested as it stands; nothing is saved.',
  copyCommands: 'Copy',
  earlier: (when: string) => `Last check, ${when}`,
} as const;

/** What can differ from the last time a check passed. */
export const changes: Record<string, string> = {
  record: 'This record',
  addresses: 'Addresses',
  peer: 'Address in use',
  tls_version: 'TLS version',
  cipher: 'Cipher',
  certificate: 'Server certificate',
  token_addresses: 'Addresses of the token server',
  token_peer: 'Address in use of the token server',
  token_tls_version: 'TLS version of the token server',
  token_cipher: 'Cipher of the token server',
  token_certificate: 'Certificate of the token server',
  software: 'Software',
  starttls: 'STARTTLS',
  capabilities: 'Capabilities',
  auth: 'Ways to sign in',
  audience: 'Token audience',
  issuer: 'Token issuer',
  roles: 'Token roles',
  scopes: 'Token scopes',
  lifetime: 'Token lifetime',
  reply: 'Reply',
};

export const signIn = {
  browserTitle: 'Sign in in your browser',
  browserText: 'A page has opened in your browser. When you have signed in there, this goes on by itself.',
  browserClosed: 'No browser could be started. Open the page yourself; when you have signed in there, this goes on by itself.',
  deviceTitle: 'Sign in with a code',
  deviceText: 'Open the page on any device and enter this code. This goes on by itself.',
  code: 'Code',
  page: 'Page',
  open: 'Open the page',
  openAgain: 'Open the page again',
  copy: 'Copy code',
  copied: 'Code copied',
  cancel: 'Cancel sign-in',
  left: (minutes: string) => `${minutes} left`,
  over: 'Time is up',
} as const;

export const from = { client: 'Credenza', server: 'Server', note: 'Note' } as const;

export const certificate = {
  title: 'Certificates',
  leaf: 'Server certificate',
  issuerCert: 'Issuer certificate',
  subject: 'Subject',
  issuer: 'Issuer',
  validFrom: 'Valid from',
  validUntil: 'Valid until',
  names: 'Names',
  key: 'Key',
  fingerprint: 'SHA-256',
  problem: 'Problem',
  protocol: 'Protocol',
  pin: 'Use this certificate…',
  trusted: 'This record trusts another certificate:',
  rules: {
    expired: 'Expired',
    not_yet_valid: 'Not valid yet',
    wrong_name: 'For another name',
    unknown_issuer: 'Unknown issuer',
    incomplete_chain: 'Its issuer was not sent',
    self_signed: 'Self-signed',
    not_the_given_certificate: 'Not the certificate this record trusts',
    revoked: 'Revoked',
    bad_signature: 'Wrong signature',
    weak: 'Too weak',
    wrong_purpose: 'Not for servers',
    unreadable: 'Unreadable',
    no_roots: 'No authorities on this computer',
    other: 'Not accepted',
  } as Record<string, string>,
} as const;

export const probes = {
  attempts: 'Addresses tried',
  family: 'Family',
  address: 'Address',
  outcome: 'Outcome',
  time: 'Time',
  outcomes: {
    connected: 'connected',
    refused: 'refused: port closed',
    'no answer': 'no answer: filtered or off',
    unreachable: 'no route',
    reset: 'reset',
    'forbidden by this machine': 'forbidden by this computer',
    failed: 'failed',
  } as Record<string, string>,
  offers: 'Offered by the server',
  beforeTls: 'Before TLS',
  afterTls: 'After TLS',
  offered: 'yes',
  notOffered: 'no',
} as const;

export const token = {
  type: 'Type',
  lifetime: 'Lifetime',
  expires: 'Expires',
  scope: 'Scope',
  masked: 'Token',
  claims: 'Claims',
  claim: 'Claim',
  value: 'Value',
  opaque: 'The token has no readable claims.',
  noExpiry: 'not stated by the server',
  minutes: (n: number) => (n < 120 ? `${n} minutes` : n < 2880 ? `${Math.round(n / 60)} hours` : `${Math.round(n / 1440)} days`),
  reveal: 'Reveal token',
  claimNames: {
    aud: 'Audience', iss: 'Issuer', tid: 'Tenant', appid: 'Application', azp: 'Application', roles: 'Roles', scp: 'Scope',
    exp: 'Expires', iat: 'Issued', nbf: 'Not before', sub: 'Subject', oid: 'Object', upn: 'User', ver: 'Version', app_displayname: 'Application name',
  } as Record<string, string>,
} as const;

export const http = { status: 'Status', headers: 'Headers', body: 'Body', bodyEmpty: 'The body is empty.', header: 'Header', value: 'Value' } as const;

export const mail = {
  accepted: (reply: string) => `Accepted by the server: ${reply}`,
  messageId: 'Message ID',
  note: 'Accepted means the server took it. Whether it reaches the mailbox is up to the servers after it.',
} as const;

export const evidence: Record<string, string> = {
  addresses: 'Addresses', peer: 'Peer', lines: 'Reply lines', capabilities: 'Capabilities', offered: 'Offered', mechanisms: 'Methods', tried: 'Tried',
  version: 'Version', cipher: 'Cipher', reply: 'Reply', status: 'Status', banner: 'Banner',
};
