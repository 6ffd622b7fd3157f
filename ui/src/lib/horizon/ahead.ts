import type { App } from '../app/app.svelte';
import { EVERYTHING } from './filter';

/** More dates than this are read only when somebody asks for the list. */
const MOST = 20_000;

/** Reads the list of dates while nobody waits for it, so that it stands there when it is opened. */
export async function readAhead(app: App, dates: number): Promise<void> {
  if (app.lastExpiries || dates > MOST) return;
  try {
    const read = await app.backend.horizonList(EVERYTHING);
    if (app.unlocked) app.lastExpiries ??= read;
  } catch {
    // Whoever opens the list asks again, and is told why it cannot be read.
  }
}
