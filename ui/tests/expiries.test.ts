import { render, screen, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import { MemoryBackend } from '../src/backend/memory';
import { timelineOf } from '../src/backend/memory/timeline';
import type { HorizonFilter } from '../src/backend/types';
import Horizon from '../src/components/overview/Horizon.svelte';
import { App, appContext } from '../src/lib/app/app.svelte';
import { axe, go, openApp, settled } from './help';

// Without a layout the list draws the first lines alone.
const lines = () => screen.queryAllByRole('listitem').filter((line) => line.closest('[aria-label="Expiries, soonest first"]'));
async function openList(options: Parameters<typeof openApp>[0] = {}) {
  const opened = await openApp(options);
  await go(opened.user, 'Expiries');
  return opened;
}

test('the list stands soonest first, without what is muted, and axe finds nothing on it', async () => {
  await openList();
  expect(lines()[0]?.textContent).toContain('Veeam licence');
  expect(lines().some((line) => line.textContent?.includes('Gmail: newsletter'))).toBe(false);
  expect(screen.getByText(/14 dates on which something stops working · 1 muted/)).toBeTruthy();
  expect(await axe()).toEqual([]);
});
test('axe finds nothing where no date is known', async () => {
  await openList({ records: 0 });
  expect(screen.getByText('No date is known yet')).toBeTruthy();
  for (const name of ['Export', 'Within 30 days']) expect(screen.queryByRole('button', { name }), `${name} has nothing to act on`).toBeNull();
  expect(await axe()).toEqual([]);
});
test('d9_the_status_line_tells_no_known_date_from_nothing_that_expires', async () => {
  const line = () => screen.getByRole('contentinfo', { name: 'Status' }).textContent;
  const { user } = await openList({ undated: true });
  expect(line()).toContain('No expiry date is known');
  expect(line()).not.toContain('No expiry in the next');
  await user.click(screen.getByRole('button', { name: 'Go to the credentials' }));
  await settled();
  expect(screen.getByRole('heading', { name: 'Credentials' })).toBeTruthy();
});
test('d9_the_status_line_counts_what_has_ended', async () => {
  await openList();
  const line = screen.getByRole('contentinfo', { name: 'Status' }).textContent;
  expect(line).toContain('1 expired');
  expect(line).toContain('Next expiry: Entra: IQX mailbox reader, in 6 days');
});
test('every filter narrows the list', async () => {
  const { user } = await openList();
  const all = lines().length;
  await user.click(screen.getByRole('button', { name: 'Within 30 days' }));
  expect(lines().length).toBe(4);
  await user.selectOptions(screen.getByLabelText('Source'), 'estimated');
  expect(lines().map((line) => line.textContent?.includes('IT Glue'))).toEqual([true]);
  await user.selectOptions(screen.getByLabelText('Source'), '');
  await user.selectOptions(screen.getByLabelText('Owner'), 'Infrastructure');
  expect(lines().length).toBe(2);
  await user.selectOptions(screen.getByLabelText('Kind'), 'licence');
  expect(lines().length).toBe(1);
  await user.selectOptions(screen.getByLabelText('Kind'), '');
  await user.selectOptions(screen.getByLabelText('Owner'), screen.getByRole('option', { name: 'Every owner' }));
  await user.click(screen.getByRole('button', { name: 'All' }));
  expect(lines().length).toBe(all);
  await user.selectOptions(screen.getByLabelText('Muted'), 'only');
  expect(lines().length).toBe(1);
  await user.selectOptions(screen.getByLabelText('Muted'), 'show');
  await user.type(screen.getByLabelText('Search expiries'), 'supplier orders');
  expect(lines().length, 'found by what uses it').toBe(1);
});
test('muting takes an item out of the list at once, and back', async () => {
  const { user, backend } = await openList();
  await user.click(screen.getByRole('button', { name: 'Mute Licence of Veeam licence' }));
  await settled();
  expect(lines()[0]?.textContent).toContain('Entra: IQX mailbox reader');
  expect((await backend.overview()).timeline.muted).toBe(2);
  await user.selectOptions(screen.getByLabelText('Muted'), 'only');
  await user.click(screen.getByRole('button', { name: 'Unmute Licence of Veeam licence' }));
  await settled();
  expect(lines().length).toBe(1);
});
test('a helpdesk operator may look and export, not mute', async () => {
  const { user, backend } = await openList({ role: 'helpdesk' });
  expect(screen.queryByRole('button', { name: /^Mute/ })).toBeNull();
  const save = vi.spyOn(backend, 'horizonExport');
  await user.click(screen.getByRole('button', { name: 'Within 90 days' }));
  await user.click(screen.getByRole('button', { name: 'Export' }));
  await user.click(screen.getByRole('menuitem', { name: 'Calendar (ICS)…' }));
  expect(save).toHaveBeenCalledWith({ text: '', muted: 'hide', within: 90, from: null } satisfies HorizonFilter, 'ics');
});
test('a line leads to the dates of its record', async () => {
  const { user } = await openList();
  await user.type(screen.getByLabelText('Search expiries'), 'jira');
  await user.click(screen.getByRole('button', { name: /^Jira Cloud API token/ }));
  await settled();
  const record = await screen.findByRole('article', { name: 'Jira Cloud API token' });
  expect(within(record).getByRole('tab', { name: 'Expiry' }).getAttribute('aria-selected')).toBe('true');
});
const drawing = () => screen.getByRole('listbox', { name: /Expiries in the next 12 months/ });
const option = () => within(drawing()).getByRole('option');
test('a mark with several dates leads to exactly these in the list', async () => {
  const { user } = await openApp({ records: 400 });
  drawing().focus();
  for (let n = 0; n < 50 && !/, and \d+ more$/.test(option().getAttribute('aria-label') ?? ''); n++) await user.keyboard('{ArrowRight}');
  const count = Number(/and (\d+) more/.exec(option().getAttribute('aria-label') ?? '')?.[1]) + 1;
  await user.keyboard('{Enter}');
  await settled();
  expect(lines().length).toBe(count);
});
test('the keyboard goes through all marks and round, and says where it stands', async () => {
  const { user } = await openApp();
  const places = () => [option().getAttribute('aria-posinset'), option().getAttribute('aria-setsize')].map(Number);
  const [, all] = places();
  if (!all) throw new Error('there are no marks');
  drawing().focus();
  const names = new Set<string>();
  for (let n = 1; n <= all; n++) {
    expect(places()).toEqual([n, all]);
    expect(drawing().getAttribute('aria-activedescendant')).toBe(option().id);
    names.add(option().getAttribute('aria-label') ?? '');
    await user.keyboard('{ArrowRight}');
  }
  expect(names.size, 'each with its own words').toBe(all);
  expect(places(), 'the first again').toEqual([1, all]);
  await user.keyboard('{ArrowLeft}');
  expect(places()).toEqual([all, all]);
  await user.keyboard('{Home}');
  expect(places()).toEqual([1, all]);
  await user.keyboard('{End}');
  expect(places()).toEqual([all, all]);
});
test('the pointer shows what is under it and opens it', async () => {
  const { user } = await openApp();
  const [soonest] = await new MemoryBackend().horizonList({ text: '', muted: 'hide' });
  // Where the first mark of each look stands: the soonest of all, and one that is later.
  const places = [...drawing().querySelectorAll('path.shape')].map((shape) => /^M(\S+) (\S+?)[a-z]/.exec(shape.getAttribute('d') ?? '')?.slice(1).map(Number));
  const [first, later] = [places[0], places.at(-1)];
  if (!soonest || !first || !later) throw new Error('too little is drawn');
  const region = screen.getByRole('region', { name: 'Horizon' });
  const told = () => region.querySelector('.detail .name')?.textContent;
  const to = ([clientX, clientY]: number[]) => user.pointer([{ target: drawing(), coords: { clientX, clientY } }]);
  await to(first);
  expect(told()).toBe(soonest.credential_name);
  await to([first[0] ?? 0, 5]);
  expect(region.querySelector('.detail'), 'nothing is there').toBeNull();
  await to(first);
  await user.unhover(drawing());
  expect(told(), 'the pointer has left').toBeUndefined();
  await to(later);
  const name = told() ?? '';
  expect(name).not.toBe(soonest.credential_name);
  await user.pointer({ keys: '[MouseLeft]' });
  await settled();
  expect(screen.getByRole('article', { name })).toBeTruthy();
});
test('ten thousand dates are drawn as a few hundred marks', async () => {
  const backend = new MemoryBackend({ records: 90_000 });
  const items = (await backend.horizonList({ text: '', muted: 'hide' })).slice(0, 10_000);
  expect(items.length).toBe(10_000);
  const app = new App(backend);
  await app.start();
  const { container } = render(Horizon, { props: { timeline: timelineOf(items, 0) }, context: appContext(app) });
  flushSync();
  const marks = Number(container.querySelector('[role=option]')?.getAttribute('aria-setsize'));
  expect(marks, 'dense dates are drawn together').toBeLessThan(450);
  expect(marks).toBeGreaterThan(100);
  expect(container.querySelectorAll('*').length, 'and these as a few shapes, or the page takes its time').toBeLessThan(200);
});
