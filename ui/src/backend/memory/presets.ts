import type { Draft, Preset } from '../types';

type Short = Pick<Preset, 'id' | 'name' | 'kind' | 'credential_type'> & Partial<Preset> & { draft: Draft };

function preset(short: Short): Preset {
  return { host: '', port: null, tls: '', auth_methods: [], token_url: '', auth_url: '', base_url: '', scopes: [], notes: '', verified: true, ...short };
}
const microsoft = 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token';

export const PRESETS: readonly Preset[] = [
  preset({ id: 'exo-smtp-oauth-app', name: 'Exchange Online SMTP (app-only OAuth)', kind: 'smtp', credential_type: 'mail_server', host: 'smtp.office365.com', port: 587, tls: 'starttls', auth_methods: ['XOAUTH2'], token_url: microsoft, scopes: ['https://outlook.office365.com/.default'], notes: 'Client credentials; the mailbox must let the application in.', draft: { type: 'mail_server', host: 'smtp.office365.com', port: 587, tls: 'starttls', auth: { method: 'oauth2', username: '', oauth2: { grant: 'client_credentials', token_url: microsoft, client_id: '', scope: 'https://outlook.office365.com/.default' } } } }),
  preset({ id: 'exo-smtp-password', name: 'Exchange Online SMTP (user name and password)', kind: 'smtp', credential_type: 'mail_server', host: 'smtp.office365.com', port: 587, tls: 'starttls', auth_methods: ['LOGIN'], notes: 'Off by default for existing tenants at the end of December 2026.', draft: { type: 'mail_server', host: 'smtp.office365.com', port: 587, tls: 'starttls', auth: { method: 'password', username: '' } } }),
  preset({ id: 'gmail-app-password', name: 'Gmail (app password)', kind: 'smtp', credential_type: 'mail_server', host: 'smtp.gmail.com', port: 587, tls: 'starttls', auth_methods: ['PLAIN', 'LOGIN'], notes: 'Needs two-step verification and an app password.', draft: { type: 'mail_server', host: 'smtp.gmail.com', port: 587, tls: 'starttls', auth: { method: 'password', username: '', password_kind: 'app_password' } } }),
  preset({ id: 'ses-smtp', name: 'Amazon SES', kind: 'smtp', credential_type: 'mail_server', host: 'email-smtp.eu-west-1.amazonaws.com', port: 465, tls: 'implicit', auth_methods: ['PLAIN', 'LOGIN'], notes: 'SMTP credentials differ from access keys.', draft: { type: 'mail_server', host: 'email-smtp.eu-west-1.amazonaws.com', port: 465, tls: 'implicit', auth: { method: 'password', username: '' } } }),
  preset({ id: 'sendgrid-smtp', name: 'Twilio SendGrid', kind: 'smtp', credential_type: 'mail_server', host: 'smtp.sendgrid.net', port: 587, tls: 'starttls', auth_methods: ['PLAIN', 'LOGIN'], notes: 'The user name is the word apikey.', draft: { type: 'mail_server', host: 'smtp.sendgrid.net', port: 587, tls: 'starttls', auth: { method: 'password', username: 'apikey' } } }),
  preset({ id: 'entra-app', name: 'Microsoft Entra ID application', kind: 'oauth2', credential_type: 'app_registration', token_url: microsoft, scopes: ['https://graph.microsoft.com/.default'], notes: 'Scopes of client credentials end in /.default.', draft: { type: 'app_registration', oauth2: { grant: 'client_credentials', token_url: microsoft, client_id: '', scope: 'https://graph.microsoft.com/.default' } } }),
  preset({ id: 'servicenow', name: 'ServiceNow', kind: 'http', credential_type: 'outbound_server', base_url: 'https://{instance}.service-now.com/api/now', draft: { type: 'outbound_server', host: '', protocol: 'https', base_path: '/api/now', auth: { method: 'basic', username: '' } } }),
  preset({ id: 'appliance', name: 'Appliance with a self-signed certificate', kind: 'http', credential_type: 'outbound_server', notes: 'Starts without certificate verification.', draft: { type: 'outbound_server', host: '', protocol: 'https', certificate_check: { mode: 'disable' }, auth: { method: 'none' } } }),
  preset({ id: 'pagerduty', name: 'PagerDuty events', kind: 'webhook', credential_type: 'webhook', host: 'events.pagerduty.com', draft: { type: 'webhook', host: 'events.pagerduty.com', method: 'POST' } }),
];
