import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { MemoryBackend, PASSPHRASE } from '../src/backend/memory';
import Reveal from '../src/Reveal.svelte';
import { axe, go, openApp, settled } from './help';

test('axe finds nothing on the overview, with records and without', async () => {
  await openApp();
  for (const name of ['Horizon', 'Needs attention', 'Recent checks']) expect(screen.getByRole('region', { name })).toBeTruthy();
  expect(await axe(), 'with records').toEqual([]);
});
test('axe finds nothing on the overview of an empty vault', async () => {
  await openApp({ records: 0 });
  expect(screen.getByText('Your vault is empty')).toBeTruthy();
  expect(await axe()).toEqual([]);
});
test('axe finds nothing on the events', async () => {
  const { user } = await openApp();
  await go(user, 'Events');
  expect(screen.getByRole('heading', { name: 'Events' })).toBeTruthy();
  expect(await axe()).toEqual([]);
});
test.each(['Vault', 'Ways to unlock', 'Checks', 'Appearance', 'Practice mode', 'About'])('axe finds nothing on the settings: %s', async (section) => {
  const { user } = await openApp({ practice: true });
  await go(user, 'Settings');
  await user.click(screen.getByRole('tab', { name: section }));
  await settled();
  expect(screen.getByRole('tabpanel', { name: section }).textContent?.length, 'the panel has content').toBeGreaterThan(20);
  expect(await axe()).toEqual([]);
});
test('axe finds nothing on the lock screen, also after a wrong passphrase', async () => {
  const { user } = await openApp({ state: 'locked' });
  expect(await axe()).toEqual([]);
  await user.type(screen.getByLabelText('Passphrase'), 'wrong{Enter}');
  await settled();
  expect(screen.getByLabelText('Passphrase').getAttribute('aria-invalid')).toBe('true');
  expect(await axe()).toEqual([]);
});
test('axe finds nothing on the command palette', async () => {
  const { user } = await openApp();
  await user.keyboard('{Control>}k{/Control}');
  await user.type(screen.getByRole('combobox'), 'mail');
  expect(screen.getAllByRole('option').length).toBeGreaterThan(2);
  expect(await axe()).toEqual([]);
});
test('axe finds nothing on the reveal page, asking and showing', async () => {
  const backend = new MemoryBackend();
  backend.pretendReveal('Exchange Online: alerts', 'auth.oauth2.client_secret');
  render(Reveal, { props: { backend } });
  await settled();
  expect(await axe(), 'asking').toEqual([]);
  await userEvent.type(screen.getByLabelText('Your passphrase'), `${PASSPHRASE}{Enter}`);
  await settled();
  expect(screen.getByRole('button', { name: 'Hide now' })).toBeTruthy();
  expect(await axe(), 'showing').toEqual([]);
});
