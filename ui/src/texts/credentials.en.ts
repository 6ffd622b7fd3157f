/** Words of the credential screens: fields, record, add. One object so that a translation is one file. */

export interface FieldText {
  readonly label: string;
  readonly help: string;
  readonly placeholder?: string;
}

export const typeNames = {
  mail_server: 'Mail server',
  outbound_server: 'Outbound server',
  app_registration: 'App registration',
  webhook: 'Webhook',
  secret: 'Secret',
} as const;

export const typeHelp = {
  mail_server: 'Sends mail over SMTP: Exchange Online, Gmail, Amazon SES, or a relay of your own.',
  outbound_server: 'An HTTP or HTTPS interface your systems call: ServiceNow, Jira, an appliance.',
  app_registration: 'An OAuth 2.0 client, such as an app in Entra ID, that fetches tokens.',
  webhook: 'An address that takes a JSON message: Teams, Slack, IT Glue, PagerDuty.',
  secret: 'Anything else that expires: an API key, an app password, a licence, a certificate.',
} as const;

export const fieldTexts = {
  name: { label: 'Name', help: 'How jobs and people refer to it. Must be unique.' },
  description: { label: 'Description', help: 'What it is for, so that the next person knows.' },
  owner: { label: 'Owner', help: 'The person or team to ask.' },
  location: { label: 'Location', help: 'Where the system that uses it stands.' },
  notes: { label: 'Notes', help: 'Anything worth remembering. Not for passwords.' },
  tags: { label: 'Tags', help: 'Words to filter by, separated by commas.' },
  class: { label: 'Protection', help: 'Sealed: a helpdesk passphrase cannot decrypt it. Usable: helpdesk can test with it.' },
  host: { label: 'Host address', help: 'Name or IP address of the server, without a protocol.' },
  secretHost: { label: 'Host address', help: 'Where it is used, if it belongs to one system.' },
  port: { label: 'Port', help: 'Leave blank for the usual port.' },
  certificateCheck: { label: 'Verify certificate', help: '' },
  clientCertificate: { label: 'Client certificate', help: 'PEM text. Only if the server asks for one.' },
  clientKey: { label: 'Private key', help: 'PEM text of the key that belongs to the certificate.' },
  proxyUrl: {
    label: 'Proxy server',
    help: 'Used for every call of this record, token requests too.',
    placeholder: 'http://proxy.example.com:3128',
  },
  proxyUser: { label: 'Proxy user name', help: 'Only if the proxy asks for one.' },
  proxyPassword: { label: 'Proxy password', help: 'Only if the proxy asks for one.' },
  tls: { label: 'Encryption', help: 'STARTTLS is usual on port 587, TLS from the start on 465.' },
  sender: {
    label: 'Email address',
    help: 'The sender of mail. Without it every mail must name its own sender.',
    placeholder: 'alerts@example.com',
  },
  allowClear: {
    label: 'Allow the password in clear',
    help: 'Sends it readable for anyone on the way. The record is flagged.',
  },
  method: { label: 'Method', help: '' },
  username: { label: 'User name', help: 'As the server knows it, often the whole email address.' },
  mailboxUser: { label: 'User name', help: 'The mailbox to sign in as, usually its email address.' },
  password: { label: 'Password', help: 'Stored encrypted. Only its last four characters are shown.' },
  passwordKind: {
    label: 'Kind of password',
    help: 'With two-factor sign-in most providers want an app password; the user name stays the same.',
  },
  mechanisms: { label: 'Sign-in methods', help: 'Tried strongest first, only what the server offers.' },
  token: { label: 'Token', help: 'Sent as “Authorization: Bearer …”. Takes precedence over a token script.' },
  tokenScript: {
    label: 'Token Script',
    help: 'Full path of a program that prints the token, and only the token.',
    placeholder: '/var/tmp/token_script.sh',
  },
  oauthSource: { label: 'Token from', help: '' },
  sharedCredential: { label: 'App registration', help: 'Its token settings and secrets are used.' },
  grant: { label: 'Grant', help: '' },
  tokenUrl: {
    label: 'Access Token URL',
    help: 'Where a token is requested.',
    placeholder: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
  },
  authorizeUrl: { label: 'Authorization URL', help: 'Where a person signs in.' },
  deviceUrl: { label: 'Device code URL', help: 'Where a device code is requested.' },
  clientId: { label: 'Client ID', help: 'In Entra: the Application (client) ID.' },
  clientSecret: { label: 'Client Secret', help: 'In Entra: the secret’s Value, not its Secret ID.' },
  clientAuth: { label: 'Client authentication', help: 'How the client proves itself to the token server.' },
  assertionCertificate: { label: 'Certificate', help: 'PEM text of the certificate registered for the app.' },
  assertionKey: { label: 'Certificate key', help: 'PEM text of its private key.' },
  scope: { label: 'Scope', help: 'Optional. For Entra client credentials it ends in /.default.' },
  audience: { label: 'Audience', help: 'Optional. Only if the token server asks for it.' },
  loginUser: { label: 'Login user name', help: 'The account the token is fetched for.' },
  loginPassword: { label: 'Login password', help: 'An account with multi-factor sign-in cannot use this grant.' },
  refreshToken: { label: 'Refresh Token', help: 'Takes the place of user name and password.' },
  extra: { label: 'Extra parameters', help: 'Sent with the token request, such as resource.' },
  protocol: { label: 'Protocol', help: '' },
  basePath: { label: 'Base path', help: 'Put before every path that is called.', placeholder: '/api' },
  testMethod: { label: 'Test method', help: '' },
  testPath: { label: 'Test path', help: 'What Test connection requests. It should change nothing.', placeholder: '/health' },
  testStatus: { label: 'Expected status', help: 'Separated by commas. Blank: any 2xx or 3xx.', placeholder: '200' },
  headers: { label: 'HTTP headers', help: '' },
  tenantId: { label: 'Tenant ID', help: 'Directory (tenant) ID; fills the token URL.' },
  applicationId: { label: 'Application ID', help: 'Application (client) ID.' },
  principalId: {
    label: 'Principal ID',
    help: 'Enterprise application object ID, not the app registration’s object ID.',
  },
  targetClientId: { label: 'Target API client ID', help: 'The API to call; its scope is api://{ID}/.default.' },
  webhookMethod: { label: 'Request method', help: '' },
  webhookPath: { label: 'Path', help: 'With the query. Whoever knows it can send, so it is kept secret.' },
  payload: { label: 'Payload', help: 'Type [ in a value to pick a placeholder.' },
  signature: { label: 'Signature', help: 'Standard Webhooks lets the receiver prove who sent the message.' },
  signingSecret: { label: 'Signing secret', help: 'Shared with the receiver.', placeholder: 'whsec_…' },
  expiries: { label: 'Expiry dates', help: '' },
  value: { label: 'Value', help: 'Stored encrypted. Only its last four characters are shown.' },
} as const satisfies Record<string, FieldText>;

export type FieldTextKey = keyof typeof fieldTexts;

export const choiceTexts = {
  tls: { none: 'None', starttls: 'STARTTLS', implicit: 'TLS' },
  mailMethod: { none: 'None', password: 'Password', oauth2: 'OAuth 2.0' },
  outboundMethod: { none: 'None', basic: 'Basic', oauth2: 'OAuth 2.0', bearer: 'Bearer' },
  methodHelp: {
    'mail:none': 'The server takes mail without a sign-in, as relays inside a network do.',
    'mail:password': 'User name and password, by CRAM-MD5, PLAIN or LOGIN.',
    'mail:oauth2': 'A token is fetched first and used to sign in (XOAUTH2).',
    'http:none': 'No sign-in. HTTP headers may still carry a key.',
    'http:basic': 'Verified by user name and password.',
    'http:oauth2': 'Verified according to OAuth 2.0: a token is fetched first.',
    'http:bearer': 'Verified by a token you store, or one that a script fetches.',
  } as Record<string, string>,
  passwordKind: { main: 'Account password', app_password: 'App password' },
  protocol: { https: 'HTTPS', http: 'HTTP' },
  oauthSource: { own: 'This record', shared: 'An app registration' },
  grant: {
    client_credentials: 'Client credentials',
    password: 'Password',
    refresh_token: 'Refresh token',
    authorization_code: 'Browser sign-in',
    device_code: 'Device code',
  },
  grantHelp: {
    client_credentials: 'The app signs in as itself. Usual for servers.',
    password: 'Resource owner password: an account’s name and password are sent. Fails with multi-factor sign-in.',
    refresh_token: 'A refresh token takes the place of user name and password.',
    authorization_code: 'A person signs in once in the browser.',
    device_code: 'A person enters a short code on another device.',
  } as Record<string, string>,
  clientAuth: { post: 'Secret in the form', basic: 'Secret as Basic header', private_key_jwt: 'Certificate', none: 'None' },
  class: { usable: 'Usable', sealed: 'Sealed' },
  signature: { automatic: 'With the signing secret', none: 'None', standard_webhooks: 'Standard Webhooks' },
  verify: { disable: 'Disable', enable: 'Enable', certificate: 'Certificate' },
  verifyHelp: {
    disable: 'Any certificate is accepted, also an attacker’s. Every result says “Not verified”.',
    enable: 'For certificates from a well-known company or your system’s own store.',
    certificate: 'Only this certificate, or one it signed, is accepted. For self-signed servers.',
  } as Record<string, string>,
} as const;

export const errors = {
  required: (label: string) => `${label} is required.`,
  hostHasScheme: 'Enter only the name or address, without http:// or a path.',
  hostBlank: 'A host address has no blanks.',
  hostShape: 'This is not a host name or an IP address.',
  port: 'A port is a number from 1 to 65535.',
  email: 'This is not an email address.',
  url: 'This is not a web address. It begins with https:// or http://.',
  urlClear: 'This address is not encrypted: secrets sent to it can be read on the way.',
  urlBraces: 'Replace the part in braces with your own value.',
  proxy: 'Begins with http://, https://, socks5:// or socks5h://.',
  path: 'A path begins with /.',
  script: 'Enter the full path, such as /var/tmp/token_script.sh or C:\\scripts\\token.cmd.',
  status: 'Status codes are numbers from 100 to 599, separated by commas.',
  tooLong: (label: string, most: number) => `${label} is longer than ${most} characters.`,
  mask: 'This is the mask, not the secret. Leave it to keep the stored value.',
  headerName: 'A header name has letters, digits and -, no blanks.',
  headerTwice: (name: string) => `${name} is there twice.`,
  keyTwice: (key: string) => `The key ${key} is there twice.`,
  keyBlank: 'A pair needs a key.',
  placeholder: (name: string) => `[${name}] is not a placeholder.`,
  pem: 'Paste PEM text: it begins with -----BEGIN.',
  secretHeaderRenamed: 'Enter the value again: a stored secret does not follow to another header name.',
  webhookUrl: 'Paste the whole address, beginning with https:// or http://.',
} as const;

export const pasteHints = {
  blanks: 'Blanks or line breaks around it were pasted too. They are rarely part of a secret.',
  quotes: 'It stands in quotes. They are rarely part of a secret.',
  guid: 'This looks like Entra’s Secret ID. What is needed is the secret’s Value, shown once when it is made.',
  bearer: 'It begins with “Bearer”. Only the token itself belongs here.',
  appPasswordBlanks: 'Google shows app passwords with blanks. Enter it without them.',
  control: 'There is an invisible character in it.',
  fix: 'Clean it',
} as const;

export const list = {
  title: 'Credentials',
  add: 'Add credential',
  search: 'Search credentials',
  searchHint: '/',
  all: 'All',
  failing: 'Failing',
  expiring: 'Expiring',
  untested: 'Not tested',
  type: 'Type',
  anyType: 'Any type',
  tag: 'Tag',
  anyTag: 'Any tag',
  notVerified: 'Not verified',
  clearText: 'Clear text',
  expired: 'Expired',
  days: (n: number) => (n === 0 ? 'Today' : n === 1 ? '1 day' : `${n} days`),
  status: { passed: 'Passed', warning: 'Warning', failed: 'Failing', untested: 'Not tested' },
  notTested: 'not tested',
  expires: (date: string) => `expires ${date}`,
  emptyTitle: 'No credentials yet',
  emptyText: 'Keep the sign-ins your systems use here: test each with one button and be warned before it expires.',
  noneFound: 'Nothing matches',
  noneFoundText: 'No credential fits the search and filters.',
  clearFilters: 'Clear filters',
  pickTitle: 'Choose a credential',
  pickText: 'Its settings, checks and history appear here. Arrow keys move through the list, / searches.',
  count: (n: number) => (n === 1 ? '1 credential' : `${n} credentials`),
  loading: 'Loading credentials',
} as const;

export const record = {
  tabs: { general: 'General', authentication: 'Authentication', expiry: 'Expiry', used_by: 'Used by', history: 'History' },
  newTitle: (type: string) => `New ${type.toLowerCase()}`,
  owner: (owner: string) => `owner ${owner}`,
  notTested: 'Not tested',
  passedAt: (when: string) => `Passed ${when}`,
  warningAt: (when: string) => `Warning ${when}`,
  failedAt: (when: string) => `Failing since ${when}`,
  unsaved: 'Unsaved changes',
  save: 'Save',
  saved: 'Saved',
  discard: 'Discard',
  remove: 'Remove',
  cancel: 'Cancel',
  close: 'Close',
  sendTest: 'Send test email',
  fetchToken: 'Fetch Token',
  testAction: 'Test Action',
  testConnection: 'Test connection',
  actions: 'Actions',
  details: 'Details',
  connection: 'Connection',
  connectionNone: 'No proxy, no client certificate',
  connectionProxy: 'Proxy',
  connectionClient: 'client certificate',
  advanced: 'Advanced',
  general: 'General',
  authentication: 'Authentication',
  testRequest: 'Test request',
  message: 'Message',
  noAuthentication: 'A webhook has no sign-in of its own: its address is the secret. A signature can be added.',
  readOnly: 'Helpdesk can test this credential but not change it.',
  notes: 'Provider notes',
  loading: 'Loading the record',
  unlinked: 'This credential is not there any more.',
  portDefault: (port: number) => `${port} (default)`,
  fixFirst: (n: number) => (n === 1 ? 'One field needs your attention.' : `${n} fields need your attention.`),
  changedElsewhere: 'Someone else saved this record meanwhile. Reload it, then make your change again.',
  reload: 'Reload',
} as const;

export const secretField = {
  replace: 'Replace',
  clear: 'Clear',
  reveal: 'Reveal',
  keep: 'Keep the stored value',
  undo: 'Undo',
  show: 'Show what is typed',
  hide: 'Hide what is typed',
  willClear: 'Will be removed when you save.',
  replaceOf: (label: string) => `Replace ${label}`,
  clearOf: (label: string) => `Clear ${label}`,
  revealOf: (label: string) => `Reveal ${label}`,
  stored: (mask: string) => `Stored value ${mask}`,
} as const;

export const auth = {
  precedence: 'Token and token script are both given: the token takes precedence, the script is not started.',
  clearRefused: 'A password over an unencrypted connection is refused unless an administrator allows it below.',
  fillTenant: 'Fill the token URL from the tenant',
  tenant: 'Tenant',
  fill: 'Fill in',
  tenantHelp: 'Tenant ID or domain of your organisation in Entra.',
  useShared: 'Use an app registration',
  noShared: 'There is no app registration yet. Add one first, or keep the settings in this record.',
  choose: 'Choose…',
  allMechanisms: 'All',
  mfa: 'Accounts with multi-factor sign-in cannot use this grant.',
  scriptNotice: 'Scripts run only if Settings allows them.',
} as const;

export const headersEditor = {
  add: 'Add header',
  name: 'Header name',
  value: 'Header value',
  secret: 'Secret',
  remove: (name: string) => `Remove header ${name || ''}`.trim(),
  line: 'As one line',
  rows: 'As rows',
  lineHelp: 'Separated by commas. A comma starts a new header only when a name and a colon follow.',
  lineSecret: 'Secret values are shown masked here and kept.',
  apply: 'Apply',
  kept: 'stored',
} as const;

export const payloadEditor = {
  add: 'Add pair',
  addParameter: 'Add parameter',
  key: 'Key',
  value: 'Value',
  remove: (key: string) => `Remove pair ${key || ''}`.trim(),
  preview: 'Preview',
  previewNote: 'With sample values',
  placeholders: 'Placeholders',
  url: 'Webhook URL',
  urlHelp: 'Paste the whole address here: it is split into host and secret path.',
  urlPlaceholder: 'https://hooks.example.com/…',
} as const;

export const placeholderHelp = {
  resource_url: 'address of the record',
  resource_name: 'name of the resource',
  credential_name: 'name of this credential',
  event: 'what happened',
  time: 'when, in UTC',
} as const;

export const verify = {
  browse: 'Browse…',
  useShown: 'Use the certificate the server just showed',
  paste: 'PEM text',
  subject: 'Subject',
  issuer: 'Issuer',
  validUntil: 'Valid until',
  validFrom: 'Valid from',
  fingerprint: 'SHA-256 fingerprint',
  names: 'Names',
  key: 'Key',
  none: 'No certificate chosen yet.',
  chosen: 'Only this certificate is accepted',
  remove: 'Remove certificate',
  dialogTitle: 'Trust this certificate?',
  dialogText: 'Compare the fingerprint with what the server’s owner tells you, by another way than this connection.',
  confirmRead: 'I have compared the fingerprint',
  trust: 'Use this certificate',
} as const;

export const sendTest = {
  title: 'Send a test email',
  to: 'To',
  toHelp: 'Who receives it. Several addresses are separated by commas.',
  from: 'From',
  fromHelp: 'This record has no email address of its own, so the sender is needed here.',
  send: 'Send',
  note: 'Sends one real message with what is in the form. Nothing is saved.',
} as const;

export const rebind = {
  title: 'Send the stored secrets to the new address?',
  text: 'You changed where this record connects to. Its stored secrets were entered for the old address and would go to the new one.',
  confirm: 'Send them there',
  alternative: 'Or replace the secrets first.',
} as const;

export const leave = {
  title: 'Leave without saving?',
  text: (name: string) => `Your changes to ${name} are not saved.`,
  leave: 'Discard changes',
  stay: 'Keep editing',
} as const;

export const remove = {
  title: (name: string) => `Remove ${name}?`,
  text: 'Its settings, secrets and history are deleted from the vault. This cannot be undone.',
  usedBy: 'It is used by',
  refused: 'It cannot be removed while these use it. Change them first.',
  confirm: 'Remove credential',
} as const;

export const add = {
  title: 'Add a credential',
  chooseType: 'What kind?',
  choosePreset: 'Which provider?',
  search: 'Search providers',
  empty: 'Start empty',
  emptyText: 'A blank form with only the fields that apply.',
  back: 'Back',
  none: 'No provider of that name. Start empty and fill in what you know.',
  unverified: 'probably',
  appliance: 'Appliance',
  applianceText: 'For devices with a certificate of their own: starts without verifying it.',
  useThis: 'Use this',
} as const;

export const expiry = {
  item: 'What expires',
  on: 'Expires on',
  source: 'Source',
  note: 'Note',
  sources: { reported: 'Reported', certificate: 'Certificate', entered: 'Entered', estimated: 'Estimated' },
  sourceHelp: {
    reported: 'told by the provider',
    certificate: 'read from the certificate',
    entered: 'entered by a person',
    estimated: 'worked out from how long such things usually last',
  } as Record<string, string>,
  add: 'Add date',
  remove: (item: string) => `Remove date of ${item}`,
  emptyTitle: 'No expiry known',
  emptyText: 'Enter a date for what stops working one day. Certificates and tokens add theirs when a check sees them.',
  inDays: (n: number) => (n < 0 ? `${-n} ${n === -1 ? 'day' : 'days'} ago` : n === 0 ? 'today' : n === 1 ? 'tomorrow' : `in ${n} days`),
  entered: 'Dates you entered',
  known: 'Known dates',
} as const;

export const usedBy = {
  open: 'Open',
  emptyTitle: 'Nothing uses it yet',
  emptyText: 'Records and jobs that refer to this credential are listed here.',
} as const;

export const history = {
  kinds: { added: 'Added', edited: 'Edited', removed: 'Removed' },
  by: (who: string) => `by ${who}`,
  emptyTitle: 'No history',
  emptyText: 'Every saved change is listed here: who, when, which fields. Values are never kept.',
  secretsNever: 'Values are never kept in the history.',
} as const;
