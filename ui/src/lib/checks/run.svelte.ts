/** One check from the button to its result. A view of it is idle, running, finished, cancelled or refused; nothing else. */
import type { Backend } from '../../backend/backend';
import { asProblem } from '../../backend/problem';
import type { CheckKind, CheckRequest, CheckResult, Problem, SignInAsked } from '../../backend/types';
import { emptyRows, interrupted, rowsOf, withStage, type StageRow } from './stages';

export type CheckPhase = 'idle' | 'running' | 'finished' | 'cancelled' | 'refused';
export type CheckOrder = Omit<CheckRequest, 'run_id'>;

export class CheckRun {
  phase: CheckPhase = $state('idle');
  kind: CheckKind = $state('connection');
  rows: StageRow[] = $state.raw(emptyRows());
  result: CheckResult | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  /** Of the last run that this window made; null for a result that was stored before. */
  runId: string | null = $state(null);
  /** Whether the unsaved form was tested. */
  draft = $state(false);
  /** A person has to sign in for the run to go on. */
  signIn: SignInAsked | null = $state.raw(null);
  order: CheckOrder | null = null;
  readonly #backend: Backend;
  #cancelled = false;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get running(): boolean {
    return this.phase === 'running';
  }

  /** Shows a result that was stored with the record. */
  showStored(result: CheckResult | null): void {
    if (this.running) return;
    this.result = result;
    this.problem = null;
    this.runId = null;
    this.draft = false;
    this.phase = result ? 'finished' : 'idle';
    if (!result) return;
    this.kind = result.kind;
    this.rows = rowsOf(result.stages);
  }

  /** Runs it and resolves when it is over, however it ended. A refusal is kept in `problem`. */
  async start(order: CheckOrder): Promise<void> {
    if (this.running) return;
    const runId = crypto.randomUUID();
    this.#begin(order, runId);
    const stop = await this.#backend.on('check-progress', (told) => {
      if (told.run_id !== runId || !this.running) return;
      this.rows = withStage(this.rows, told.stage);
      // Whoever had to sign in has done so, or it is too late.
      if (told.stage.name === 'token' && told.stage.status !== 'running') this.signIn = null;
    });
    const stopAsking = await this.#backend.on('sign-in', (asked) => {
      if (asked.run_id === runId && this.running) this.signIn = asked;
    });
    try {
      const result = await this.#backend.checkRun({ ...order, run_id: runId });
      this.#finish(result);
    } catch (refused) {
      this.#refuse(asProblem(refused));
    } finally {
      stop();
      stopAsking();
      this.signIn = null;
    }
  }

  #begin(order: CheckOrder, runId: string): void {
    this.order = order;
    this.#cancelled = false;
    this.phase = 'running';
    this.kind = order.kind;
    this.rows = emptyRows();
    this.result = null;
    this.problem = null;
    this.signIn = null;
    this.runId = runId;
    this.draft = order.draft !== null;
  }

  #finish(result: CheckResult): void {
    this.result = result;
    this.rows = rowsOf(result.stages);
    this.phase = this.#cancelled && result.outcome === 'failed' ? 'cancelled' : 'finished';
  }

  #refuse(problem: Problem): void {
    this.rows = interrupted(this.rows);
    const cancelled = this.#cancelled || problem.code === 'cancelled';
    this.problem = cancelled ? null : problem;
    this.phase = cancelled ? 'cancelled' : 'refused';
  }

  /** Opens the page where a person signs in. */
  async openSignIn(): Promise<void> {
    if (this.signIn) await this.#backend.signInOpen(this.signIn.run_id);
  }

  /** Copies the code to type there. */
  async copyCode(): Promise<void> {
    if (this.signIn) await this.#backend.signInCopy(this.signIn.run_id);
  }

  async cancel(): Promise<void> {
    if (!this.running || this.runId === null) return;
    this.#cancelled = true;
    await this.#backend.checkCancel(this.runId);
  }
}
