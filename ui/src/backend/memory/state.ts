import type { AppState, Autostart, Credential, EventRow, PracticeMail, Problem, RefreshState, Role, Settings, SlotInfo, VaultState } from '../types';
import { sampleEvents } from './events';
import { manySamples } from './many';
import { SAMPLES, type Sample } from './records';
import { idOf, minutesAgo, type Kept } from './views';

/** How a vault in memory starts. */
export interface MemoryOptions {
  state?: VaultState;
  /** More than the samples: this many generated records. */
  records?: number;
  role?: Role;
  theme?: Settings['theme'];
  practice?: boolean;
  /** Sign-ins wait for a person for as long as they would. */
  patient?: boolean;
  /** Records have no dates. */
  undated?: boolean;
  /** Long names and long lists: 500 applications in the directory, 60 places that use a secret. */
  unkind?: boolean;
  /** What became of the refresh tokens. */
  token?: RefreshState;
  /** The dates of the locked vault could not be looked at. */
  unwatched?: boolean;
  /** Every answer waits this long, to look at progress. */
  delayMs?: number;
}
export const UNWATCHED = { since: minutesAgo(95), why: 'the vault could not be unlocked (no usable device slot, session or passphrase)' };
export const OPERATOR = 'Dana Weiss';
export const PASSPHRASE = 'correct horse battery';
export const RECOVERY_CODE = 'K7QM3-2XVA8-9DTRP-HN4C1-W83PD-6ZJEK-T5B0F-RM2H9';

export function problem(code: string, message: string, hint = '', field: string | null = null): Problem {
  return { code, message, hint, field };
}

/** Everything the vault in memory holds. */
export class MemoryState {
  app: AppState;
  autostart: Autostart = { on: false, tray: true };
  kept: Kept[];
  events: EventRow[];
  settings: Settings;
  slots: SlotInfo[];
  practice: boolean;
  readonly patient: boolean;
  readonly token: RefreshState;
  mailbox: PracticeMail[] = [];
  passphrase = PASSPHRASE;
  #next: number;

  constructor(options: MemoryOptions) {
    const { state = 'unlocked', records, role = 'administrator', theme = 'system', practice = false } = options;
    const samples = state === 'absent' || records === 0 ? [] : records ? [...SAMPLES, ...manySamples(records - SAMPLES.length)] : SAMPLES;
    const dated = (sample: Sample): Sample => (options.undated ? { ...sample, expiresInDays: [] } : sample);
    this.kept = samples.map((sample, n) => ({ id: idOf(n + 1), revision: 1, updatedAt: minutesAgo(60 * 24 * 3 + n), sample: dated(sample) }));
    this.#next = samples.length + 1;
    this.slots = state === 'absent' ? [] : [this.slot('passphrase', OPERATOR, role, 'Passphrase'), this.slot('device', OPERATOR, role, 'This device'), this.slot('recovery', OPERATOR, role, 'Recovery code')];
    this.events = state === 'absent' ? [] : sampleEvents(this.kept, OPERATOR);
    this.settings = { theme, auto_lock_minutes: 5, default_certificate_check: 'enable', check_timeout_seconds: 20, token_scripts_allowed: false, practice_mode: practice };
    this.practice = practice;
    this.patient = options.patient ?? false;
    this.token = options.token ?? 'active';
    const open = state === 'unlocked';
    this.app = { state, vault_name: state === 'absent' ? null : 'Contoso IT', vault_path: '/home/dana/.local/share/credenza/vault.db', vault_id: state === 'absent' ? null : idOf(0), operator: open ? OPERATOR : null, role: open ? role : null, slots: this.slots, practice, version: '0.1.0', theme, could_not_look: state === 'locked' && options.unwatched ? UNWATCHED : null };
  }

  nextId(): string {
    return idOf(this.#next++);
  }
  slot(kind: SlotInfo['kind'], name: string, role: Role, label: string): SlotInfo {
    return { id: crypto.randomUUID(), kind, operator: { name, role }, created_at: minutesAgo(60 * 24 * 40), label };
  }
  view(): AppState {
    return { ...this.app, slots: [...this.slots], practice: this.practice, theme: this.settings.theme };
  }
  open(): AppState {
    this.app = { ...this.app, state: 'unlocked', could_not_look: null, operator: OPERATOR, role: this.app.role ?? 'administrator' };
    this.tell('vault', 'vault_unlocked', 'Vault unlocked');
    return this.view();
  }
  close(): AppState {
    this.app = { ...this.app, state: 'locked', operator: null };
    return { ...this.view(), role: null };
  }
  tell(category: string, action: string, text: string, id: string | null = null): void {
    this.events = [{ seq: (this.events[0]?.seq ?? 0) + 1, at: new Date().toISOString(), operator: this.app.operator ?? OPERATOR, category, action, text, credential_id: id }, ...this.events];
  }
  /** Refuses while the vault is not open, as the real one does. */
  unlocked(): void {
    if (this.app.state !== 'unlocked') throw problem('locked', 'The vault is locked.', 'Unlock it first.');
  }
  find(id: string): Kept {
    this.unlocked();
    const kept = this.kept.find((one) => one.id === id);
    if (!kept) throw problem('not_found', 'This credential is no longer there.', 'Someone may have removed it.');
    return kept;
  }
  byName(name: string): Kept | undefined {
    return this.kept.find((one) => one.sample.credential.name.toLowerCase() === name.toLowerCase());
  }
  administrator(): void {
    this.unlocked();
    if (this.app.role !== 'administrator') throw problem('forbidden', 'Only an administrator can do this.', 'Ask an administrator of this vault.');
  }
  keep(credential: Credential, kept?: Kept): Kept {
    const stored: Kept = kept
      ? { ...kept, revision: kept.revision + 1, updatedAt: new Date().toISOString(), sample: { ...kept.sample, credential } }
      : { id: this.nextId(), revision: 1, updatedAt: new Date().toISOString(), sample: { credential } };
    this.kept = [...this.kept.filter((one) => one.id !== stored.id), stored];
    return stored;
  }
}
