import type { CheckKind, CredentialType, ExpirySource, Outcome, Role, StageName } from '../../backend/types';

export const common = {
  product: 'Credenza',
  add: 'Add',
  back: 'Back',
  cancel: 'Cancel',
  clearSearch: 'Clear search',
  close: 'Close',
  continue: 'Continue',
  copy: 'Copy',
  delete: 'Delete',
  discard: 'Discard',
  dismiss: 'Dismiss',
  done: 'Done',
  edit: 'Edit',
  error: 'Error',
  loading: 'Loading…',
  notices: 'Notices',
  open: 'Open',
  remove: 'Remove',
  retry: 'Try again',
  save: 'Save',
  show: 'Show',
  hide: 'Hide',
  warning: 'Warning',
};
export const problems = {
  internal: 'Something in Credenza went wrong',
};
export const types: Record<CredentialType, string> = {
  mail_server: 'Mail server',
  outbound_server: 'Outbound server',
  app_registration: 'App registration',
  webhook: 'Webhook',
  secret: 'Secret',
};
export const stages: Record<StageName, string> = {
  input: 'Input',
  resolve: 'Resolve',
  connect: 'Connect',
  proxy: 'Proxy',
  tls: 'TLS',
  greeting: 'Greeting',
  token: 'Token',
  token_content: 'Token content',
  authenticate: 'Authenticate',
  permission: 'Permission',
  action: 'Action',
};
export const who: Record<string, string> = {
  you: 'You',
  mailbox_owner: 'Mailbox owner',
  entra_admin: 'Entra administrator',
  exchange_admin: 'Exchange administrator',
  google_admin: 'Google Workspace administrator',
  mail_admin: 'Mail administrator',
  server_owner: 'Owner of the server',
  network_team: 'Network team',
  provider: 'The provider',
};
export const outcomes: Record<Outcome, string> = { passed: 'Passed', warning: 'Passed with warnings', failed: 'Failed' };
export const kinds: Record<CheckKind, string> = {
  connection: 'Test connection',
  email: 'Send test email',
  token: 'Fetch Token',
  action: 'Test Action',
  inventory: 'Read from Entra',
};
export const roles: Record<Role, string> = { administrator: 'Administrator', helpdesk: 'Helpdesk' };
export const sources: Record<ExpirySource, string> = {
  reported: 'reported by the provider',
  certificate: 'read from the certificate',
  entered: 'entered by hand',
  estimated: 'estimated',
};
