/** The rotation of one secret field: what is known of it, and what is under way. */
import type { Backend } from '../../backend/backend';
import { asProblem } from '../../backend/problem';
import type { CheckResult, Problem, RotationPlace, RotationView, SwitchRequest } from '../../backend/types';

export type Doing = 'start' | 'test' | 'switch' | 'return' | 'revoke' | 'cancel' | 'use' | null;

export class Rotation {
  view: RotationView = $state.raw() as RotationView;
  doing: Doing = $state(null);
  problem: Problem | null = $state.raw(null);
  /** The last test that was made here, in full. */
  result: CheckResult | null = $state.raw(null);
  readonly #backend: Backend;
  #runId: string | null = null;

  constructor(backend: Backend, view: RotationView) {
    this.#backend = backend;
    this.view = view;
  }

  get place(): RotationPlace {
    return { id: this.view.credential_id, field: this.view.field };
  }
  get busy(): boolean {
    return this.doing !== null;
  }

  start = (next: string) => this.#does('start', () => this.#backend.rotationStart(this.place, next));
  startCertificate = (pem: string, keyHandle: string) => this.#does('start', () => this.#backend.rotationStartCertificate(this.place, pem, keyHandle));
  switchOver = (how: SwitchRequest) => this.#does('switch', () => this.#backend.rotationSwitch(this.place, how));
  goBack = () => this.#does('return', () => this.#backend.rotationReturn(this.place));
  revoked = () => this.#does('revoke', () => this.#backend.rotationRevoked(this.place));
  cancel = () => this.#does('cancel', () => this.#backend.rotationCancel(this.place));
  addUse = (text: string) => this.#does('use', () => this.#backend.rotationAddUse(this.place, text));
  tick = (number: number, done: boolean) => this.#does('use', () => this.#backend.rotationTick(this.place, number, done));
  test = () => {
    const runId = crypto.randomUUID();
    this.#runId = runId;
    return this.#does('test', async () => {
      const { result, rotation } = await this.#backend.rotationTest(this.place, runId);
      this.result = result;
      return rotation;
    });
  };
  async stopTest(): Promise<void> {
    if (this.doing === 'test' && this.#runId !== null) await this.#backend.checkCancel(this.#runId);
  }

  /** True when it was done; a refusal is kept in `problem`. */
  async #does(what: Exclude<Doing, null>, work: () => Promise<RotationView>): Promise<boolean> {
    if (this.busy) return false;
    this.doing = what;
    this.problem = null;
    if (what !== 'use') this.result = null;
    try {
      this.view = await work();
      return true;
    } catch (refused) {
      this.problem = asProblem(refused);
      return false;
    } finally {
      this.doing = null;
    }
  }
}
