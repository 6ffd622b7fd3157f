import type { Credential, FactsStatus, Readiness, ReadinessService, Sunset } from '../types';
import type { Kept } from './views';

/** Whose rules there are for a record. */
export function serviceOf(credential: Credential): ReadinessService | null {
  if (credential.type === 'mail_server') {
    if (/(^|\.)(office365|outlook)\.com$/.test(credential.host ?? '')) return 'exchange_online';
    return /(^|\.)(gmail|google)\.com$/.test(credential.host ?? '') ? 'gmail' : null;
  }
  return credential.type === 'app_registration' ? 'entra' : null;
}

/** The one picture of a record that is nearly there. */
export function readinessOf(credential: Credential, service: ReadinessService): Readiness {
  const exchange = service === 'exchange_online';
  return {
    service,
    conclusion: exchange ? 'mailbox' : null,
    verdicts: [
      { id: 'secret', title: 'The client secret is the secret’s value, and valid', state: 'met', evidence: 'Entra ID gave a token for it.', action: '', who: '' },
      { id: 'tenant', title: 'The token comes from the right tenant', state: 'met', evidence: 'tid is 6f1d2c3b-0000-4000-8000-00000000c0de', action: '', who: '' },
      ...(exchange
        ? [
            { id: 'permission', title: 'The application may send over SMTP (SMTP.SendAsApp, or a role inside Exchange)', state: 'met' as const, evidence: 'roles: SMTP.SendAsApp', action: '', who: '' },
            { id: 'mailbox', title: 'The mailbox lets the application in', state: 'not_met' as const, evidence: '535 5.7.3 Authentication unsuccessful [AM0PR04CA0042.eurprd04.prod.outlook.com]', action: 'Run the PowerShell below. A new grant takes 15 to 30 minutes to be seen everywhere, at times some hours: wait, then test again.', who: 'exchange_admin' },
          ]
        : []),
      { id: 'licence', title: 'The mailbox has a licence', state: 'not_known', evidence: 'neither token nor server tells', action: 'Look in the Microsoft 365 admin center whether the mailbox has an Exchange licence.', who: 'exchange_admin' },
    ],
    checklist: [
      { text: 'Register an application as an administrator.', path: 'Entra admin center > App registrations > New registration', who: 'entra_admin', values: [{ id: 'name', label: 'Name', value: credential.name }, { id: 'redirect', label: 'Redirect URI (type Web)', value: 'http://localhost' }] },
      { text: 'Copy the object id of the enterprise application: another one than under App registrations.', path: 'Enterprise applications > the application > Overview > Object ID', who: 'entra_admin', values: [{ id: 'principal', label: 'Principal ID', value: '' }] },
      { text: 'Grant admin consent.', path: 'API permissions > Grant admin consent for your organisation', who: 'entra_admin', values: [] },
    ],
    script: exchange ? "$Mailbox = 'alerts@contoso.com'\n# MISSING: the Object ID of the ENTERPRISE application.\n$EnterpriseObjectId = ''\nConnect-ExchangeOnline\nAdd-MailboxPermission -Identity $Mailbox -User $EnterpriseObjectId -AccessRights FullAccess\n" : null,
  };
}

/** What is announced, with the records of this vault. */
export function sunsetsOf(kept: readonly Kept[]): Sunset[] {
  const records = kept.flatMap(({ id, sample: { credential } }) =>
    credential.type === 'mail_server' && credential.auth?.method === 'password' && credential.host === 'smtp.office365.com'
      ? [{ id, name: credential.name, host: credential.host, username: credential.auth.username ?? '', owner: credential.owner ?? '' }]
      : [],
  );
  return [
    {
      id: 'exo-smtp-auth-basic-retirement',
      subject: 'Basic authentication for SMTP AUTH (client submission) in Exchange Online',
      timeline: [
        { when: 'until end of December 2026', what: 'Behaviour unchanged' },
        { when: 'end of December 2026', what: 'Disabled by default for existing tenants; administrators can enable it again' },
      ],
      last_announced: '2026-01-27',
      message_center_id: 'MC786329',
      as_of: 'confirmed unchanged in posts up to October 2026',
      error_when_blocked: '550 5.7.30',
      how_to_see_use: 'Exchange admin center, SMTP AUTH Clients Submission report',
      trap: 'SmtpClientAuthenticationDisabled has three states per mailbox.',
      alternatives: ['XOAUTH2 with SMTP.SendAsApp or SMTP.Send', 'Graph Mail.Send'],
      source: 'Message center copies of MC786329',
      verified: true,
      records,
    },
  ];
}

export const BUILT_IN: FactsStatus[] = [
  { file: 'error_codes', name: 'error-codes.json', origin: 'built_in', entries: 340, version: '3f9a1c0b77d2', replaced_at: null, fault: null },
  { file: 'lifetimes', name: 'lifetimes.json', origin: 'built_in', entries: 35, version: '90ab12cd34ef', replaced_at: null, fault: null },
];
