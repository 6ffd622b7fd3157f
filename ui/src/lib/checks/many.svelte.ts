/** Test all, or some: one run at a time for the whole window. It goes on while the person looks at something else. */
import type { Backend } from '../../backend/backend';
import { asProblem } from '../../backend/problem';
import type { ManyResult, ManyRow, Problem, Uuid } from '../../backend/types';

export type ManyPhase = 'idle' | 'running' | 'finished' | 'refused';

export class ManyRun {
  phase: ManyPhase = $state('idle');
  done = $state(0);
  total = $state(0);
  /** Results as they came, the newest first. */
  rows: readonly ManyRow[] = $state.raw([]);
  result: ManyResult | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  /** Cancel was pressed, and what is under way is being ended. */
  stopping = $state(false);
  readonly #backend: Backend;
  #runId: string | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get running(): boolean {
    return this.phase === 'running';
  }
  get failed(): number {
    return this.rows.filter((row) => row.outcome === 'failed').length;
  }

  /** Tests these credentials, or all; resolves when the run is over, however it ended. */
  async start(ids: readonly Uuid[] | null, total: number): Promise<void> {
    if (this.running) return;
    const runId = crypto.randomUUID();
    this.forget();
    this.#runId = runId;
    this.phase = 'running';
    this.total = total;
    const stop = await this.#backend.on('check-many-progress', ({ run_id, progress }) => {
      if (run_id !== this.#runId || run_id !== runId) return;
      this.done = progress.done;
      this.total = progress.total;
      this.rows = [progress.row, ...this.rows];
    });
    try {
      const result = await this.#backend.checkMany({ run_id: runId, ids: ids === null ? null : [...ids] });
      if (this.#runId === runId) this.#finish(result);
    } catch (refused) {
      if (this.#runId === runId) this.#refuse(asProblem(refused));
    } finally {
      stop();
    }
  }
  async cancel(): Promise<void> {
    if (!this.running || this.#runId === null) return;
    this.stopping = true;
    await this.#backend.checkCancel(this.#runId);
  }
  /** Back to nothing: the person closed it, or the vault was locked. */
  forget(): void {
    this.#runId = null;
    this.phase = 'idle';
    this.done = 0;
    this.total = 0;
    this.rows = [];
    this.result = null;
    this.problem = null;
    this.stopping = false;
  }

  #finish(result: ManyResult): void {
    this.result = result;
    // Failures first, then the rest by name, as the result has them.
    const rank = { failed: 0, cancelled: 1, warning: 2, passed: 3 };
    this.rows = [...result.results].sort((a, b) => rank[a.outcome] - rank[b.outcome]);
    this.done = this.total = result.results.length;
    this.phase = 'finished';
  }
  #refuse(problem: Problem): void {
    this.problem = problem;
    this.phase = 'refused';
  }
}
