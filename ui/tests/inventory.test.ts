import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { MemoryOptions } from '../src/backend/memory';
import { axe, go, openApp, settled } from './help';

const READER = 'Entra: IQX mailbox reader';

async function openDialog(options: MemoryOptions = {}) {
  const opened = await openApp(options);
  await go(opened.user, 'Credentials');
  await opened.user.click(screen.getByText(READER));
  await settled();
  await opened.user.click(screen.getByRole('button', { name: 'Read from Entra' }));
  await settled();
  return { ...opened, dialog: screen.getByRole('dialog', { name: 'App registrations in Entra' }) };
}
async function read(options: MemoryOptions = {}) {
  const opened = await openDialog(options);
  await opened.user.click(within(opened.dialog).getByRole('button', { name: 'Read now' }));
  await settled();
  return opened;
}
const rows = (dialog: HTMLElement) => within(dialog).getAllByRole('row').slice(1).map((row) => row.textContent ?? '');

test('c4 what ends soon is listed soonest first, what renews itself is not, and nothing of a secret but its beginning', async () => {
  const { dialog, user } = await read();
  const shown = rows(dialog);
  expect(shown.map((text) => ['Time clock', READER, 'Invoice export', 'Intranet'].find((name) => text.includes(name)))).toEqual(['Time clock', READER, 'Invoice export', 'Intranet']);
  expect(shown[0]).toContain('9 days ago');
  expect(shown[1], 'the record that is here already').toContain('in use here');
  expect(shown[2]).toContain('begins with kQ8');
  expect(shown[2]).toContain('owner unknown');
  expect(await axe(dialog)).toEqual([]);
  await user.click(within(dialog).getByRole('radio', { name: 'All' }));
  expect(rows(dialog).some((text) => text.includes('Federated SSO') && text.includes('renews itself'))).toBe(true);
  expect(rows(dialog).at(-1), 'what never ends comes last').toContain('no end');
});
test('before the first reading the dialog says what it needs', async () => {
  const { dialog } = await openDialog();
  expect(dialog.textContent).toContain('Application.Read.All');
  expect(within(dialog).queryByRole('table')).toBeNull();
  expect(await axe(dialog)).toEqual([]);
});
test('chosen applications are imported, those that are here cannot be chosen', async () => {
  const { dialog, user, backend } = await read();
  expect(within(dialog).queryByRole('checkbox', { name: `Import ${READER}` })).toBeNull();
  await user.click(within(dialog).getByRole('checkbox', { name: 'Import Intranet' }));
  await user.click(within(dialog).getByRole('button', { name: 'Import 1' }));
  await settled();
  const list = await backend.credentialList();
  expect(list.filter((row) => row.name === 'Intranet')).toHaveLength(1);
  expect(within(dialog).getByRole('button', { name: 'Open Intranet' })).toBeTruthy();
  await user.click(within(dialog).getByRole('button', { name: 'Import all that matter (2)' }));
  await settled();
  expect((await backend.credentialList()).length).toBe(list.length + 2);
  expect(within(dialog).getByRole('button', { name: 'Import all that matter (0)' }).hasAttribute('disabled')).toBe(true);
});
test('c4 an application becomes a secret that is only watched, when that is chosen', async () => {
  const { dialog, user, backend } = await read();
  await user.selectOptions(within(dialog).getByRole('combobox', { name: 'Import as' }), 'secret');
  await user.click(within(dialog).getByRole('checkbox', { name: 'Import Intranet' }));
  await user.click(within(dialog).getByRole('button', { name: 'Import 1' }));
  await settled();
  expect(screen.getByText('1 secret to watch was added, without its value.')).toBeTruthy();
  expect((await backend.credentialList()).find((row) => row.name === 'Intranet')?.type).toBe('secret');
  expect(within(dialog).getByRole('button', { name: 'Open Intranet' })).toBeTruthy();
  expect(await axe(dialog)).toEqual([]);
});
test('c4 what is gone from the directory is listed with the record that stands for it', async () => {
  const { dialog, user, backend } = await read();
  const { id } = (await backend.credentialList()).find((row) => row.name === READER) ?? { id: '' };
  const told = await backend.inventoryRead({ run_id: 'x', id, within_days: 60 });
  const gone = [{ application: 'Parking', app_id: 'a', item: null, credential: { id, name: READER }, since: '2026-11-20' }];
  backend.inventoryRead = async () => ({ check: told.check, inventory: told.inventory && { ...told.inventory, gone } });
  await user.click(within(dialog).getByRole('button', { name: 'Read again' }));
  await settled();
  const list = within(dialog).getByRole('region', { name: 'Gone from the directory' });
  expect(list.textContent).toContain('Parking');
  expect(list.textContent).toContain('no longer there since');
  expect(within(list).getByRole('button', { name: `Open ${READER}` })).toBeTruthy();
  expect(await axe(dialog)).toEqual([]);
});
test('a missing permission is explained and never looks like an empty list', async () => {
  const { dialog, user, backend } = await openDialog();
  const told = await backend.inventoryRead({ run_id: 'x', id: (await backend.credentialList()).find((row) => row.name === READER)?.id ?? '', within_days: 60 });
  const explanation = { id: 'graph:Authorization_RequestDenied', title: 'App lacks a directory permission', meaning: 'Directory call refused.', causes: [], steps: ['Add Application.Read.All as an application permission and grant admin consent'], who: 'entra_admin', raw: 'HTTP/1.1 403 Forbidden', source: '', probably: false };
  backend.inventoryRead = () => Promise.resolve({ check: { ...told.check, outcome: 'failed', failed_stage: 'permission', explanation }, inventory: null });
  await user.click(within(dialog).getByRole('button', { name: /^Read / }));
  await settled();
  const alert = within(dialog).getByRole('alert');
  expect(alert.textContent).toContain('Nothing was read');
  expect(alert.textContent).toContain('Application.Read.All');
  expect(alert.textContent).toContain('Entra administrator');
  expect(dialog.textContent).not.toContain('Nothing matters');
  expect(await axe(dialog)).toEqual([]);
});
test('a muted application is no longer listed among what matters', async () => {
  const { dialog, user } = await read();
  await user.click(within(dialog).getByRole('button', { name: 'Mute Time clock' }));
  await settled();
  expect(rows(dialog).some((text) => text.includes('Time clock'))).toBe(false);
  await user.click(within(dialog).getByRole('radio', { name: 'All' }));
  await user.click(within(dialog).getByRole('button', { name: 'No longer mute Time clock' }));
  await settled();
  await user.click(within(dialog).getByRole('radio', { name: 'What matters' }));
  expect(rows(dialog)[0]).toContain('Time clock');
});
test('another limit and a search change the list without another reading', async () => {
  const { dialog, user, backend } = await read();
  let readings = 0;
  backend.inventoryRead = () => (readings++, Promise.reject(new Error('no')));
  await user.selectOptions(within(dialog).getByLabelText('Within'), '30');
  await settled();
  expect(rows(dialog).some((text) => text.includes('Intranet')), '40 days off').toBe(false);
  await user.type(within(dialog).getByRole('searchbox', { name: 'Search applications' }), 'invoice');
  expect(rows(dialog)).toHaveLength(1);
  expect(readings).toBe(0);
});
test('a reading says how far it is and can be cancelled', async () => {
  const { dialog, user, backend } = await openDialog();
  const id = (await backend.credentialList()).find((row) => row.name === READER)?.id ?? '';
  const { check } = await backend.inventoryRead({ run_id: 'x', id, within_days: 60 });
  let stop = () => {};
  backend.inventoryRead = ({ run_id }) => {
    const stage = check.stages.find((one) => one.name === 'action');
    if (stage) backend.emit('check-progress', { run_id, stage: { ...stage, status: 'running', target: 'page 2, waiting 12 s' } });
    return new Promise((done) => (stop = () => done({ check: { ...check, outcome: 'failed' }, inventory: null })));
  };
  backend.checkCancel = async () => {
    stop();
    return undefined;
  };
  await user.click(within(dialog).getByRole('button', { name: /^Read / }));
  await settled();
  expect(dialog.textContent).toContain('Reading from Microsoft Graph: page 2, waiting 12 s');
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  await settled();
  expect(within(dialog).getByText('Reading was cancelled.')).toBeTruthy();
  expect(within(dialog).queryByRole('alert'), 'that is no failure of the directory').toBeNull();
});
test('helpdesk may look and not import', async () => {
  const { dialog } = await read({ role: 'helpdesk' });
  expect(within(dialog).queryByRole('checkbox')).toBeNull();
  expect(within(dialog).queryByRole('button', { name: /^Import/ })).toBeNull();
  expect(dialog.textContent).toContain('An administrator can import these.');
});
test('records that cannot read a directory have no such button', async () => {
  const { user } = await openApp();
  await go(user, 'Credentials');
  await user.click(screen.getByText('Amazon SES eu-west-1'));
  await settled();
  expect(screen.queryByRole('button', { name: 'Read from Entra' })).toBeNull();
});
