import type { Explanation } from '../types';

/** Three entries of the catalogue: the page without Rust knows no more. */
const KNOWN: { says: RegExp; entry: Omit<Explanation, 'raw'> }[] = [
  {
    says: /5\.7\.139.*SmtpClientAuthentication is disabled for the Mailbox/s,
    entry: {
      id: 'smtp-microsoft:535-5.7.139-mailbox-disabled',
      title: 'SMTP sign-in is off for this mailbox',
      meaning: 'SMTP AUTH is switched off in the settings of this one mailbox.',
      causes: ['SMTP AUTH is turned off on the mailbox'],
      steps: ['Set-CASMailbox -Identity <mailbox> -SmtpClientAuthenticationDisabled $false', 'Wait some minutes and try again'],
      who: 'exchange_admin',
      source: 'Microsoft: Enable or disable SMTP AUTH in Exchange Online',
      probably: false,
    },
  },
  {
    says: /AADSTS7000215/,
    entry: {
      id: 'AADSTS7000215',
      title: 'Client secret is not the right one',
      meaning: 'The client secret that was sent is not one of the application’s.',
      causes: ['The secret’s ID was pasted in place of its value'],
      steps: ['Make a new client secret and paste its Value'],
      who: 'you',
      source: 'Microsoft Entra error codes',
      probably: false,
    },
  },
  {
    says: /\b535\b/,
    entry: {
      id: 'smtp:535-5.7.8',
      title: 'Mail server refused the user name or password',
      meaning: 'Credentials are invalid or insufficient.',
      causes: ['Wrong user name or password'],
      steps: ['Check the user name and password'],
      who: 'you',
      source: 'RFC 4954, section 6',
      probably: true,
    },
  },
];

/** What a pasted text means, as far as the page alone can say. */
export function explained(text: string): Explanation {
  const known = KNOWN.find(({ says }) => says.test(text));
  if (known) return { ...known.entry, raw: text };
  return { id: 'unknown', title: 'This answer is not in the catalogue', meaning: '', causes: [], steps: [], who: '', raw: text, source: '' };
}
