import type { InventoryKind, InventoryRecord } from '../../backend/types';
import { counted } from './number';

const kinds: Record<InventoryKind, string> = { secret: 'Secret', certificate: 'Certificate' };
const importKinds: Record<InventoryRecord, string> = { app_registration: 'as app registration', secret: 'as secret, only watched' };

export const inventory = {
  action: 'Read from Entra',
  saveFirst: 'Save the record first: the directory is read with what is stored.',
  title: 'App registrations in Entra',
  text: (name: string) => `Read with “${name}” from Microsoft Graph: names, dates and the first three characters of each secret. No secret value is read.`,
  never: 'Nothing was read yet',
  neverText: 'The application needs the permission Application.Read.All with admin consent. Dates of app registrations that are in this vault come to their records by themselves.',
  read: 'Read now',
  again: 'Read again',
  running: 'Reading from Microsoft Graph',
  cancel: 'Cancel',
  failed: 'Nothing was read',
  keptFrom: 'Below is what was read before.',
  cancelled: 'Reading was cancelled.',
  summary: (applications: number, matter: number, days: number) =>
    `${counted(applications, 'app registration', 'app registrations')}; ${counted(matter, 'secret or certificate ends', 'secrets and certificates end')} within ${days} days or ${matter === 1 ? 'has' : 'have'} ended`,
  readAt: 'read',
  which: 'Which ones',
  matters: 'What matters',
  all: 'All',
  within: 'Within',
  days: (count: number) => `${count} days`,
  search: 'Search applications',
  none: 'Nothing matters within this time',
  noneText: 'No secret or certificate that a person has to renew ends in it.',
  nothingFound: 'Nothing matches the search',
  table: 'Secrets and certificates of app registrations',
  columns: { choose: 'Import', application: 'Application', what: 'What', ends: 'Ends', left: 'Left', here: 'In this vault', mute: 'Mute' },
  kinds,
  begins: (hint: string) => `begins with ${hint}`,
  noEnd: 'no end',
  renews: 'renews itself',
  muted: 'muted',
  inUse: 'in use here',
  ownerUnknown: 'owner unknown',
  owner: (owner: string) => `owner ${owner}`,
  choose: (name: string) => `Import ${name}`,
  open: (name: string) => `Open ${name}`,
  mute: (name: string) => `Mute ${name}`,
  unmute: (name: string) => `No longer mute ${name}`,
  muteWord: 'Mute',
  unmuteWord: 'Unmute',
  more: (count: number) => `Show ${count} more`,
  importChosen: (count: number) => `Import ${count === 0 ? 'chosen' : count}`,
  importAll: (count: number) => `Import all that matter (${count})`,
  importAs: 'Import as',
  importKinds,
  imported: (count: number, record: InventoryRecord) =>
    record === 'secret'
      ? `${counted(count, 'secret to watch was', 'secrets to watch were')} added, without ${count === 1 ? 'its value' : 'their values'}.`
      : `${counted(count, 'app registration was', 'app registrations were')} added, without ${count === 1 ? 'its secret' : 'their secrets'}.`,
  gone: 'Gone from the directory',
  goneSince: (item: string | null, day: string) => `${item ?? 'The application'} is no longer there since ${day}. Its last known dates warn of nothing.`,
  readOnly: 'An administrator can import these.',
};
