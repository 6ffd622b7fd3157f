import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { go, openApp, settled, type Opened } from './help';
import type { MemoryOptions } from '../src/backend/memory';

async function open(section: string, options: MemoryOptions = {}): Promise<Opened> {
  const opened = await openApp(options);
  await go(opened.user, 'Settings');
  await opened.user.click(screen.getByRole('tab', { name: section }));
  await settled();
  return opened;
}

test('the automatic lock is saved as it is chosen', async () => {
  const { user, backend } = await open('Vault');
  await user.selectOptions(screen.getByLabelText('Lock when nobody uses it'), 'After 15 minutes');
  await settled();
  expect(backend.memory.settings.auto_lock_minutes).toBe(15);
});
test('a refused setting goes back to what it was', async () => {
  const { user, backend } = await open('Appearance');
  backend.settingsSave = () => Promise.reject({ code: 'io', message: 'The disk is full.', hint: 'Free some room.', field: null });
  await user.click(screen.getByRole('radio', { name: 'Dark' }));
  await settled();
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'System' }).checked).toBe(true);
  expect(screen.getByText('The disk is full.')).toBeTruthy();
});
test('the theme is applied at once', async () => {
  const { user } = await open('Appearance');
  await user.click(screen.getByRole('radio', { name: 'Dark' }));
  await settled();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  await user.click(screen.getByRole('radio', { name: 'System' }));
  await settled();
  expect(document.documentElement.dataset['theme']).toBeUndefined();
});
test('token scripts are allowed only after a question', async () => {
  const { user, backend } = await open('Checks');
  const allow = screen.getByRole<HTMLInputElement>('switch', { name: 'Allow token scripts' });
  await user.click(allow);
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Cancel' }));
  await settled();
  expect(allow.checked, 'answered no').toBe(false);
  expect(backend.memory.settings.token_scripts_allowed).toBe(false);
  await user.click(allow);
  await user.click(screen.getByRole('button', { name: 'Allow scripts' }));
  await settled();
  expect(backend.memory.settings.token_scripts_allowed).toBe(true);
});
test('a slot is removed only after a question that names it', async () => {
  const { user, backend } = await open('Ways to unlock');
  await user.click(screen.getByRole('button', { name: 'Remove This device' }));
  expect(screen.getByRole('dialog').textContent).toContain('This device');
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }));
  await settled();
  expect(backend.memory.slots.map((slot) => slot.kind)).toEqual(['passphrase', 'recovery']);
});
test('the last way to unlock stays, and the reason is said', async () => {
  const { user, backend } = await open('Ways to unlock');
  backend.memory.slots = backend.memory.slots.filter((slot) => slot.kind !== 'recovery');
  await user.click(screen.getByRole('button', { name: 'Remove Passphrase' }));
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }));
  await settled();
  expect(screen.getByText(/last way to unlock/)).toBeTruthy();
  expect(backend.memory.slots.length).toBe(2);
});
test('helpdesk can look at the settings but not change them', async () => {
  await open('Checks', { role: 'helpdesk' });
  expect(screen.getByText('Only an administrator can change this.')).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>('switch').disabled).toBe(true);
});
test('practice mode starts, marks the header, and stops', async () => {
  const { user } = await open('Practice mode');
  await user.click(screen.getByRole('button', { name: 'Start practice mode' }));
  await settled();
  expect(screen.getByText('127.0.0.1:2525')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Practice mode' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await settled();
  expect(screen.queryByRole('button', { name: 'Practice mode' })).toBeNull();
});
