import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { findings, openCredentials } from './record/test-window';

const rows = () => within(screen.getByRole('listbox', { name: 'Credentials' })).getAllByRole('option');
const option = (name: RegExp) => screen.getByRole('option', { name });

describe('the list of credentials', () => {
  it('has no accessibility findings, full or empty', async () => {
    const full = await openCredentials();
    expect(await findings(full.container)).toEqual([]);
    document.body.replaceChildren();
    const empty = await openCredentials({ records: 0 });
    expect(screen.getByText('No credentials yet')).toBeTruthy();
    expect(await findings(empty.container)).toEqual([]);
  });

  it('searches at / and walks the hits with the arrow keys', async () => {
    const { user } = await openCredentials();
    await user.keyboard('/');
    expect(document.activeElement).toBe(screen.getByRole('searchbox', { name: 'Search credentials' }));
    await user.keyboard('exchange');
    expect(rows()).toHaveLength(2);
    await user.keyboard('{ArrowDown}');
    await screen.findByRole('article', { name: 'Exchange Online: alerts' });
    await user.keyboard('{ArrowDown}');
    await screen.findByRole('article', { name: 'Exchange Online: invoices' });
  });

  it('filters by status and type', async () => {
    const { user } = await openCredentials();
    await user.click(screen.getByRole('button', { name: /^Failing/ }));
    expect(rows()).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'More filters' }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Type' }), 'webhook');
    expect(rows()).toHaveLength(1);
    expect(option(/PagerDuty/)).toBeTruthy();
  });

  it('draws a handful of 10,000 rows', async () => {
    await openCredentials({ records: 10_000 });
    expect(rows().length).toBeLessThan(40);
    expect(screen.getByText('10000 credentials')).toBeTruthy();
  });

  it('follows a filter that another view asked for', async () => {
    await openCredentials({}, { filter: 'clear_text' });
    await waitFor(() => expect(rows()).toHaveLength(1));
  });
});

describe('adding a credential', () => {
  it('goes from type to provider to a form with only the fields that apply', async () => {
    const { user, container } = await openCredentials();
    await user.click(screen.getByRole('button', { name: 'Add credential' }));
    expect(await findings(container)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Mail server' }));
    await user.type(screen.getByRole('searchbox', { name: 'Search providers' }), 'gmail');
    expect(await findings(container)).toEqual([]);
    await user.click(await screen.findByRole('button', { name: /^Gmail/ }));
    expect(screen.getByLabelText<HTMLInputElement>(/^Host address/).value).toBe('smtp.gmail.com');
    expect(screen.getByText('Provider notes')).toBeTruthy();
    expect(screen.queryByLabelText('Access Token URL')).toBeNull();
    expect(await findings(container)).toEqual([]);
  });

  it('iqx_8_refuses_to_save_without_name_description_and_host', async () => {
    const { user, backend } = await openCredentials({ records: 0 });
    const save = vi.spyOn(backend, 'credentialSave');
    await user.click(screen.getByRole('button', { name: 'Add credential' }));
    await user.click(screen.getByRole('button', { name: 'Mail server' }));
    await user.click(screen.getByRole('button', { name: 'Start empty' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    for (const label of ['Name', 'Description', 'Host address']) expect(screen.getByText(`${label} is missing.`)).toBeTruthy();
    expect(save).not.toHaveBeenCalled();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(/^Name/)));
  });

  it('saves a new mail server with its port left blank', async () => {
    const { user, backend } = await openCredentials({ records: 0 });
    const save = vi.spyOn(backend, 'credentialSave');
    await user.click(screen.getByRole('button', { name: 'Add credential' }));
    await user.click(screen.getByRole('button', { name: 'Mail server' }));
    await user.click(screen.getByRole('button', { name: 'Start empty' }));
    expect(screen.getByLabelText('Port').getAttribute('placeholder')).toBe('25 (default)');
    await user.type(screen.getByLabelText(/^Name/), 'Relay');
    await user.type(screen.getByLabelText(/^Description/), 'Printers');
    await user.type(screen.getByLabelText(/^Host address/), '10.0.0.25');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(save).toHaveBeenCalledOnce());
    expect(save.mock.calls[0]?.[0]).toMatchObject({ id: null, revision: null, confirmRebind: false });
    expect(save.mock.calls[0]?.[0].draft).toEqual({ type: 'mail_server', name: 'Relay', description: 'Printers', host: '10.0.0.25', certificate_check: { mode: 'enable' }, auth: { method: 'none' } });
    await screen.findByRole('option', { name: /Relay/ });
    expect(screen.getByRole('tab', { name: 'General' })).toBeTruthy();
  });

  it('qp_16_takes_a_pasted_webhook_address_apart_and_keeps_its_path_secret', async () => {
    const { user } = await openCredentials({ records: 0 });
    await user.click(screen.getByRole('button', { name: 'Add credential' }));
    await user.click(screen.getByRole('button', { name: 'Webhook' }));
    await user.click(screen.getByRole('button', { name: 'Start empty' }));
    await user.type(screen.getByLabelText('Webhook URL'), 'https://hooks.example.com/T0/B1?k=v{Enter}');
    expect(screen.getByLabelText<HTMLInputElement>(/^Host address/).value).toBe('hooks.example.com');
    const path = screen.getByLabelText<HTMLInputElement>('Path');
    expect(path.value).toBe('/T0/B1?k=v');
    expect(path.type, 'typed secrets are dotted').toBe('password');
  });

  it('asks before a form with changes is left', async () => {
    const { user, app } = await openCredentials({}, {});
    await user.click(option(/Gmail/));
    await screen.findByRole('article', { name: 'Gmail: newsletter' });
    await user.type(screen.getByLabelText(/^Description/), ' and more');
    const ask = vi.spyOn(app, 'confirm').mockResolvedValueOnce(false);
    await user.click(option(/Amazon/));
    await waitFor(() => expect(ask).toHaveBeenCalledOnce());
    expect(screen.getByRole('article', { name: 'Gmail: newsletter' })).toBeTruthy();
    ask.mockResolvedValueOnce(true);
    await user.click(option(/Amazon/));
    await screen.findByRole('article', { name: 'Amazon SES eu-west-1' });
  });
});
