/** Words of the credentials page: the list, the record, the forms around its fields. */

export * from './credential-fields.en';

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
  statusGroup: 'Status',
  more: 'More filters',
  addShort: 'Add',
  suspect: 'Suspect',
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
  tabs: { general: 'General', authentication: 'Authentication', expiry: 'Expiry', used_by: 'Used by', history: 'History', readiness: 'Readiness' },
  tabList: 'Parts of the record',
  readOnlyBadge: 'View only',
  signedIn: 'Signed in. Save keeps the sign-in',
  signedInText: 'The refresh token waits in memory and is stored with this record when you save it within 30 minutes. Closing the form or locking the vault drops it.',
  signInLost: 'The sign-in was not stored',
  signInLostText: 'The token endpoint, the client or the refresh token was changed after signing in, or half an hour went by. Press Fetch Token to sign in again.',
  reportCopied: 'The redacted report is on the clipboard.',
  transcriptSaved: 'Transcript saved',
  newTitle: (type: string) => `New ${type.toLowerCase()}`,
  owner: (owner: string) => `owner ${owner}`,
  notTested: 'Not tested',
  passedAt: (when: string) => `Passed ${when}`,
  warningAt: (when: string) => `Warnings ${when}`,
  failedAt: (when: string) => `Failed ${when}`,
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
  imported: 'Private key from the file',
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
  expires: (date: string, source: string) => `expires ${date} · ${source}`,
  expired: (date: string, source: string) => `expired ${date} · ${source}`,
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
  signature: 'Signed by',
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
  unnamed: 'the new credential',
  leave: 'Discard changes',
  stay: 'Keep editing',
} as const;

export const remove = {
  title: (name: string) => `Remove ${name}?`,
  text: 'Its settings, secrets and history are deleted from the vault. This cannot be undone.',
  usedBy: 'It is used by',
  refusedTitle: (name: string) => `${name} is in use`,
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
  entered: 'Dates of the record',
  known: 'Dates that programs learned',
  noteOf: (item: string) => `Note on ${item}`,
  muted: 'Muted: nobody is told of it.',
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
