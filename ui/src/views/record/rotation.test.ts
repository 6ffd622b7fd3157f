/** C9 and IQX-17 in the window. */
import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { findings, idOf, openCredentials, type TestWindow } from './test-window';

afterEach(cleanup);

const MAIL = 'Gmail: newsletter';
async function record(name: string, tab: string): Promise<TestWindow> {
  const window = await openCredentials();
  window.app.params = { id: await idOf(window, name), tab };
  await screen.findByRole('article', { name });
  return window;
}
const rotate = async (window: TestWindow, label: string) => {
  await window.user.click(await screen.findByTitle(`Rotate ${label}`));
  return screen.findByRole('dialog', { name: `Rotate ${label}` });
};
const button = (within_: HTMLElement, name: string) => within(within_).getByRole('button', { name });

test('c9 a next value that fails its test cannot simply be switched to', async () => {
  const window = await record(MAIL, 'authentication');
  const dialog = await rotate(window, 'Password');
  await window.user.type(within(dialog).getByLabelText('Next value'), 'a-wrong-password');
  await window.user.click(button(dialog, 'Keep as next value'));
  expect(await within(dialog).findByText('****word')).toBeTruthy();
  expect(dialog.innerHTML, 'what was typed is gone from the page').not.toContain('a-wrong-password');
  await window.user.click(button(dialog, 'Test next value'));
  await within(dialog).findByRole('alert');
  expect(within(dialog).queryByRole('button', { name: 'Switch now' })).toBeNull();
  expect(button(dialog, 'Switch although this is not proved')).toBeTruthy();
  expect(await findings(dialog)).toEqual([]);
});

test('c9 next, test, switch, return, switch again, tick off, revoke', async () => {
  const window = await record(MAIL, 'authentication');
  const dialog = await rotate(window, 'Password');
  await window.user.type(within(dialog).getByLabelText('Next value'), 'right-password-9x9x');
  await window.user.click(button(dialog, 'Keep as next value'));
  await window.user.click(await within(dialog).findByRole('button', { name: 'Test next value' }));
  await window.user.click(await within(dialog).findByRole('button', { name: 'Switch now' }));
  await within(dialog).findByText(/^kept until/);
  expect(within(dialog).getAllByText('****9x9x')).toHaveLength(1);

  await window.user.click(button(dialog, 'Return to the old value'));
  await within(dialog).findByText('nothing uses it yet');
  await window.user.click(button(dialog, 'Test next value'));
  await window.user.click(await within(dialog).findByRole('button', { name: 'Switch now' }));

  await window.user.type(await within(dialog).findByLabelText('Something else that uses it'), 'the nightly job');
  await window.user.click(button(dialog, 'Add'));
  const tick = await within(dialog).findByRole('checkbox', { name: 'the nightly job' });
  expect((button(dialog, 'The old value is revoked') as HTMLButtonElement).disabled, 'something is open').toBe(true);
  await window.user.click(tick);
  await waitFor(() => expect((button(dialog, 'The old value is revoked') as HTMLButtonElement).disabled).toBe(false));
  expect(await findings(dialog)).toEqual([]);
  await window.user.click(button(dialog, 'The old value is revoked'));
  await within(dialog).findByText(/^An old value was revoked/);

  await window.user.click(button(dialog, 'Close'));
  await waitFor(() => expect((screen.getByLabelText('Password') as HTMLInputElement).value).toBe('****9x9x'));
});

test('c9 an administrator reveals each value that is there, in the window for that', async () => {
  const window = await record(MAIL, 'authentication');
  const dialog = await rotate(window, 'Password');
  const asked: string[] = [];
  window.app.backend.revealOpen = async (_id: string, field: string) => void asked.push(field);
  const revealed = async (which: string) => window.user.click(await within(dialog).findByRole('button', { name: `Reveal: ${which}` }));
  expect(within(dialog).queryByRole('button', { name: 'Reveal: Next' }), 'there is none yet').toBeNull();
  await window.user.type(within(dialog).getByLabelText('Next value'), 'right-password-9x9x');
  await window.user.click(button(dialog, 'Keep as next value'));
  await revealed('Next');
  await revealed('Current');
  expect(within(dialog).queryByRole('button', { name: 'Reveal: Old' })).toBeNull();
  await window.user.click(await within(dialog).findByRole('button', { name: 'Test next value' }));
  await window.user.click(await within(dialog).findByRole('button', { name: 'Switch now' }));
  await revealed('Old');
  expect(asked).toEqual(['next:auth.password', 'auth.password', 'old:auth.password']);
  expect(dialog.innerHTML, 'the main window holds none of them').not.toContain('right-password');
  expect(await findings(dialog)).toEqual([]);
});

test('c9 a certificate comes from a file with its key, stands beside the one in force, and says itself when it ends', async () => {
  const window = await openCredentials();
  const name = 'SecureChange → ServiceNow';
  const id = await idOf(window, name);
  Object.assign(window.backend.memory.find(id).sample.credential, { client_certificate: { certificate_pem: '-----BEGIN CERTIFICATE-----', private_key_pem: '****----' } });
  window.app.params = { id, tab: 'expiry' };
  await screen.findByRole('article', { name });
  const list = await screen.findByRole('region', { name: 'Rotation' });
  await window.user.click(within(list).getByRole('button', { name: /^Rotate .*key/iu }));
  const dialog = await screen.findByRole('dialog', { name: /^Rotate/ });
  expect(within(dialog).queryByLabelText('Next value'), 'nothing to type').toBeNull();
  const keep = (): HTMLButtonElement => button(dialog, 'Keep as next certificate') as HTMLButtonElement;
  expect(keep().disabled).toBe(true);
  await window.user.click(button(dialog, 'Import certificate…'));
  const password = within(await screen.findByRole('dialog', { name: 'Password of the file' }));
  await window.user.type(password.getByLabelText('Password'), 'pfx');
  await window.user.click(password.getByRole('button', { name: 'Open' }));
  await within(dialog).findByText('From erp-connector.pfx');
  expect(await findings(dialog)).toEqual([]);
  await window.user.click(keep());
  const values = within(dialog).getByRole('group', { name: 'Values' });
  await waitFor(() => expect(within(values).getAllByText('Serial number', { exact: false })).toHaveLength(2));
  expect(values.textContent).toContain('CN=erp-connector.contoso.example');
  expect(within(values).getAllByText(/^good until/)).toHaveLength(2);
  await window.user.click(button(dialog, 'Test next value'));
  await within(dialog).findByRole('button', { name: 'Switch now' });
  expect(within(dialog).queryByLabelText('New value expires on'), 'the certificate says it').toBeNull();
  await window.user.click(button(dialog, 'Switch now'));
  await within(dialog).findByText(/^kept until/);
  expect(await findings(dialog)).toEqual([]);
});

test('sixty places that use it scroll by themselves, and the step after them stays in reach', async () => {
  const window = await openCredentials({ unkind: true });
  window.app.params = { id: await idOf(window, MAIL), tab: 'authentication' };
  await screen.findByRole('article', { name: MAIL });
  const dialog = await rotate(window, 'Password');
  await window.user.type(within(dialog).getByLabelText('Next value'), 'right-password-9x9x');
  await window.user.click(button(dialog, 'Keep as next value'));
  const places = within(dialog).getByRole('region', { name: 'Tick off what uses it' });
  expect(within(places).getAllByRole('listitem')).toHaveLength(60);
  expect(await findings(dialog)).toEqual([]);
});

test('the tab Expiry shows how far each rotation is, and a form with changes offers none', async () => {
  const window = await record(MAIL, 'expiry');
  const list = await screen.findByRole('region', { name: 'Rotation' });
  await window.user.click(within(list).getByRole('button', { name: 'Rotate Password' }));
  const dialog = await screen.findByRole('dialog', { name: 'Rotate Password' });
  await window.user.type(within(dialog).getByLabelText('Next value'), 'right-password-9x9x');
  await window.user.click(button(dialog, 'Keep as next value'));
  await within(dialog).findByText('****9x9x');
  await window.user.click(button(dialog, 'Close'));
  await screen.findByText('Next value entered');
  expect(await findings(window.container)).toEqual([]);
  await window.user.click(screen.getByRole('tab', { name: /Authentication/ }));
  await window.user.type(await screen.findByLabelText('Purpose'), 'x');
  expect(screen.queryByTitle('Rotate Password')).toBeNull();
});

test('iqx-17 a changed main password marks what depends on it and offers to test exactly that', async () => {
  const window = await record(MAIL, 'authentication');
  const asked: (string[] | null)[] = [];
  const many = window.backend.checkMany;
  window.backend.checkMany = (request) => {
    asked.push(request.ids);
    return many(request);
  };
  await window.user.click(await screen.findByRole('button', { name: 'Main password changed…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Was the main password changed?' });
  expect((within(dialog).getByLabelText('Account') as HTMLInputElement).value).toBe('news@contoso.com');
  expect(await findings(dialog)).toEqual([]);
  await window.user.click(button(dialog, 'Mark as suspect'));
  await within(dialog).findByText('made for Monthly newsletter');
  const id = await idOf(window, MAIL);
  expect(window.app.rows.byId(id)?.flags).toContain('suspect');
  await window.user.click(button(dialog, 'Test it now'));
  await waitFor(() => expect(asked).toEqual([[id]]));
});

test('helpdesk sees a rotation and changes nothing of it', async () => {
  const window = await openCredentials({ role: 'helpdesk' });
  window.app.params = { id: await idOf(window, MAIL), tab: 'authentication' };
  await screen.findByRole('article', { name: MAIL });
  expect(screen.queryByTitle('Rotate Password')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Main password changed…' })).toBeNull();
  await window.user.click(screen.getByRole('tab', { name: /Expiry/ }));
  await window.user.click(await screen.findByRole('button', { name: 'Rotate Password' }));
  const dialog = await screen.findByRole('dialog', { name: 'Rotate Password' });
  expect(within(dialog).queryAllByRole('button', { name: /^Reveal/ }), 'nor is anything to be revealed').toEqual([]);
});
