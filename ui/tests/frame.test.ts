import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { App } from '../src/lib/app/app.svelte';
import { shown } from '../src/lib/app/problems';
import { reportActivity } from '../src/lib/frame/activity';
import { MemoryBackend } from '../src/backend/memory';
import { asProblem } from '../src/backend/problem';
import { go, openApp, settled } from './help';

test('activity is told at once, then at most every 30 seconds', () => {
  let told = 0;
  let now = 0;
  const target = new EventTarget();
  const stop = reportActivity({ activity: async () => void told++ }, target, () => now);
  const press = () => target.dispatchEvent(new Event('keydown'));
  press();
  press();
  expect(told).toBe(1);
  now = 29_999;
  press();
  expect(told).toBe(1);
  now = 30_000;
  press();
  expect(told).toBe(2);
  stop();
  now = 90_000;
  press();
  expect(told, 'no longer listening').toBe(2);
});
test('the navigation names what is built, and says where one is', async () => {
  const { user } = await openApp();
  const names = within(screen.getByRole('navigation')).getAllByRole('button').map((entry) => entry.getAttribute('title')?.split(' (')[0]);
  expect(names).toEqual(['Overview', 'Credentials', 'Expiries', 'Events', 'Paste an error', 'Settings']);
  await user.keyboard('{Control>}4{/Control}');
  await settled();
  expect(screen.getByRole('heading', { name: 'Events' })).toBeTruthy();
});
const offered = () => within(screen.getByRole('dialog', { name: 'Search or run a command' })).getAllByRole('option');
test('the palette finds a record and opens it', async () => {
  const { user } = await openApp();
  await user.keyboard('{Control>}k{/Control}');
  await user.type(screen.getByRole('combobox'), 'pagerduty');
  expect(offered()[0]?.textContent).toContain('PagerDuty escalation');
  await user.keyboard('{Enter}');
  await settled();
  expect(screen.queryByRole('combobox', { name: 'Search or run a command' })).toBeNull();
  expect(screen.getAllByRole('button', { name: 'Credentials' }).some((one) => one.getAttribute('aria-current') === 'page')).toBe(true);
});
test('helpdesk is offered nothing that adds', async () => {
  const { user } = await openApp({ role: 'helpdesk' });
  const [header] = screen.getAllByRole('banner');
  expect(header?.textContent).toContain('Helpdesk');
  expect(screen.queryByRole('button', { name: 'Add credential' })).toBeNull();
  await user.keyboard('{Control>}k{/Control}');
  expect(offered().some((option) => option.textContent?.includes('Add credential'))).toBe(false);
  expect(offered().length, 'and it offers something').toBeGreaterThan(3);
});
test('a form with changes is asked before the view changes', async () => {
  const app = new App(new MemoryBackend());
  await app.start();
  let answer = false;
  const undo = app.guardLeaving(async () => answer);
  expect(await app.navigate('events')).toBe(false);
  expect(app.view).toBe('overview');
  answer = true;
  expect(await app.navigate('events')).toBe(true);
  undo();
  expect(await app.mayLeave()).toBe(true);
  app.stop();
});
test('a vault written by another process is read again', async () => {
  const { backend } = await openApp();
  const [first] = backend.memory.kept;
  if (!first) throw new Error('there are samples');
  backend.memory.keep({ ...first.sample.credential, name: 'Renamed elsewhere' }, first);
  backend.emit('vault-changed', {});
  await settled();
  expect(screen.getAllByText('Renamed elsewhere').length).toBeGreaterThan(0);
});
test('events are filtered by category and searched', async () => {
  const { user } = await openApp();
  await go(user, 'Events');
  await user.click(screen.getByRole('button', { name: 'Secret' }));
  await settled();
  expect(screen.getAllByRole('listitem').filter((item) => item.closest('[role=list]')).length).toBe(1);
  await user.type(screen.getByRole('searchbox', { name: 'Search events' }), 'nothing like it');
  expect(screen.getByText('No event fits')).toBeTruthy();
});
test('verifying the log says that it is intact, or where it was altered', async () => {
  const { user, backend } = await openApp();
  await go(user, 'Events');
  await user.click(screen.getByRole('button', { name: 'Verify log' }));
  await settled();
  expect(screen.getByText(/The log is intact/)).toBeTruthy();
  backend.eventVerify = async () => ({ checked: 31, first_bad: 12, head: 'ff' });
  await user.click(screen.getByRole('button', { name: 'Verify log' }));
  await settled();
  expect(screen.getByRole('alert').textContent).toContain('The log was altered at event 12');
});
test('every code of a refusal has its severity, and an unknown one is grave', () => {
  const of = (code: string) => shown({ code, message: 'What happened.', hint: 'What to do.', field: null });
  expect(of('forbidden')).toEqual({ severity: 'warn', action: null, title: 'What happened.', text: 'What to do.' });
  expect(of('damaged').severity).toBe('bad');
  expect(of('internal').title).toBe('Something in Credenza went wrong');
  expect(of('internal').text).toBe('What happened. What to do.');
  expect(of('something new').severity).toBe('bad');
});
test('the beginning of a command means the command, not a record that mentions it', async () => {
  const { user } = await openApp();
  await user.keyboard('{Control>}k{/Control}');
  await user.type(screen.getByRole('combobox'), 'back up');
  const options = offered();
  expect(options[0]?.textContent).toContain('Back up the vault');
  expect(options.at(-1)?.textContent, 'the record is still found').toContain('Veeam licence');
});
test('a finer reason becomes the code the window branches on', () => {
  const refused = { code: 'conflict', message: 'm', hint: 'h', field: 'host', reason: 'endpoint_changed' };
  expect(asProblem(refused).code).toBe('endpoint_changed');
  expect(asProblem({ code: 'invalid', message: 'm', hint: '', field: null }).code).toBe('invalid');
  expect(asProblem(new Error('boom'))).toEqual({ code: 'internal', message: 'boom', hint: '', field: null });
});
