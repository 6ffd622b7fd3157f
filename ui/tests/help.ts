import { render, screen } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import axeCore from 'axe-core';
import App from '../src/App.svelte';
import { MemoryBackend, type MemoryOptions } from '../src/backend/memory';

export interface Opened {
  backend: MemoryBackend;
  user: UserEvent;
}
/** The whole window over a vault in memory, ready to be used. */
export async function openApp(options: MemoryOptions = {}): Promise<Opened> {
  const backend = new MemoryBackend(options);
  const user = userEvent.setup();
  render(App, { props: { backend } });
  await screen.findByRole('main');
  await settled();
  return { backend, user };
}
/** Lets every answer that is already on its way arrive, and what is shown a frame later be there. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => setTimeout(done, 0));
}
/** Opens a view by its entry in the navigation. */
export async function go(user: UserEvent, view: string): Promise<void> {
  const entry = screen.getAllByRole('button', { name: view }).find((button) => button.closest('nav'));
  if (!entry) throw new Error(`no navigation entry ${view}`);
  await user.click(entry);
  await settled();
}
/** What axe-core finds wrong, in one readable list. Colours need a real browser. */
export async function axe(container: Element = document.body): Promise<string[]> {
  const { violations } = await axeCore.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}
