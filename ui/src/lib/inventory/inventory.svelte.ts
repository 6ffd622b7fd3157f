/** One reading of a directory and what is known of it: idle, running, or with a problem; the list stays until another is there. */
import type { Backend } from '../../backend/backend';
import { asProblem } from '../../backend/problem';
import type { CheckResult, InventoryItem, InventoryRecord, InventoryView, Problem, Uuid } from '../../backend/types';

export class Inventory {
  running = $state(false);
  /** How far it is, in the program's own words. */
  where = $state('');
  view: InventoryView | null = $state.raw(null);
  /** The reading that failed last. */
  failure: CheckResult | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  cancelled = $state(false);
  within = $state(60);
  /** What an import makes of an application. */
  record: InventoryRecord = $state('app_registration');
  /** Client ids of applications to import. */
  chosen: ReadonlySet<string> = $state.raw(new Set());
  readonly #backend: Backend;
  readonly #id: Uuid;
  #runId: string | null = null;

  constructor(backend: Backend, id: Uuid) {
    this.#backend = backend;
    this.#id = id;
  }

  /** Applications that an import of all would add. */
  get importable(): number {
    const ids = this.view?.items.filter((item) => item.matters && !item.credential).map((item) => item.app_id);
    return new Set(ids).size;
  }
  /** The lines with this in their names or ids; only what matters, or all. */
  lines(all: boolean, search: string): InventoryItem[] {
    const wanted = search.trim().toLowerCase();
    const fits = (item: InventoryItem) => [item.application, item.name, item.app_id].some((text) => text.toLowerCase().includes(wanted));
    return (this.view?.items ?? []).filter((item) => (all || item.matters) && (!wanted || fits(item)));
  }

  /** What was read last, as of today. */
  async load(): Promise<void> {
    await this.#attempt(async () => {
      this.view = await this.#backend.inventoryShow(this.#id, this.within);
    });
  }
  async read(): Promise<void> {
    if (this.running) return;
    const runId = crypto.randomUUID();
    this.#runId = runId;
    this.running = true;
    this.cancelled = false;
    this.failure = null;
    this.where = '';
    const stop = await this.#backend.on('check-progress', ({ run_id, stage }) => {
      // The first page is waited for while the sign-in is, the others one after the other.
      if (run_id === runId && (stage.name === 'authenticate' || stage.name === 'action') && stage.status === 'running') this.where = stage.target;
    });
    await this.#attempt(async () => {
      const report = await this.#backend.inventoryRead({ run_id: runId, id: this.#id, within_days: this.within });
      if (report.inventory) this.view = report.inventory;
      else if (!this.cancelled) this.failure = report.check;
    });
    stop();
    this.running = false;
  }
  async cancel(): Promise<void> {
    if (!this.running || this.#runId === null) return;
    this.cancelled = true;
    await this.#backend.checkCancel(this.#runId);
  }
  choose(appId: string, on: boolean): void {
    const next = new Set(this.chosen);
    if (on) next.add(appId);
    else next.delete(appId);
    this.chosen = next;
  }
  async mute(appId: string, muted: boolean): Promise<void> {
    await this.#attempt(async () => {
      await this.#backend.inventoryMute(this.#id, appId, muted);
      this.view = await this.#backend.inventoryShow(this.#id, this.within);
    });
  }
  /** Imports what was chosen, or all that matter; gives how many were added. */
  async add(all: boolean): Promise<number> {
    let added = 0;
    await this.#attempt(async () => {
      const ids = await this.#backend.inventoryImport(this.#id, { app_ids: all ? null : [...this.chosen], within_days: this.within, record: this.record });
      added = ids.length;
      this.chosen = new Set();
      this.view = await this.#backend.inventoryShow(this.#id, this.within);
    });
    return added;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await work();
    } catch (refused) {
      this.problem = asProblem(refused);
    }
  }
}
