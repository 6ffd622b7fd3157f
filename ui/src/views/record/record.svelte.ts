/** What the record view holds: the stored record, the unsaved form, the running check, and what Save ran into. */
import type { Backend } from '../../backend/backend';
import { asProblem } from '../../backend/problem';
import type { CheckKind, CredentialDetail, ExpiryView, HistoryEntry, ItemSettings, JsonObject, Problem, ReportOf } from '../../backend/types';
import { CheckRun, type CheckOrder } from '../../lib/checks/run.svelte';
import { Draft } from '../../lib/credentials/draft.svelte';
import { findField, tabOf } from '../../lib/credentials/fields';
import { isObject } from '../../lib/credentials/record';
import { record as words } from '../../texts/credentials.en';
import { rememberRecipients } from './recipients';

export type Tab = 'general' | 'authentication' | 'expiry' | 'used_by' | 'history' | 'readiness';
export interface MailOrder {
  to: string[];
  from: string | null;
}

export class OpenRecord {
  readonly backend: Backend;
  /** The check of the record that is open: what another record's run says never stands here. */
  check: CheckRun = $state.raw() as CheckRun;
  draft: Draft = $state.raw(new Draft({ id: null, revision: null, credential: {} }));
  detail: CredentialDetail | null = $state.raw(null);
  tab: Tab = $state('general');
  saving = $state(false);
  problem: Problem | null = $state.raw(null);
  history: HistoryEntry[] | null = $state.raw(null);
  /** Asked before stored secrets go to a new address (vector 14). */
  rebind: { problem: Problem; retry: () => Promise<void> } | null = $state.raw(null);
  /** Notes of the preset the form started from. */
  notes = $state('');
  resultShown = $state(false);
  /** The sign-in on the form that was saved last did not go with it. */
  signInLost = $state(false);
  /** The question for the recipient of a test email is open. */
  asking = $state(false);

  /** How often each field was left. */
  readonly #turns = new Map<string, number>();
  /** Stored records whose check is still going on, so that whoever comes back finds it. */
  readonly #running = new Map<string, CheckRun>();
  readonly #onchecked: (id: string) => void;

  /** `onchecked`: the check of a stored record has ended, whether or not it is the one on screen. */
  constructor(backend: Backend, onchecked: (id: string) => void = () => undefined) {
    this.backend = backend;
    this.check = new CheckRun(backend);
    this.#onchecked = onchecked;
  }

  get isNew(): boolean {
    return this.draft.id === null;
  }

  /** The result on screen, for a report: of a run of this window, else the one stored with the record. */
  get reportOf(): ReportOf {
    const { runId } = this.check;
    return { run_id: runId, credential_id: runId === null ? this.draft.id : null };
  }

  /** `saved`: it is the form that was on screen, so that what its last test said stays there. */
  show(detail: CredentialDetail, saved = false): void {
    const sameRecord = this.detail?.id === detail.id;
    if (!saved) this.#forgetSignIn();
    this.detail = detail;
    this.draft = new Draft({ id: detail.id, revision: detail.revision, credential: detail.credential as unknown as JsonObject });
    this.problem = null;
    this.history = null;
    if (sameRecord) return;
    this.signInLost = false;
    this.tab = 'general';
    this.notes = '';
    if (saved && this.check.phase !== 'idle') return;
    const running = this.#running.get(detail.id);
    if (running) {
      this.check = running;
      this.resultShown = true;
      return;
    }
    this.#leaveRun();
    this.check.showStored(detail.last_result);
    this.resultShown = detail.last_result !== null;
  }

  /** A run goes on for the record it belongs to; that of a form which is no more is of no use to anybody. */
  #leaveRun(): void {
    const left = this.check;
    if (!left.running) return;
    this.check = new CheckRun(this.backend);
    if (left.draft) void left.cancel();
  }

  start(credential: JsonObject, notes: string): void {
    this.#forgetSignIn();
    this.signInLost = false;
    this.detail = null;
    this.draft = new Draft({ id: null, revision: null, credential });
    this.problem = null;
    this.notes = notes;
    this.tab = 'general';
    this.resultShown = false;
    this.#leaveRun();
    this.check.showStored(null);
  }

  /** The form is closed, and the sign-in on it with it. */
  #forgetSignIn(): void {
    if (this.draft.signedIn) void this.backend.signInForget(this.draft.form).catch(() => undefined);
  }

  /** Changes what is told of a date, and shows it; the unsaved form stays as it is. */
  async changeItem(item: ExpiryView, change: ItemSettings): Promise<void> {
    const changed = await this.backend.horizonChange(item.id, change);
    if (this.detail?.id !== item.credential_id) return;
    this.detail = { ...this.detail, expiries: this.detail.expiries.map((one) => (one.id === changed.id ? changed : one)) };
  }

  discard(): void {
    this.#forgetSignIn();
    this.draft.reset();
    this.problem = null;
  }

  /** Resolves to the saved record, or null when something stands in the way (shown beside its field). */
  async save(confirmRebind = false): Promise<CredentialDetail | null> {
    this.problem = null;
    if (!this.draft.judgeAll()) {
      this.#openFirstError();
      return null;
    }
    this.saving = true;
    try {
      const detail = await this.backend.credentialSave({ id: this.draft.id, revision: this.draft.revision, draft: this.draft.json(), confirmRebind, form: this.draft.form });
      const lost = this.draft.signedIn && detail.sign_in !== 'stored';
      this.show(detail, true);
      this.signInLost = lost;
      // On a narrow window the result would lie over what must be read now.
      if (lost) this.resultShown = false;
      return detail;
    } catch (refused) {
      this.#refused(asProblem(refused), async () => void (await this.save(true)));
      return null;
    } finally {
      this.saving = false;
    }
  }

  #refused(problem: Problem, retry: () => Promise<void>): void {
    if (problem.code === 'endpoint_changed') {
      this.rebind = { problem, retry };
      return;
    }
    const spec = !problem.field ? undefined : findField(this.draft.values, problem.field);
    if (!spec) {
      this.problem = problem;
      return;
    }
    this.draft.findings[spec.path] = { field: spec.path, severity: 'error', message: problem.message };
    this.#openFirstError();
    // Lists and certificates show their own faults, not this one.
    if (['headers', 'payload', 'certificate_check', 'tags', 'list', 'map', 'expiries', 'choice'].includes(spec.kind)) this.problem = problem;
  }

  /** Marks a tab on which a field is wrong. */
  alertOn(tab: Tab): { alert?: string } {
    const wrong = Object.values(this.draft.findings).some((finding) => {
      const spec = finding.severity === 'error' ? findField(this.draft.values, finding.field) : undefined;
      return spec !== undefined && tabOf(spec.section) === tab;
    });
    return wrong ? { alert: words.fixFirst(this.draft.errorCount) } : {};
  }

  #openFirstError(): void {
    const first = Object.values(this.draft.findings).find((finding) => finding.severity === 'error');
    const spec = first ? findField(this.draft.values, first.field) : undefined;
    if (spec && !this.isNew) this.tab = tabOf(spec.section);
  }

  /** Runs a test on the form as it stands. Nothing is saved. */
  async test(kind: CheckKind, email: MailOrder | null = null): Promise<void> {
    if (email) rememberRecipients(this.draft.id, email.to);
    await this.#run({
      id: this.draft.id,
      draft: this.isNew || this.draft.dirty ? this.draft.json() : null,
      kind,
      email,
      confirm_rebind: false,
      form: this.draft.form,
    });
  }

  /** Fetch Token on the record as the form stands; `anyway` although its refresh token's end has passed (TUF-23). */
  async fetchToken(anyway: boolean): Promise<void> {
    const draft = this.draft.dirty ? this.draft.json() : null;
    await this.#run({ id: this.draft.id, draft, kind: 'token', email: null, confirm_rebind: false, despite_expiry: anyway });
  }

  async #run(order: CheckOrder): Promise<void> {
    const { check } = this;
    if (check.running) return;
    this.resultShown = true;
    if (order.id !== null && order.draft === null) this.#running.set(order.id, check);
    const tested = this.draft;
    await check.start(order);
    this.#noteSignIn(check, tested);
    if (order.id !== null) {
      this.#running.delete(order.id);
      if (check.phase === 'finished') this.#onchecked(order.id);
    }
    const problem = this.check === check ? check.problem : null;
    if (problem?.code === 'endpoint_changed') {
      this.rebind = { problem, retry: () => this.#run({ ...order, confirm_rebind: true }) };
    }
  }

  /** A sign-in on a form that was closed meanwhile is of no use to anybody. */
  #noteSignIn(check: CheckRun, tested: Draft): void {
    const told = check.result?.result;
    if (!isObject(told) || told['sign_in'] !== 'held') return;
    this.signInLost = false;
    if (tested === this.draft) tested.signedIn = true;
    else void this.backend.signInForget(tested.form).catch(() => undefined);
  }

  async loadHistory(): Promise<void> {
    const id = this.draft.id;
    if (id === null || this.history !== null) return;
    const entries = await this.backend.credentialHistory(id);
    if (this.draft.id === id) this.history = entries;
  }

  /** What Rust says about the form. Only for fields that were left, so that nothing shouts before it is filled in. */
  async lint(path: string): Promise<void> {
    const before = this.draft.findings[path];
    this.draft.judge(path);
    if (this.draft.findings[path]) return;
    const draft = this.draft;
    const turn = (this.#turns.get(path) ?? 0) + 1;
    this.#turns.set(path, turn);
    // What Rust said stays until it has looked again: the button that puts it right must not vanish on the way to it.
    if (before?.fix) draft.findings[path] = before;
    try {
      const found = await this.backend.credentialLint(draft.json());
      // The field was left again, or put right, while Rust was looking.
      if (turn !== this.#turns.get(path)) return;
      if (draft.findings[path] === before) delete draft.findings[path];
      draft.mergeLint(found, (field) => field === path || field.startsWith(`${path}.`));
    } catch {
      // A lint that cannot be had is no finding: Save asks Rust again.
    }
  }
}
