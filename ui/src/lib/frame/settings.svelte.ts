import { untrack } from 'svelte';
import type { Settings } from '../../backend/types';
import type { App } from '../app/app.svelte';
import { t } from '../../texts/en';

/** The settings as they are stored. A change is saved at once; a refused one is taken back. */
export class SettingsForm {
  stored = $state.raw<Settings | null>(null);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }
  async load(): Promise<void> {
    const settings = await this.#app.attempt(() => this.#app.backend.settingsShow());
    if (settings) this.stored = settings;
  }
  async change(part: Partial<Settings>): Promise<void> {
    const before = untrack(() => this.stored);
    if (!before) return;
    this.stored = { ...before, ...part };
    const saved = await this.#app.attempt(() => this.#app.backend.settingsSave({ ...before, ...part }));
    this.stored = saved ?? before;
    this.#app.setTheme(this.stored.theme);
    if (saved) this.#app.notify({ severity: 'ok', text: t.settings.saved }, 2_000);
  }
}
