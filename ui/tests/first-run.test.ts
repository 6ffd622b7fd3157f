import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { axe, openApp, settled } from './help';

async function create(user: UserEvent, passphrase = 'correct horse battery') {
  await user.type(screen.getByLabelText('Vault name'), 'Contoso IT');
  await user.type(screen.getByLabelText('Your name'), 'Dana Weiss');
  await user.type(screen.getByLabelText('Passphrase'), passphrase);
  await user.type(screen.getByLabelText('Repeat the passphrase'), passphrase);
  await user.click(screen.getByRole('button', { name: 'Create vault' }));
  await settled();
}

test('from nothing to the first practice mail server in three steps', async () => {
  const { user, backend } = await openApp({ state: 'absent' });
  expect(await axe(), 'step 1').toEqual([]);
  await create(user);
  expect(screen.getByText('K7QM3')).toBeTruthy();
  expect(await axe(), 'step 2').toEqual([]);
  await user.type(screen.getByLabelText('Type the last group to show that you have it'), 'rm2h9');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await settled();
  expect(screen.queryByText('K7QM3'), 'the code is shown once').toBeNull();
  expect(await axe(), 'step 3').toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Try it with the sandbox' }));
  await settled();
  expect(backend.memory.practice).toBe(true);
  expect(screen.getByRole('button', { name: 'Practice mode' }), 'marked in the header').toBeTruthy();
  const current = screen.getAllByRole('button', { name: 'Credentials' }).find((button) => button.getAttribute('aria-current') === 'page');
  expect(current, 'the credentials are open').toBeTruthy();
});
test('the wrong last group is refused in words', async () => {
  const { user } = await openApp({ state: 'absent' });
  await create(user);
  const field = screen.getByLabelText('Type the last group to show that you have it');
  await user.type(field, 'AAAAA{Enter}');
  await settled();
  expect(screen.getByText(/not the last group/)).toBeTruthy();
  expect(field.getAttribute('aria-invalid')).toBe('true');
});
test('an empty form says what is missing and goes to the first field', async () => {
  const { user, backend } = await openApp({ state: 'absent' });
  await user.click(screen.getByRole('button', { name: 'Create vault' }));
  await settled();
  expect(screen.getByText('Give the vault a name.')).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText('Vault name'));
  expect(backend.memory.app.state).toBe('absent');
});
test('a weak passphrase creates nothing', async () => {
  const { user, backend } = await openApp({ state: 'absent' });
  await create(user, 'abc');
  expect(screen.getByText(/would be guessed too soon/)).toBeTruthy();
  expect(screen.getByRole('meter', { name: 'Strength' }).getAttribute('aria-valuenow')).toBe('0');
  expect(backend.memory.app.state).toBe('absent');
});
test('two passphrases that differ create nothing', async () => {
  const { user, backend } = await openApp({ state: 'absent' });
  await user.type(screen.getByLabelText('Passphrase'), 'correct horse battery');
  await user.type(screen.getByLabelText('Repeat the passphrase'), 'correct horse batterx');
  await user.click(screen.getByRole('button', { name: 'Create vault' }));
  await settled();
  expect(screen.getByText('The two passphrases differ.')).toBeTruthy();
  expect(backend.memory.app.state).toBe('absent');
});
