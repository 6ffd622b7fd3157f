import type { CheckKind, Credential, Flag, Outcome, StageName } from '../types';

/** One sample record: what is stored, and what is known about it. Days and minutes count from now. */
export interface Sample {
  credential: Credential;
  flags?: Flag[];
  lastCheck?: { minutesAgo: number; kind: CheckKind; outcome: Outcome; headline: string; failedStage?: StageName; durationMs: number };
  expiresInDays?: [item: string, days: number, source: 'reported' | 'certificate' | 'entered' | 'estimated', note?: string][];
  usedBy?: [name: string, how: string][];
}

const entra = 'https://login.microsoftonline.com/9b1c7f3e-52d1-4a0e-8f56-1d2c3b4a5e6f/oauth2/v2.0/token';

export const SAMPLES: readonly Sample[] = [
  {
    credential: {
      type: 'mail_server', name: 'Exchange Online: alerts', description: 'Sends ERP and import warnings', host: 'smtp.office365.com', port: 587, tls: 'starttls', owner: 'Infrastructure', tags: ['m365', 'erp'], sender: 'alerts@contoso.com', location: 'Cloud', notes: 'Set up with the Exchange team in May.',
      auth: { method: 'oauth2', username: 'alerts@contoso.com', oauth2: { grant: 'client_credentials', token_url: entra, client_id: '8f1c2d0e-6d1b-4a52-9a0f-2c4b6c1d77aa', client_secret: '****k9Qz', scope: 'https://outlook.office365.com/.default' } },
    },
    lastCheck: { minutesAgo: 8, kind: 'email', outcome: 'failed', headline: 'The token is fine, but this mailbox has not let the app in yet', failedStage: 'authenticate', durationMs: 396 },
    expiresInDays: [['Client Secret', 71, 'reported'], ['TLS certificate of smtp.office365.com', 264, 'certificate']],
    usedBy: [['ERP nightly report', 'sends through it'], ['Import warnings', 'sends through it'], ['Backup report', 'sends through it'], ['Licence reminder', 'sends through it']],
  },
  {
    credential: { type: 'outbound_server', name: 'SecureChange → ServiceNow', description: 'Opens change tickets', host: 'contoso.service-now.com', protocol: 'https', base_path: '/api/now', owner: 'Network', tags: ['itsm'], test_request: { method: 'GET', path: '/table/incident?sysparm_limit=1', expect_status: [200] }, auth: { method: 'basic', username: 'svc-tufin', password: '****x7Lm' } },
    lastCheck: { minutesAgo: 2, kind: 'connection', outcome: 'passed', headline: '200 in 184 ms', durationMs: 184 },
    expiresInDays: [['Password', 122, 'entered', 'rotated with the quarter']],
  },
  {
    credential: { type: 'webhook', name: 'IT Glue password workflow', description: 'Rotates local administrator passwords', host: 'hooks.quickpass.example', path: '****8f2a', method: 'POST', owner: 'Helpdesk', tags: ['msp'], payload: [{ key: 'asset', value: '{{asset_name}}' }, { key: 'user', value: '{{username}}' }] },
    flags: ['expiring'],
    lastCheck: { minutesAgo: 190, kind: 'action', outcome: 'warning', headline: 'Accepted with 202; the token expires in 29 days', durationMs: 268 },
    expiresInDays: [['Trigger token', 29, 'estimated', 'one year after creation']],
  },
  {
    credential: { type: 'app_registration', name: 'Entra: IQX mailbox reader', description: 'Reads the import mailbox through Graph', host: '', owner: 'Infrastructure', tags: ['m365'], tenant_id: '9b1c7f3e-52d1-4a0e-8f56-1d2c3b4a5e6f', application_id: '1c6e9b70-7b1d-4f4e-9d07-0a5f3bb0b1a4', oauth2: { grant: 'client_credentials', token_url: entra, client_id: '1c6e9b70-7b1d-4f4e-9d07-0a5f3bb0b1a4', client_secret: '****~7Rp', scope: 'https://graph.microsoft.com/.default' } },
    flags: ['expiring'],
    lastCheck: { minutesAgo: 61, kind: 'token', outcome: 'passed', headline: 'Token for 59 minutes, role Mail.Read', durationMs: 231 },
    expiresInDays: [['Client Secret', 6, 'reported', 'ask Infrastructure for a new one']],
    usedBy: [['Import of supplier orders', 'reads mail with it'], ['Exchange Online: invoices', 'takes its token from it'], ['Scan inbox', 'reads mail with it']],
  },
  {
    credential: { type: 'mail_server', name: 'Scan-to-mail relay', description: 'Printers on floor 2 and 3', host: '10.20.0.25', port: 25, tls: 'none', allow_clear: true, owner: 'Facilities', tags: ['on-prem'], sender: 'scanner@contoso.com', auth: { method: 'password', username: 'scanner', password: '****', mechanisms: ['LOGIN'] } },
    flags: ['clear_text'],
    lastCheck: { minutesAgo: 1500, kind: 'connection', outcome: 'warning', headline: 'Works, but the password crosses the network in clear', durationMs: 41 },
  },
  {
    credential: { type: 'secret', name: 'Jira Cloud API token', description: 'Used by the release job', owner: 'Development', tags: ['ci'], value: '****Gd3w' },
    expiresInDays: [['API token', 113, 'entered']],
    usedBy: [['Release notes', 'reads it as JIRA_TOKEN']],
  },
  {
    credential: { type: 'mail_server', name: 'Amazon SES eu-west-1', description: 'Customer notifications', host: 'email-smtp.eu-west-1.amazonaws.com', port: 465, tls: 'implicit', owner: 'Shop', tags: ['aws', 'shop'], sender: 'no-reply@contoso.com', auth: { method: 'password', username: 'AKIA4EXAMPLE7SES', password: '****v1Zc', mechanisms: ['PLAIN'] } },
    lastCheck: { minutesAgo: 1490, kind: 'email', outcome: 'passed', headline: 'Accepted by the server: 250 Ok 0102018f', durationMs: 512 },
    expiresInDays: [['TLS certificate of email-smtp.eu-west-1.amazonaws.com', 201, 'certificate']],
  },
  {
    credential: { type: 'webhook', name: 'PagerDuty escalation', description: 'Night-time escalation of failed jobs', host: 'events.pagerduty.com', path: '****77be', method: 'POST', owner: 'Operations', tags: ['on-call'], signature: 'standard_webhooks', signing_secret: '****Qx0=' },
    lastCheck: { minutesAgo: 32, kind: 'action', outcome: 'failed', headline: '410 Gone: the endpoint was removed', failedStage: 'action', durationMs: 143 },
  },
  {
    credential: { type: 'mail_server', name: 'Gmail: newsletter', description: 'Monthly newsletter of the shop', host: 'smtp.gmail.com', port: 587, tls: 'starttls', owner: 'Marketing', tags: ['google'], sender: 'news@contoso.com', auth: { method: 'password', username: 'news@contoso.com', password: '****mnop', password_kind: 'app_password', purpose: 'Monthly newsletter' } },
    lastCheck: { minutesAgo: 4320, kind: 'email', outcome: 'passed', headline: 'Accepted by the server: 250 2.0.0 OK', durationMs: 640 },
    expiresInDays: [['TLS certificate of smtp.gmail.com (short-lived)', 55, 'certificate']],
  },
  {
    credential: { type: 'outbound_server', name: 'Palo Alto firewall API (rack 4, replacement appliance since March)', description: 'Address objects for the branch offices', host: 'fw-rack4.corp.contoso.example', port: 4443, protocol: 'https', base_path: '/restapi/v11.1', owner: 'Network', tags: ['appliance', 'on-prem'], certificate_check: { mode: 'disable' }, headers: [{ name: 'X-PAN-KEY', secret: true, masked: '****Tn8=' }], auth: { method: 'none' } },
    flags: ['not_verified'],
    lastCheck: { minutesAgo: 300, kind: 'connection', outcome: 'warning', headline: '200 in 96 ms, certificate not verified', durationMs: 96 },
    expiresInDays: [['Certificate of fw-rack4.corp.contoso.example', 18, 'certificate', 'self-signed']],
  },
  {
    credential: { type: 'outbound_server', name: 'Elimity Insights', description: 'Uploads the identity data every night', host: 'insights.elimity.example', protocol: 'https', base_path: '/api', owner: 'Security', tags: ['iam'], auth: { method: 'bearer', token: '****e2f1' } },
    lastCheck: { minutesAgo: 720, kind: 'connection', outcome: 'passed', headline: '200 in 312 ms', durationMs: 312 },
    expiresInDays: [['Token', 167, 'reported'], ['TLS certificate of insights.elimity.example', 88, 'certificate']],
  },
  {
    credential: { type: 'mail_server', name: 'Exchange Online: invoices', description: 'Sends invoices as PDF', host: 'smtp.office365.com', port: 587, tls: 'starttls', owner: 'Finance', tags: ['m365'], class: 'sealed', sender: 'invoices@contoso.com', auth: { method: 'oauth2', username: 'invoices@contoso.com', oauth2: { credential: 'Entra: IQX mailbox reader' } } },
    lastCheck: { minutesAgo: 95, kind: 'connection', outcome: 'passed', headline: 'Signed in with XOAUTH2', durationMs: 402 },
    expiresInDays: [['TLS certificate of smtp.office365.com', 264, 'certificate']],
  },
  {
    credential: { type: 'mail_server', name: 'Scanner: scan to mail', description: 'Scans from the third floor', host: 'smtp.office365.com', port: 587, tls: 'starttls', owner: 'Helpdesk', tags: ['m365', 'printer'], sender: 'scan@contoso.com', auth: { method: 'password', username: 'scan@contoso.com', password: '****r7Lp' } },
    lastCheck: { minutesAgo: 130, kind: 'connection', outcome: 'passed', headline: 'Signed in with LOGIN', durationMs: 388 },
    expiresInDays: [['TLS certificate of smtp.office365.com', 264, 'certificate']],
  },
  {
    credential: { type: 'secret', name: 'Veeam licence', description: 'Backup of the file servers', owner: 'Infrastructure', tags: ['licence'], value: '****2027' },
    flags: ['expired'],
    expiresInDays: [['Licence', -3, 'entered', 'order placed, PO 4711']],
  },
  {
    credential: { type: 'app_registration', name: 'Google Workspace: directory sync', description: 'Reads groups for the portal', host: '', owner: 'Identity', tags: ['google', 'iam'], oauth2: { grant: 'refresh_token', token_url: 'https://oauth2.googleapis.com/token', client_id: '407408718192.apps.googleusercontent.com', client_secret: '****hT-4', refresh_token: '****9uVw', scope: 'https://www.googleapis.com/auth/admin.directory.group.readonly' } },
    lastCheck: { minutesAgo: 1440, kind: 'token', outcome: 'passed', headline: 'Token for 59 minutes', durationMs: 388 },
    expiresInDays: [['Refresh Token', 336, 'estimated', 'unused for six months ends it']],
  },
];
