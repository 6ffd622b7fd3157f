import type { Credential, InventoryItem, InventoryRecord, InventoryView, Uuid } from '../types';
import { minutesAgo, type Kept } from './views';

type Line = [application: string, kind: 'secret' | 'certificate', name: string, hint: string, days: number | null, renews?: boolean];
const LINES: readonly Line[] = [
  ['Time clock', 'secret', '', 'x.7', -9],
  ['Entra: IQX mailbox reader', 'secret', 'Import', '~7R', 6],
  ['Invoice export', 'secret', 'ERP', 'kQ8', 12],
  ['Payroll SSO', 'certificate', 'CN=Microsoft Azure Federated SSO Certificate', '', 20, true],
  ['Intranet', 'certificate', 'CN=intranet.contoso.example', '', 40],
  ['Data warehouse', 'secret', 'ETL', '~aB', 600],
  ['Visitor list', 'secret', 'until further notice', 'q1_', null],
];
const LONG = 'Contoso_Finance_Accounts-Receivable_Nightly-Reconciliation_and_Reporting_Connector_for_Subsidiaries_(EMEA)_do_not_delete';
/** 500 applications: one with 20 secrets, one whose name does not end. */
const UNKIND: readonly Line[] = [
  ...Array.from({ length: 20 }, (_, at): Line => ['One with twenty secrets', 'secret', `Rotation ${at + 1}`, 'aB1', at * 9 - 20]),
  [LONG, 'secret', LONG, 'kQ8', 3],
  ...Array.from({ length: 498 }, (_, at): Line => [`Application ${at + 1}`, at % 5 === 0 ? 'certificate' : 'secret', '', at % 5 === 0 ? '' : '~7R', at % 3 === 0 ? 700 : at % 60]),
];
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const appIdOf = (at: number) => `6b1c0000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`;
const MINE = '1c6e9b70-7b1d-4f4e-9d07-0a5f3bb0b1a4';

/** What a tenant of seven applications holds, as of the records of this vault. */
export function inventoryOf(kept: readonly Kept[], muted: ReadonlySet<string>, within: number, unkind = false): InventoryView {
  const watched = (text: string) => /^App registration (\S+) in Microsoft Entra/u.exec(text)?.[1] ?? '';
  const client = ({ sample: { credential } }: Kept) => (credential.type === 'app_registration' ? (credential.application_id ?? '') : watched(credential.description));
  const lines = unkind ? [...LINES, ...UNKIND].sort((a, b) => (a[4] ?? 9999) - (b[4] ?? 9999)) : LINES;
  const items = lines.map(([application, kind, name, hint, days, renews = false], at): InventoryItem => {
    const app_id = application.startsWith('Entra:') ? MINE : application.startsWith('One with') ? appIdOf(9000) : appIdOf(at);
    const here = kept.find((one) => client(one) === app_id);
    const isMuted = muted.has(app_id);
    return {
      application, app_id, object_id: appIdOf(at + 100), key_id: appIdOf(at + 200), kind, name, hint, days, renews_itself: renews, muted: isMuted,
      on: days === null ? null : day(days), at: days === null ? null : `${day(days)}T10:00:00Z`,
      matters: days !== null && days <= within && !renews && !isMuted,
      owner: here?.sample.credential.owner || null,
      credential: here ? { id: here.id, name: here.sample.credential.name } : null,
      in_use: app_id === MINE,
    };
  });
  return { read_at: minutesAgo(0), within_days: within, applications: new Set(items.map((item) => item.app_id)).size + 2, without_keys: 2, matter: items.filter((item) => item.matters).length, items, gone: [] };
}

/** The record of an application that is imported. */
export function recordOf(item: InventoryItem, record: InventoryRecord): Credential {
  if (record === 'secret') {
    return { type: 'secret', name: item.application, description: `App registration ${item.app_id} in Microsoft Entra. Only its dates are watched.`, tags: ['entra'] } as Credential;
  }
  return { type: 'app_registration', name: item.application, description: 'App registration read from Microsoft Entra. Its secret is not known here.', tags: ['entra'], application_id: item.app_id, oauth2: { grant: 'client_credentials', token_url: '', client_id: item.app_id } } as Credential;
}

/** Ids of the applications that an import takes. */
export function chosenOf(view: InventoryView, ids: readonly Uuid[] | null): InventoryItem[] {
  const wanted = (item: InventoryItem) => (ids === null ? item.matters && !item.credential : ids.includes(item.app_id));
  return view.items.filter(wanted).filter((item, at, all) => all.findIndex((other) => other.app_id === item.app_id) === at);
}

/** What was read in this window, by the record it was read with. */
export class Inventories {
  readonly #kept: () => readonly Kept[];
  readonly #muted = new Map<string, ReadonlySet<string>>();

  readonly #unkind: boolean;

  constructor(kept: () => readonly Kept[], unkind = false) {
    this.#kept = kept;
    this.#unkind = unkind;
  }

  read(id: Uuid, within: number): InventoryView {
    const muted = this.#muted.get(id) ?? new Set<string>();
    this.#muted.set(id, muted);
    return inventoryOf(this.#kept(), muted, within, this.#unkind);
  }

  view(id: Uuid, within: number): InventoryView | null {
    return this.#muted.has(id) ? this.read(id, within) : null;
  }

  mute(id: Uuid, appId: string, muted: boolean): void {
    const next = new Set(this.#muted.get(id));
    if (muted) next.add(appId);
    else next.delete(appId);
    this.#muted.set(id, next);
  }
}
