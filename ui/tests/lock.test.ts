import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { SAMPLES } from '../src/backend/memory/records';
import { PASSPHRASE } from '../src/backend/memory';
import { UNWATCHED } from '../src/backend/memory/state';
import { go, openApp, settled } from './help';

/** Every word that could only come from a record. */
const TRACES = SAMPLES.flatMap(({ credential, lastCheck, usedBy }) => [
  credential.name,
  credential.description,
  'host' in credential ? credential.host : undefined,
  lastCheck?.headline,
  ...(usedBy ?? []).map(([name]) => name),
]).filter((text): text is string => Boolean(text));

function traces(): string[] {
  const page = document.documentElement.outerHTML;
  return TRACES.filter((text) => page.includes(text));
}

test.each(['Overview', 'Credentials', 'Events'])('when the vault locks itself on %s, nothing of a record is left in the page', async (view) => {
  const { backend, user } = await openApp();
  await go(user, view);
  expect(traces().length, 'records were on screen before').toBeGreaterThan(0);
  backend.lockItself('idle');
  await settled();
  expect(screen.getByRole('button', { name: 'Unlock' })).toBeTruthy();
  expect(screen.getByText('Locked because nobody used it for a while.')).toBeTruthy();
  expect(traces(), 'left behind').toEqual([]);
});
test.each(['overview', 'horizonList'] as const)('an answer of %s that comes after the lock is not kept', async (asked) => {
  const { backend, user } = await openApp();
  const read = backend[asked].bind(backend) as (...words: unknown[]) => Promise<unknown>;
  let arrive = () => {};
  Object.assign(backend, { [asked]: async (...words: unknown[]) => {
    const answer = await read(...words);
    await new Promise<void>((ready) => (arrive = ready));
    return answer;
  } });
  await go(user, 'Settings');
  await go(user, asked === 'overview' ? 'Overview' : 'Expiries');
  backend.lockItself('idle');
  arrive();
  await settled();
  expect(traces()).toEqual([]);
  Object.assign(backend, { [asked]: () => new Promise(() => {}) });
  await user.type(screen.getByLabelText('Passphrase'), `${PASSPHRASE}{Enter}`);
  await settled();
  if (asked === 'horizonList') await go(user, 'Expiries');
  expect(screen.getByRole('main').textContent, 'nothing is drawn before the vault was asked again').not.toContain('Veeam');
});
test('a view that was left is drawn from its last answer at once', async () => {
  const { backend, user } = await openApp();
  await go(user, 'Settings');
  backend.overview = () => new Promise(() => {});
  await go(user, 'Overview');
  expect(screen.getByRole('listbox', { name: /expiries/i })).toBeTruthy();
});
test('a palette and a notice that name a record go away with the lock', async () => {
  const { backend, user } = await openApp();
  await user.keyboard('{Control>}k{/Control}');
  await user.type(screen.getByRole('combobox'), 'exchange');
  expect(traces()).toContain('Exchange Online: alerts');
  backend.lockItself('session');
  await settled();
  expect(screen.queryByRole('combobox')).toBeNull();
  expect(traces()).toEqual([]);
});
test('d9 the lock screen says that nobody looks at the dates, and why, until somebody could', async () => {
  const { user, backend } = await openApp({ state: 'locked', unwatched: true });
  const said = screen.getByText('Nobody looks at what expires').closest('[role=status]');
  expect(said?.textContent).toMatch(/Since .*: the vault could not be unlocked .* Unlock the vault to look now\./);
  await user.type(screen.getByLabelText('Passphrase'), `${PASSPHRASE}{Enter}`);
  await settled();
  await user.keyboard('{Control>}l{/Control}');
  await settled();
  expect(screen.queryByText('Nobody looks at what expires')).toBeNull();
  backend.memory.app = { ...backend.memory.app, could_not_look: UNWATCHED };
  backend.emit('watch-changed', {});
  await settled();
  expect(screen.getByText('Nobody looks at what expires')).toBeTruthy();
});
test('Lock and Ctrl+L lock at once', async () => {
  const { user, backend } = await openApp();
  await user.click(screen.getByRole('button', { name: 'Lock' }));
  await settled();
  expect(backend.memory.app.state).toBe('locked');
  await user.type(screen.getByLabelText('Passphrase'), `${PASSPHRASE}{Enter}`);
  await settled();
  expect(screen.getByRole('navigation')).toBeTruthy();
  await user.keyboard('{Control>}l{/Control}');
  await settled();
  expect(screen.getByRole('button', { name: 'Unlock' })).toBeTruthy();
  expect(traces()).toEqual([]);
});
test('a wrong passphrase is said beside the field, and the field is empty again', async () => {
  const { user } = await openApp({ state: 'locked' });
  const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
  await user.type(field, 'wrong{Enter}');
  await settled();
  expect(field.value).toBe('');
  const note = document.getElementById(field.getAttribute('aria-describedby') ?? '');
  expect(note?.textContent).toContain('does not open the vault');
  expect(document.activeElement).toBe(field);
});
test('a recovery code unlocks once, and the one in its place has to be kept before going on', async () => {
  const { user } = await openApp({ state: 'locked' });
  await user.click(screen.getByRole('button', { name: 'Use a recovery code' }));
  await user.type(screen.getByLabelText('Recovery code'), 'k7qm3 2xva8 9dtrp hn4c1 w83pd 6zjek t5b0f rm2h9{Enter}');
  await settled();
  const dialog = within(screen.getByRole('dialog', { name: 'Keep your recovery code' }));
  expect(dialog.getByText(/is used up/)).toBeTruthy();
  await user.type(dialog.getByLabelText(/last group/), 'rm2h9{Enter}');
  await settled();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByRole('navigation')).toBeTruthy();
});
test('this device unlocks', async () => {
  const { user } = await openApp({ state: 'locked' });
  await user.click(screen.getByRole('button', { name: 'Use this device' }));
  await settled();
  expect(screen.getByRole('navigation')).toBeTruthy();
});
test('whoever locked it by hand is not told why', async () => {
  const { backend, user } = await openApp();
  const lock = backend.vaultLock;
  backend.vaultLock = () => {
    backend.lockItself('asked');
    return lock();
  };
  await user.click(screen.getByRole('button', { name: 'Lock' }));
  await settled();
  expect(screen.getByText('This vault is locked')).toBeTruthy();
  expect(screen.queryByText('The vault was locked.')).toBeNull();
});
