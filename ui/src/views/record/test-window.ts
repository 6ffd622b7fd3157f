/** Opens the credentials view over a vault in memory, for tests. */
import { render } from '@testing-library/svelte';
import { userEvent, type UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { tick } from 'svelte';
import { MemoryBackend, type MemoryOptions } from '../../backend/memory';
import type { CheckRequest, CheckResult } from '../../backend/types';
import { App, appContext } from '../../lib/app/app.svelte';
import Credentials from '../Credentials.svelte';

export interface TestWindow {
  app: App;
  backend: MemoryBackend;
  user: UserEvent;
  container: HTMLElement;
  /** What was asked of `checkRun`, in order. */
  runs: CheckRequest[];
}

export async function openCredentials(options: MemoryOptions = {}, params: App['params'] = {}): Promise<TestWindow> {
  const backend = new MemoryBackend(options);
  const runs: CheckRequest[] = [];
  const check = backend.checkRun;
  backend.checkRun = (request) => {
    runs.push(request);
    return check(request);
  };
  const app = new App(backend);
  await app.start();
  await app.rows.reload();
  app.params = params;
  const { container } = render(Credentials, { context: appContext(app) });
  await tick();
  return { app, backend, user: userEvent.setup(), container, runs };
}

/** From now on every check ends with this result. */
export function answerWith(window: TestWindow, result: CheckResult): void {
  window.backend.checkRun = async (request) => {
    window.runs.push(request);
    return result;
  };
}

export async function idOf(window: TestWindow, name: string): Promise<string> {
  const row = window.app.rows.all.find((other) => other.name === name);
  if (!row) throw new Error(`no record named ${name}`);
  return row.id;
}

/** What axe finds. Contrast needs a drawn page and is looked at in a browser. */
export async function findings(container: HTMLElement): Promise<string[]> {
  const result = await axe.run(container, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}
