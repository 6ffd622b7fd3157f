import type { ExpirySource, HorizonKind } from '../../backend/types';

const n = (count: number, one: string, many: string) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const horizon = {
  title: 'Expiries',
  subtitle: (dates: number, muted: number) => `${n(dates, 'date', 'dates')} on which something stops working${muted ? ` · ${muted.toLocaleString('en')} muted` : ''}`,
  list: 'Expiries, soonest first',
  within: 'When it ends',
  span(days: number | null): string {
    if (days === null) return 'All';
    return days < 0 ? 'Ended' : `Within ${days} days`;
  },
  range: (from: number, to: number) => (from === to ? `In ${n(from, 'day', 'days')}` : `In ${from} to ${to} days`),
  kind: 'Kind',
  anyKind: 'Every kind',
  source: 'Source',
  anySource: 'Every source',
  owner: 'Owner',
  anyOwner: 'Every owner',
  muted: 'Muted',
  mutedChoice: { hide: 'Without muted', show: 'With muted', only: 'Muted only' },
  mutedWord: 'muted',
  search: 'Search expiries',
  export: 'Export',
  csv: 'Table for a spreadsheet (CSV)…',
  ics: 'Calendar (ICS)…',
  saved: 'The dates were saved, without any secret',
  mute: (item: string, name: string) => `Mute ${item} of ${name}`,
  unmute: (item: string, name: string) => `Unmute ${item} of ${name}`,
  wasMuted: (item: string, name: string) => `${item} of ${name} is muted: nobody is told of it`,
  wasUnmuted: (item: string, name: string) => `${item} of ${name} is no longer muted`,
  usedBy: (names: readonly string[]) => `used by ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`,
  none: 'No date is known yet',
  noneText: 'Dates come from certificates and tokens that a check sees, and from what you enter on a record.',
  noneFound: 'No date fits',
  noneFoundText: 'Choose another filter or clear the search.',
  sources: { reported: 'Reported', certificate: 'Certificate', entered: 'Entered', estimated: 'Estimated' } as Record<ExpirySource, string>,
  kinds: {
    client_secret: 'Client secret',
    password: 'Password',
    app_password: 'App password',
    access_token: 'Access token',
    refresh_token: 'Refresh token',
    client_certificate: 'Client certificate',
    trusted_certificate: 'Trusted certificate',
    server_certificate: 'Server certificate',
    trigger_token: 'Trigger token',
    api_key: 'API key or token',
    licence: 'Licence',
    certificate: 'Certificate',
    other: 'Something else',
  } as Record<HorizonKind, string>,
};
