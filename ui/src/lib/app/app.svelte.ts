import { getContext, setContext } from 'svelte';
import type { Backend, Unsubscribe } from '../../backend/backend';
import { asProblem } from '../../backend/problem';
import type { AppState, ExpiryView, HorizonFilter, JsonObject, Overview, Theme } from '../../backend/types';
import { shown } from './problems';
import { ManyRun } from '../checks/many.svelte';
import { Rows } from './rows.svelte';

export type View = 'overview' | 'credentials' | 'expiries' | 'events' | 'settings';
export const VIEWS: readonly View[] = ['overview', 'credentials', 'expiries', 'events', 'settings'];

/** What a view is asked to show. */
export interface ViewParams {
  /** A record to open. */
  id?: string;
  /** A tab of it. */
  tab?: string;
  /** Start adding a record. */
  add?: boolean;
  /** Start adding from this form. */
  draft?: JsonObject;
  /** What is said above that form. */
  notes?: string;
  /** A filter of the list: `failing`, `expiring`, `clear_text`, `not_verified`, `suspect`, `untested`. */
  filter?: string;
  /** What the list of expiries begins with. */
  expiries?: Partial<HorizonFilter>;
  /** Test all credentials at once. */
  testAll?: boolean;
  /** A check to start at once. */
  check?: 'connection' | 'email' | 'token' | 'action';
}
export interface Notice {
  id: number;
  severity: 'ok' | 'info' | 'warn' | 'bad';
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
}
export interface Question {
  title: string;
  /** What will happen, and to what. */
  text: string;
  /** Lines below the text, such as the names of what uses it. */
  list?: string[];
  confirm: string;
  danger?: boolean;
}

/** What *Paste an error* starts with. */
export interface ErrorQuestion {
  text: string;
  /** Empty: to be found out from the text. */
  channel: string;
  host: string;
}

/** The window's own state: which vault, which view, what is being said to the person. */
export class App {
  readonly backend: Backend;
  readonly rows: Rows;
  /** Test all: it goes on whatever view is shown. */
  readonly many: ManyRun;
  state = $state.raw<AppState | null>(null);
  view = $state<View>('overview');
  params = $state.raw<ViewParams>({});
  notices = $state.raw<Notice[]>([]);
  question = $state.raw<(Question & { answer: (yes: boolean) => void }) | null>(null);
  palette = $state(false);
  /** *Paste an error* is open; it needs no vault. */
  explaining = $state.raw<ErrorQuestion | null>(null);
  /** The first-run steps are on screen although the vault is already open. */
  settingUp = $state(false);
  /** The code in place of the one that unlocked the vault, until the person has kept it. */
  newRecoveryCode = $state('');
  /** Why the vault locked itself, for the lock screen. */
  lockReason = $state<string | null>(null);
  /** What these views showed last: drawn at once when one comes back to them, and read again meanwhile. */
  lastOverview: Overview | null = null;
  lastExpiries: ExpiryView[] | null = null;
  /** Goes up whenever another process wrote the vault: views reload on it. */
  changes = $state(0);

  #leaveGuard: (() => Promise<boolean>) | null = null;
  #lockListeners = new Set<() => void>();
  #subscriptions: Unsubscribe[] = [];
  #nextNotice = 1;

  constructor(backend: Backend) {
    this.backend = backend;
    this.rows = new Rows(backend);
    this.many = new ManyRun(backend);
  }

  get administrator(): boolean {
    return this.state?.role === 'administrator';
  }

  get unlocked(): boolean {
    return this.state?.state === 'unlocked';
  }

  /** Reads the state of the vault and starts to listen. */
  async start(): Promise<void> {
    this.#subscriptions.push(
      await this.backend.on('vault-locked', ({ reason }) => this.#locked(reason)),
      await this.backend.on('vault-changed', () => this.#changed()),
      await this.backend.on('alert', ({ title }) => this.notify({ severity: 'warn', text: title }, 60_000)),
      await this.backend.on('watch-changed', () => this.#changed()),
    );
    this.adopt(await this.backend.appState());
  }
  stop(): void {
    for (const end of this.#subscriptions.splice(0)) end();
  }

  /** Takes over a new state of the vault: after unlocking, locking, restoring. */
  adopt(state: AppState): void {
    const opened = state.state === 'unlocked' && this.state?.state !== 'unlocked';
    if (state.state !== 'unlocked') this.#forget();
    this.state = state;
    this.setTheme(state.theme);
    if (opened) {
      this.lockReason = null;
      void this.attempt(() => this.rows.reload());
    }
  }
  async refreshState(): Promise<void> {
    this.adopt(await this.backend.appState());
  }

  setTheme(theme: Theme): void {
    const root = document.documentElement;
    if (theme === 'system') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', theme);
  }

  /** Shows a view. A form with changes is asked first; the answer says whether it was left. */
  async navigate(view: View, params: ViewParams = {}): Promise<boolean> {
    if (!(await this.mayLeave())) return false;
    this.view = view;
    this.params = params;
    this.palette = false;
    return true;
  }
  /** Tests these credentials, or all of them, and then shows their new state in the list. */
  async testMany(ids: readonly string[] | null): Promise<void> {
    const testable = this.rows.all.filter((row) => row.type !== 'secret' && (ids === null || ids.includes(row.id)));
    await this.many.start(ids, testable.length);
    if (this.state?.state === 'unlocked') await this.attempt(() => this.rows.reload());
  }
  /** Registers the form that is asked before it is left. Returns how to take it back. */
  guardLeaving(guard: () => Promise<boolean>): () => void {
    this.#leaveGuard = guard;
    return () => {
      if (this.#leaveGuard === guard) this.#leaveGuard = null;
    };
  }
  async mayLeave(): Promise<boolean> {
    return this.#leaveGuard ? this.#leaveGuard() : true;
  }

  /** Locks at once; unsaved changes are asked about only when the person is there to answer. */
  async lock(): Promise<void> {
    if (!(await this.mayLeave())) return;
    await this.attempt(async () => this.adopt(await this.backend.vaultLock()));
  }
  /** Opens *Paste an error*. */
  explain(question: Partial<ErrorQuestion> = {}): void {
    this.palette = false;
    this.explaining = { text: '', channel: '', host: '', ...question };
  }
  /** Runs when the vault locks: whoever holds anything of a record lets go of it. */
  onLock(listener: () => void): () => void {
    this.#lockListeners.add(listener);
    return () => this.#lockListeners.delete(listener);
  }

  notify(notice: Omit<Notice, 'id'>, lifetimeMs = notice.severity === 'bad' ? 12_000 : 5_000): void {
    const id = this.#nextNotice++;
    this.notices = [...this.notices.slice(-3), { ...notice, id }];
    window.setTimeout(() => this.dismiss(id), lifetimeMs);
  }
  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }
  /** Says what went wrong and what to do, in the words of the one table of problems. */
  report(refused: unknown): void {
    const told = asProblem(refused);
    // An answer that came too late: the lock screen says all there is to say.
    if (told.code === 'locked' && this.state?.state === 'locked') return;
    const problem = shown(told);
    this.notify({ severity: problem.severity, text: problem.title, detail: problem.text });
  }
  /** Runs something that may be refused; a refusal is reported. `undefined` then. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (refused) {
      this.report(refused);
      return undefined;
    }
  }
  /** Asks yes or no. */
  confirm(question: Question): Promise<boolean> {
    return new Promise((resolve) => {
      this.question?.answer(false);
      this.question = {
        ...question,
        answer: (yes) => {
          this.question = null;
          resolve(yes);
        },
      };
    });
  }

  #locked(reason: string): void {
    this.#forget();
    this.lockReason = reason;
    if (this.state) this.state = { ...this.state, state: 'locked', operator: null, role: null };
  }
  #changed(): void {
    this.changes += 1;
    if (this.state?.state === 'unlocked') void this.attempt(() => this.rows.reload());
    if (this.state?.state === 'locked') void this.attempt(() => this.#lookWhileLocked());
  }
  /** A look at the dates ended while the vault is locked: only what the lock screen says of it is new. */
  async #lookWhileLocked(): Promise<void> {
    const { could_not_look } = await this.backend.appState();
    if (this.state?.state === 'locked') this.state = { ...this.state, could_not_look };
  }
  /** Nothing of a record stays behind. */
  #forget(): void {
    this.#leaveGuard = null;
    this.question?.answer(false);
    this.palette = false;
    this.explaining = null;
    this.settingUp = false;
    this.newRecoveryCode = '';
    this.notices = [];
    this.view = 'overview';
    this.params = {};
    this.rows.clear();
    this.lastOverview = null;
    this.lastExpiries = null;
    this.many.forget();
    for (const listener of [...this.#lockListeners]) listener();
  }
}

const KEY = Symbol('app');
export function provideApp(app: App): App {
  return setContext(KEY, app);
}
export function useApp(): App {
  return getContext<App>(KEY);
}
/** For mounting one component alone, in tests. */
export function appContext(app: App): Map<symbol, App> {
  return new Map([[KEY, app]]);
}
