import type { Credential, CredentialType, ExpirySource } from '../types';
import type { Sample } from './records';

const TYPES: readonly CredentialType[] = ['mail_server', 'outbound_server', 'app_registration', 'webhook', 'secret'];
const SYSTEMS = ['ERP', 'CRM', 'Backup', 'Ticketing', 'Scanner', 'Payroll', 'Shop', 'Portal', 'Monitoring', 'Archive'];
const CUSTOMERS = ['Contoso', 'Fabrikam', 'Northwind', 'Adventure Works', 'Tailspin', 'Wingtip', 'Litware', 'Proseware'];
const OWNERS = ['Infrastructure', 'Helpdesk', 'Network', 'Finance', 'Operations'];
const SOURCES: readonly ExpirySource[] = ['reported', 'certificate', 'entered', 'estimated'];

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

function credential(n: number): Credential {
  const type = pick(TYPES, n);
  const customer = pick(CUSTOMERS, n * 7);
  const name = `${customer} ${pick(SYSTEMS, n * 3)} ${String(n).padStart(5, '0')}`;
  const common = { name, description: `${pick(SYSTEMS, n * 3)} of ${customer}`, owner: pick(OWNERS, n), tags: [customer.toLowerCase().replaceAll(' ', '-')] };
  const host = `host${n}.${common.tags[0]}.example`;
  switch (type) {
    case 'mail_server':
      return { ...common, type, host, port: 587, tls: 'starttls', auth: { method: 'none' } };
    case 'outbound_server':
      return { ...common, type, host, protocol: 'https', auth: { method: 'none' } };
    case 'app_registration':
      return { ...common, type, oauth2: { grant: 'client_credentials', token_url: `https://${host}/token`, client_id: String(n) } };
    case 'webhook':
      return { ...common, type, host, path: '****abcd' };
    case 'secret':
      return { ...common, type, value: '****abcd' };
  }
}

/** As many records as a provider of many customers has. The same number gives the same records. */
export function manySamples(count: number): Sample[] {
  return Array.from({ length: count }, (_, n) => ({
    credential: credential(n),
    ...(n % 4 === 0 ? {} : { lastCheck: { minutesAgo: (n * 37) % 9000, kind: 'connection' as const, outcome: n % 23 === 0 ? ('failed' as const) : ('passed' as const), headline: n % 23 === 0 ? 'Nobody answers on this port' : 'Signed in', durationMs: 40 + (n % 300) } }),
    ...(n % 9 === 0 ? { expiresInDays: [['Certificate', (n * 13) % 700, pick(SOURCES, n)] as [string, number, ExpirySource]] } : {}),
  }));
}
