import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { axe, openApp, settled } from './help';

const TENANT = '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. [X.prod.outlook.com]';
const dialog = () => screen.getByRole('dialog', { name: 'Paste an error' });

test('c2 a pasted error is explained from the navigation as a check result would explain it', async () => {
  const { user } = await openApp();
  await user.click(screen.getByRole('button', { name: 'Paste an error' }));
  await user.type(screen.getByLabelText('Error text'), TENANT.replaceAll('[', '[['));
  await user.click(within(dialog()).getByRole('button', { name: 'Explain' }));
  await settled();
  const answer = within(dialog()).getByRole('region', { name: 'Explanation' });
  expect(within(answer).getByRole('heading', { name: 'SMTP sign-in is off for this mailbox' })).toBeTruthy();
  expect(within(answer).getByText('Exchange administrator')).toBeTruthy();
  expect(answer.textContent, 'where it was read').toContain('Source: Microsoft');
  expect(await axe(dialog())).toEqual([]);
});
test('c2 the lock screen explains too, since no vault is needed', async () => {
  const { user, backend } = await openApp({ state: 'locked' });
  const asked: unknown[] = [];
  const explain = backend.explainText;
  backend.explainText = (question) => {
    asked.push(question);
    return explain(question);
  };
  await user.click(screen.getByRole('button', { name: 'Paste an error' }));
  await user.type(screen.getByLabelText('Error text'), 'AADSTS7000215: Invalid client secret');
  await user.selectOptions(screen.getByLabelText('Where it came from'), 'Token or sign-in endpoint');
  await user.type(screen.getByLabelText('Host that sent it'), 'login.microsoftonline.com');
  await user.click(within(dialog()).getByRole('button', { name: 'Explain' }));
  await settled();
  expect(asked).toEqual([{ channel: 'oauth', host: 'login.microsoftonline.com', text: 'AADSTS7000215: Invalid client secret' }]);
  expect(within(dialog()).getByText('Client secret is not the right one')).toBeTruthy();
  expect(await axe(dialog())).toEqual([]);
});
test('c2 what stands on general knowledge is marked probably, and what is unknown stays unknown with the text as it came', async () => {
  const { user } = await openApp();
  await user.keyboard('{Control>}k{/Control}');
  await user.type(screen.getByRole('combobox'), 'paste an error');
  await user.keyboard('{Enter}');
  const box = screen.getByLabelText('Error text');
  await user.type(box, '535 no{Control>}{Enter}{/Control}');
  await settled();
  expect(within(dialog()).getByText('probably')).toBeTruthy();
  await user.clear(box);
  await user.type(box, 'the printer is on fire{Control>}{Enter}{/Control}');
  await settled();
  const answer = within(dialog()).getByRole('region', { name: 'Explanation' });
  expect(within(answer).getByText('This answer is not in the catalogue')).toBeTruthy();
  expect(within(answer).getByLabelText('The reply').textContent).toBe('the printer is on fire');
  expect(within(answer).queryByText('Who can fix it'), 'nobody is named').toBeNull();
});
test('an empty box asks for a text, and locking takes a pasted text from the screen', async () => {
  const { user, backend } = await openApp();
  await user.click(screen.getByRole('button', { name: 'Paste an error' }));
  await user.click(within(dialog()).getByRole('button', { name: 'Explain' }));
  expect(screen.getByText('Paste the text first.')).toBeTruthy();
  await user.type(screen.getByLabelText('Error text'), 'something of a record');
  backend.lockItself('idle');
  await settled();
  expect(document.body.textContent).not.toContain('something of a record');
  expect(screen.queryByLabelText('Error text')).toBeNull();
});
