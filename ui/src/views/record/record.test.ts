import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { STAGE_NAMES } from '../../backend/types';
import { acceptedMail, changedCertificate, fetchedToken, httpReply, refusedPassword, unknownIssuer, unknownReply } from '../../lib/checks/fixtures';
import { t } from '../../texts/en';
import { forgetRecipients } from './recipients';
import { answerWith, findings, idOf, openCredentials, type TestWindow } from './test-window';

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const tab = (name: string | RegExp) => screen.getByRole('tab', { name });
const region = () => screen.findByRole('region', { name: 'Check result' });

async function open(name: string, options: Parameters<typeof openCredentials>[0] = {}): Promise<TestWindow> {
  const window = await openCredentials(options);
  window.app.params = { id: await idOf(window, name) };
  await screen.findByRole('article', { name });
  return window;
}

beforeEach(forgetRecipients);

describe('the form of a record', () => {
  it.each(['Exchange Online: alerts', 'SecureChange → ServiceNow', 'Entra: IQX mailbox reader', 'IT Glue password workflow', 'Jira Cloud API token'])('has no accessibility findings on any tab of %s', async (name) => {
    const window = await open(name);
    for (const one of screen.getAllByRole('tab')) {
      await window.user.click(one);
      expect(await findings(window.container), one.textContent ?? '').toEqual([]);
    }
  });

  it('iqx_5_shows_a_stored_secret_as_its_mask_and_sends_it_only_when_replaced', async () => {
    const window = await open('Amazon SES eu-west-1');
    const save = vi.spyOn(window.backend, 'credentialSave');
    await window.user.click(tab('Authentication'));
    const field = screen.getByLabelText<HTMLInputElement>('Password');
    expect(field.value).toBe('****v1Zc');
    await window.user.clear(screen.getByLabelText(/^User name/));
    await window.user.type(screen.getByLabelText(/^User name/), 'AKIA');
    await window.user.click(button('Save'));
    await waitFor(() => expect(save).toHaveBeenCalledOnce());
    expect(save.mock.calls[0]?.[0].draft['auth']).toEqual({ method: 'password', username: 'AKIA', mechanisms: ['PLAIN'] });
  });

  it('replaces a secret by typing over its mask, and clears it with null', async () => {
    const window = await open('Amazon SES eu-west-1');
    const save = vi.spyOn(window.backend, 'credentialSave');
    await window.user.click(tab('Authentication'));
    await window.user.click(button('Replace'));
    await window.user.type(screen.getByLabelText('Password'), 'n3w');
    await window.user.click(button('Save'));
    await waitFor(() => expect(save.mock.calls[0]?.[0].draft['auth']).toMatchObject({ password: 'n3w' }));
    await screen.findByRole('button', { name: 'Clear' });
    await window.user.click(button('Clear'));
    await window.user.click(button('Save'));
    await waitFor(() => expect(save.mock.calls[1]?.[0].draft['auth']).toMatchObject({ password: null }));
  });

  it('vector_13_editing_a_note_moves_no_date', async () => {
    const window = await open('Jira Cloud API token');
    const save = vi.spyOn(window.backend, 'credentialSave');
    await window.user.click(tab('Expiry'));
    await window.user.click(button('Add date'));
    const on = screen.getAllByLabelText<HTMLInputElement>('Expires on')[0] as HTMLInputElement;
    await fireEvent.input(on, { target: { value: '2027-03-01' } });
    await window.user.click(button('Save'));
    await waitFor(() => expect(save).toHaveBeenCalledOnce());
    await screen.findByDisplayValue('2027-03-01');
    await window.user.type(screen.getByLabelText('Note'), 'ask the release team');
    await window.user.click(button('Save'));
    await waitFor(() => expect(save).toHaveBeenCalledTimes(2));
    const [first, second] = save.mock.calls.map(([sent]) => sent.draft['expiries'] as Record<string, unknown>[]);
    expect(second).toEqual(first?.map((entry) => ({ ...entry, note: 'ask the release team' })));
  });

  it('vector_13_a_note_on_a_date_that_a_program_learned_is_kept_apart_from_it', async () => {
    const window = await open('Amazon SES eu-west-1');
    const change = vi.spyOn(window.backend, 'horizonChange');
    const before = (await window.backend.horizonList({ text: 'amazon', muted: 'show' }))[0];
    await window.user.click(tab('Expiry'));
    const note = screen.getByLabelText(/^Note on/);
    await window.user.type(note, 'the provider renews it');
    await window.user.tab();
    await waitFor(() => expect(change).toHaveBeenCalledWith(before?.id, { note: 'the provider renews it' }));
    const after = (await window.backend.horizonList({ text: 'amazon', muted: 'show' }))[0];
    expect(after).toEqual({ ...before, note: 'the provider renews it' });
  });

  it('d8_shows_when_a_secret_expires_and_how_that_is_known', async () => {
    const window = await open('Entra: IQX mailbox reader');
    await window.user.click(tab('Authentication'));
    expect(screen.getByText(/^expires .* · reported by the provider$/)).toBeTruthy();
  });

  it('opens the reveal window for the field whose button was pressed', async () => {
    const window = await open('Entra: IQX mailbox reader');
    const reveal = vi.spyOn(window.backend, 'revealOpen').mockResolvedValue();
    await window.user.click(tab('Authentication'));
    await window.user.click(button('Reveal'));
    expect(reveal).toHaveBeenCalledWith(await idOf(window, 'Entra: IQX mailbox reader'), 'oauth2.client_secret');
  });

  it('d10_helpdesk_can_test_but_neither_change_nor_reveal', async () => {
    const window = await open('Amazon SES eu-west-1', { role: 'helpdesk' });
    await window.user.click(tab('Authentication'));
    expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
    expect(screen.queryByRole('button', { name: /^(Reveal|Replace|Clear|Remove)$/ })).toBeNull();
    expect(screen.getByLabelText<HTMLInputElement>('Password').matches(':disabled')).toBe(true);
    expect(button('Test connection').matches(':disabled')).toBe(false);
  });

  it('tuf_30_says_that_the_token_takes_precedence_over_the_script', async () => {
    const window = await open('Elimity Insights');
    await window.user.click(tab('Authentication'));
    expect(screen.queryByText(/takes precedence, the script is not started/)).toBeNull();
    await window.user.type(screen.getByLabelText('Token Script'), '/var/tmp/token_script.sh');
    expect(screen.getByText(/takes precedence, the script is not started/)).toBeTruthy();
    expect(button('Fetch Token')).toBeTruthy();
  });

  it('tuf_21_choosing_the_refresh_token_grant_hides_user_name_and_password', async () => {
    const window = await open('Entra: IQX mailbox reader');
    await window.user.click(tab('Authentication'));
    const grant = screen.getByRole('combobox', { name: 'Grant' });
    await window.user.selectOptions(grant, 'password');
    expect(screen.getByLabelText(/^User name/)).toBeTruthy();
    await window.user.selectOptions(grant, 'refresh_token');
    expect(screen.queryByLabelText(/^User name/)).toBeNull();
    expect(screen.getByLabelText('Refresh Token')).toBeTruthy();
  });

  it('says what is wrong beside the field when it is left', async () => {
    const window = await open('Amazon SES eu-west-1');
    const host = screen.getByLabelText(/^Host address/);
    await window.user.clear(host);
    await window.user.type(host, 'https://mail.example.com');
    await window.user.tab();
    expect(await screen.findByText(/without http:\/\/ or a path/)).toBeTruthy();
    expect(host.getAttribute('aria-invalid')).toBe('true');
  });

  it('hints at an Entra Secret ID in place of the secret value', async () => {
    const window = await open('Exchange Online: alerts');
    await window.user.click(tab('Authentication'));
    await window.user.click(button('Replace'));
    await window.user.paste('8f1c2d0e-6d1b-4a52-9a0f-2c4b6c1d77aa');
    expect(await screen.findByText(/looks like Entra’s Secret ID/)).toBeTruthy();
  });

  it('vector_14_asks_before_stored_secrets_go_to_a_new_address', async () => {
    const window = await open('Amazon SES eu-west-1');
    const save = vi.spyOn(window.backend, 'credentialSave');
    const host = screen.getByLabelText(/^Host address/);
    await window.user.clear(host);
    await window.user.type(host, 'other.example.com');
    await window.user.click(button('Save'));
    const dialog = await screen.findByRole('dialog', { name: 'Send the stored secrets to the new address?' });
    expect(save.mock.calls[0]?.[0].confirmRebind).toBe(false);
    await window.user.click(within(dialog).getByRole('button', { name: 'Send them there' }));
    await waitFor(() => expect(save.mock.calls[1]?.[0].confirmRebind).toBe(true));
    await waitFor(() => expect(button('Save').matches(':disabled')).toBe(true));
  });

  it('names what uses a record instead of removing it', async () => {
    const window = await open('Exchange Online: alerts');
    await window.user.click(button('Remove'));
    const dialog = await screen.findByRole('dialog', { name: 'Exchange Online: alerts is in use' });
    expect(within(dialog).getByText('ERP nightly report')).toBeTruthy();
    expect(within(dialog).queryByRole('button', { name: 'Remove credential' })).toBeNull();
  });

  it('qp_17_adds_pairs_and_refuses_a_key_that_is_there_twice', async () => {
    const window = await open('IT Glue password workflow');
    await window.user.click(button('Add pair'));
    await window.user.type(screen.getAllByLabelText('Key').at(-1) as HTMLElement, 'user');
    expect(await screen.findByText('The key user is there twice.')).toBeTruthy();
  });

  it('qp_18_completes_a_placeholder_from_its_bracket', async () => {
    const window = await open('IT Glue password workflow');
    await window.user.click(button('Add pair'));
    const value = screen.getAllByRole<HTMLInputElement>('combobox', { name: 'Value' }).at(-1) as HTMLInputElement;
    await window.user.type(value, '[[resource_n');
    await window.user.keyboard('{Enter}');
    await waitFor(() => expect(value.value).toBe('[resource_name]'));
  });
});

describe('a check from the record', () => {
  it('vector_12_fetch_token_sends_the_edited_unsaved_client_id_and_saves_nothing', async () => {
    const window = await open('Entra: IQX mailbox reader');
    const save = vi.spyOn(window.backend, 'credentialSave');
    await window.user.click(tab('Authentication'));
    const client = screen.getByLabelText(/^Client ID/);
    await window.user.clear(client);
    await window.user.type(client, 'edited');
    await window.user.click(button('Fetch Token'));
    await waitFor(() => expect(window.runs).toHaveLength(1));
    expect(window.runs[0]).toMatchObject({ kind: 'token', draft: { oauth2: { client_id: 'edited' } } });
    expect(window.runs[0]?.draft?.['oauth2']).not.toHaveProperty('client_secret');
    expect(save).not.toHaveBeenCalled();
    expect(button('Save').matches(':disabled')).toBe(false);
  });

  it('asks for the recipient and remembers it', async () => {
    const window = await open('Amazon SES eu-west-1');
    await window.user.click(button('Send test email'));
    const dialog = await screen.findByRole('dialog', { name: 'Send a test email' });
    await window.user.click(within(dialog).getByRole('button', { name: 'Send' }));
    expect(window.runs).toHaveLength(0);
    await window.user.type(within(dialog).getByLabelText(/^To/), 'dana@contoso.example');
    await window.user.click(within(dialog).getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(window.runs[0]).toMatchObject({ kind: 'email', email: { to: ['dana@contoso.example'], from: null } }));
    await waitFor(() => expect(button('Send test email').getAttribute('aria-busy')).toBeNull());
    await window.user.click(button('Send test email'));
    const again = await screen.findByRole('dialog', { name: 'Send a test email' });
    expect(within(again).getByLabelText<HTMLInputElement>(/^To/).value).toBe('dana@contoso.example');
  });

  it('iqx_10_asks_for_a_sender_when_the_record_has_none', async () => {
    const window = await open('Amazon SES eu-west-1');
    await window.user.clear(screen.getByLabelText('Email address'));
    await window.user.click(button('Send test email'));
    const dialog = await screen.findByRole('dialog', { name: 'Send a test email' });
    await window.user.type(within(dialog).getByLabelText(/^To/), 'dana@contoso.example');
    await window.user.click(within(dialog).getByRole('button', { name: 'Send' }));
    expect(window.runs, 'refused before anything is sent').toHaveLength(0);
    await window.user.type(within(dialog).getByLabelText(/^From/), 'erp@contoso.example');
    await window.user.click(within(dialog).getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(window.runs[0]?.email?.from).toBe('erp@contoso.example'));
  });

  it('shows all stages from the first moment and fills them in without changing their number', async () => {
    const window = await open('Amazon SES eu-west-1');
    const counts = new Set<number>();
    const stop = await window.backend.on('check-progress', () => counts.add(document.querySelectorAll('section.result li[data-stage]').length));
    await window.user.click(button('Test connection'));
    const result = await region();
    await waitFor(() => expect(result.getAttribute('aria-busy')).toBe('false'));
    stop();
    expect(within(result).getAllByRole('listitem').map((item) => item.getAttribute('aria-label'))).toEqual(STAGE_NAMES.map((name) => t.stages[name]));
    expect([...counts], 'rows while results stream').toEqual([STAGE_NAMES.length]);
  });

  it('explains a failure in three parts, opens the first broken stage and shows the reply', async () => {
    const window = await open('Amazon SES eu-west-1');
    answerWith(window, refusedPassword);
    await window.user.click(button('Test connection'));
    const result = await region();
    for (const part of ['What happened', 'What to do', 'Who can fix it']) expect(await within(result).findByText(part)).toBeTruthy();
    expect(within(result).getByText('Mailbox owner')).toBeTruthy();
    const broken = within(result).getByRole('listitem', { name: 'Authenticate' });
    expect(within(broken).getByRole('button').getAttribute('aria-expanded')).toBe('true');
    expect(broken.textContent).toContain('535 5.7.8');
    expect(within(result).getByRole('listitem', { name: 'Action' }).textContent).toContain('not reached');
    expect(await findings(window.container)).toEqual([]);
  });

  it('shows an unknown reply as it came, with no guess', async () => {
    const window = await open('Amazon SES eu-west-1');
    answerWith(window, unknownReply);
    await window.user.click(button('Test connection'));
    const result = await region();
    expect(await within(result).findByText(/not in the catalogue/)).toBeTruthy();
    expect(within(result).queryByText('Likely causes')).toBeNull();
    expect(within(result).getByLabelText('The reply').textContent).toContain('550 5.9.9 local policy 4711');
  });

  it('says accepted, never delivered', async () => {
    const window = await open('Amazon SES eu-west-1');
    answerWith(window, acceptedMail);
    await window.user.click(button('Test connection'));
    const result = await region();
    expect(await within(result).findByText(/^Accepted by the server: 250 2\.0\.0 Ok/)).toBeTruthy();
    expect(result.textContent).not.toMatch(/delivered/i);
  });

  it('shows type, lifetime, scope, masked token and claims of a fetched token', async () => {
    const window = await open('Entra: IQX mailbox reader');
    answerWith(window, fetchedToken);
    await window.user.click(button('Fetch Token'));
    const result = await region();
    for (const text of ['Bearer', '60 minutes', '****fQ8A', 'SMTP.SendAsApp']) expect(await within(result).findByText(text)).toBeTruthy();
    expect(await findings(window.container)).toEqual([]);
  });

  it('d1_a_result_without_verification_carries_a_badge_and_shows_the_certificate', async () => {
    const window = await open('IT Glue password workflow');
    answerWith(window, httpReply);
    await window.user.click(button('Test Action'));
    const result = await region();
    expect(await within(result).findByText('Not verified')).toBeTruthy();
    expect(within(result).getByText('202')).toBeTruthy();
    await window.user.click(within(within(result).getByRole('listitem', { name: 'TLS' })).getByRole('button'));
    expect(within(result).getAllByText(/CN=smtp\.contoso\.example/)[0]).toBeTruthy();
    expect(await findings(window.container)).toEqual([]);
  });

  it('shows every address with its outcome, and what TLS changed in the offer', async () => {
    const window = await open('Amazon SES eu-west-1');
    answerWith(window, refusedPassword);
    await window.user.click(button('Test connection'));
    const result = await region();
    await window.user.click(within(result).getByRole('button', { name: /^Connect/ }));
    const attempts = within(result).getByRole('table', { name: 'Addresses tried' });
    expect(within(attempts).getByRole('row', { name: /IPv6 .*2001:db8::10.* no answer/ })).toBeTruthy();
    await window.user.click(within(result).getByRole('button', { name: /^Greeting/ }));
    const offers = within(result).getByRole('table', { name: 'Offered by the server' });
    expect(within(offers).getByRole('row', { name: 'AUTH PLAIN LOGIN no yes' })).toBeTruthy();
    expect(within(offers).getByRole('row', { name: 'STARTTLS yes no' })).toBeTruthy();
    expect(await findings(window.container)).toEqual([]);
  });

  it('h6_marks_the_certificates_that_broke_a_rule_and_shows_the_fingerprint_that_is_trusted', async () => {
    const window = await open('Palo Alto firewall API (rack 4, replacement appliance since March)');
    answerWith(window, changedCertificate);
    await window.user.click(button('Test connection'));
    const result = await region();
    expect(await within(result).findByText('This record trusts another certificate:')).toBeTruthy();
    expect(within(result).getByText(/^77:90:AE/)).toBeTruthy();
    const expired = within(result).getByText('Expired').closest('details');
    expect(expired?.open).toBe(true);
    expect(expired?.textContent).toContain('Contoso Issuing CA 2');
    expect(await findings(window.container)).toEqual([]);
  });

  it('tuf_14_pins_the_shown_certificate_only_after_its_fingerprint_was_read', async () => {
    const window = await open('Palo Alto firewall API (rack 4, replacement appliance since March)');
    answerWith(window, unknownIssuer);
    await window.user.click(button('Test connection'));
    await window.user.click(await screen.findByRole('button', { name: 'Use this certificate…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Trust this certificate?' });
    const use = within(dialog).getByRole('button', { name: 'Use this certificate' });
    expect(use.matches(':disabled')).toBe(true);
    await window.user.click(within(dialog).getByLabelText('I have compared the fingerprint'));
    await window.user.click(use);
    await window.user.click(button('Test connection'));
    await waitFor(() => expect(window.runs).toHaveLength(2));
    expect(window.runs[1]?.draft?.['certificate_check']).toMatchObject({ mode: 'certificate', certificate_pem: expect.stringContaining('BEGIN CERTIFICATE') });
  });

  it('can be cancelled and then claims nothing', async () => {
    const window = await open('Amazon SES eu-west-1', { delayMs: 30 });
    await window.user.click(button('Test connection'));
    const result = await region();
    await window.user.click(await within(result).findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(within(result).getAllByText('Cancelled')[0]).toBeTruthy());
    expect(within(result).getByRole('listitem', { name: 'Action' }).textContent).not.toContain('passed');
  });

  it('copies the report through the program', async () => {
    const window = await open('Amazon SES eu-west-1');
    const copy = vi.spyOn(window.backend, 'checkCopyReport');
    answerWith(window, refusedPassword);
    await window.user.click(button('Test connection'));
    await window.user.click(await screen.findByRole('button', { name: 'Copy report' }));
    expect(copy).toHaveBeenCalledWith({ run_id: window.runs[0]?.run_id, credential_id: null });
  });

  it('copies the report and saves the transcript of a result that was stored before', async () => {
    const window = await open('Gmail: newsletter');
    const copy = vi.spyOn(window.backend, 'checkCopyReport');
    const save = vi.spyOn(window.backend, 'checkSaveTranscript');
    const id = window.app.rows.all.find((row) => row.name === 'Gmail: newsletter')?.id;
    await window.user.click(await screen.findByRole('button', { name: 'Copy report' }));
    await window.user.click(screen.getByRole('button', { name: 'Save transcript' }));
    for (const call of [copy, save]) await waitFor(() => expect(call).toHaveBeenCalledWith({ run_id: null, credential_id: id }));
  });

  it('c11_says_what_changed_since_it_last_worked_or_that_nothing_did', async () => {
    const window = await open('Amazon SES eu-west-1');
    const at = '2026-11-20T09:12:00Z';
    answerWith(window, { ...refusedPassword, last_pass: { at, words: '2 things are different:' }, changes_since_last_pass: [{ what: 'certificate', before: 'CN=old', after: 'CN=new' }, { what: 'auth', before: 'PLAIN, XOAUTH2', after: 'PLAIN' }] });
    await window.user.click(button('Test connection'));
    const changed = await screen.findByRole('region', { name: 'Since it last worked' });
    expect(within(changed).getAllByRole('term').map((term) => term.textContent)).toEqual(['Server certificate', 'Ways to sign in']);
    expect(await findings(window.container)).toEqual([]);
    answerWith(window, { ...refusedPassword, last_pass: { at, words: 'Nothing has changed. Look at the credential itself.' } });
    await window.user.click(button('Test connection'));
    await screen.findByText(/Look at the credential itself/);
  });
});
