import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import type { Credential, SignInAsked } from '../../backend/types';
import { findings, idOf, openCredentials, type TestWindow } from './test-window';

const button = (name: string | RegExp) => screen.getByRole('button', { name });

async function open(grant: 'authorization_code' | 'device_code', patient = true): Promise<TestWindow> {
  const window = await openCredentials({ patient });
  const id = await idOf(window, 'Entra: IQX mailbox reader');
  const kept = window.backend.memory.find(id);
  const credential = structuredClone(kept.sample.credential) as Extract<Credential, { type: 'app_registration' }>;
  credential.oauth2 = { ...credential.oauth2, grant, authorize_url: 'https://login.example.com/authorize', device_url: 'https://login.example.com/device' };
  kept.sample = { ...kept.sample, credential };
  window.app.params = { id };
  await screen.findByRole('article', { name: 'Entra: IQX mailbox reader' });
  return window;
}

describe('a sign-in that needs a person', () => {
  it('shows the code, its page and the time that is left, and copies and opens by Rust', async () => {
    const window = await open('device_code');
    const copy = vi.spyOn(window.backend, 'signInCopy');
    const opened = vi.spyOn(window.backend, 'signInOpen');
    await window.user.click(button('Fetch Token'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Sign in with a code' }));
    expect(dialog.getByLabelText('Code').textContent).toBe('GQXM-RTLB');
    expect(dialog.getByText('https://microsoft.com/devicelogin')).toBeTruthy();
    expect(dialog.getByRole('timer').textContent).toMatch(/1[45]:\d\d left/);
    expect(await findings(window.container)).toEqual([]);
    await window.user.click(dialog.getByRole('button', { name: 'Copy code' }));
    await dialog.findByRole('button', { name: 'Code copied' });
    await window.user.click(dialog.getByRole('button', { name: 'Open the page' }));
    const runId = copy.mock.calls[0]?.[0];
    expect(runId).toBeTruthy();
    expect(opened.mock.calls[0]?.[0]).toBe(runId);
  });

  it('is cancelled by its button and leaves no dialog behind', async () => {
    const window = await open('authorization_code');
    const cancel = vi.spyOn(window.backend, 'checkCancel');
    await window.user.click(button('Fetch Token'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Sign in in your browser' }));
    expect(dialog.queryByLabelText('Code')).toBeNull();
    await window.user.click(dialog.getByRole('button', { name: 'Cancel sign-in' }));
    await waitFor(() => expect(cancel).toHaveBeenCalledOnce());
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('closes by itself as soon as the token is there', async () => {
    const window = await open('authorization_code');
    let asked: SignInAsked | null = null;
    await window.backend.on('sign-in', (told) => (asked = told));
    await window.user.click(button('Fetch Token'));
    await screen.findByRole('dialog', { name: 'Sign in in your browser' });
    const stage = { name: 'token', target: '', status: 'passed', duration_ms: 1, summary: 'A token', evidence: {}, steps: [] } as const;
    window.backend.emit('check-progress', { run_id: asked!.run_id, stage: { ...stage, steps: [] } });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('has words for a browser that could not be started', async () => {
    const window = await open('authorization_code');
    let asked: SignInAsked | null = null;
    await window.backend.on('sign-in', (told) => (asked = told));
    await window.user.click(button('Fetch Token'));
    await screen.findByRole('dialog', { name: 'Sign in in your browser' });
    window.backend.emit('sign-in', { ...asked!, opened: false });
    await screen.findByText(/No browser could be started/);
    expect(button('Open the page')).toBeTruthy();
  });
});

describe('a sign-in on a form that is not saved', () => {
  /** The form of a stored record, edited, with somebody signed in on it. */
  async function signedIn(): Promise<TestWindow> {
    const window = await open('device_code', false);
    await window.user.type(screen.getByLabelText(/^Description/), ' x');
    await window.user.click(button('Fetch Token'));
    await screen.findByText('Signed in. Save keeps the sign-in');
    return window;
  }

  /** The sample has a host that its form does not show: the question about the address comes first, and loses nothing. */
  async function saveIt(window: TestWindow): Promise<void> {
    await window.user.click(button('Save'));
    await window.user.click(await screen.findByRole('button', { name: 'Send them there' }));
  }

  it('is stored by Save, and the second Fetch Token asks nobody', async () => {
    const window = await signedIn();
    expect(await findings(window.container)).toEqual([]);
    let asked = 0;
    await window.backend.on('sign-in', () => asked++);
    await window.user.click(button('Fetch Token'));
    await waitFor(() => expect(window.runs).toHaveLength(2));
    await waitFor(() => expect(button('Fetch Token').getAttribute('aria-busy')).not.toBe('true'));
    expect(asked).toBe(0);
    expect(window.runs[1]?.form).toBe(window.runs[0]?.form);
    const save = vi.spyOn(window.backend, 'credentialSave');
    await saveIt(window);
    await waitFor(() => expect(screen.queryByText('Signed in. Save keeps the sign-in')).toBeNull());
    expect(save.mock.calls[0]?.[0].form).toBe(window.runs[0]?.form);
    await expect(save.mock.results[1]?.value).resolves.toMatchObject({ sign_in: 'stored' });
    expect(screen.queryByText('The sign-in was not stored')).toBeNull();
  });

  it('is dropped with a warning when the client was changed after it', async () => {
    const window = await signedIn();
    await window.user.click(screen.getByRole('tab', { name: 'Authentication' }));
    await window.user.type(screen.getByLabelText(/^Client ID/), '9');
    await saveIt(window);
    await screen.findByText('The sign-in was not stored');
    expect(await findings(window.container)).toEqual([]);
  });

  it('counts as a change that leaving asks about, and is forgotten with the form', async () => {
    const window = await signedIn();
    const forget = vi.spyOn(window.backend, 'signInForget');
    await window.user.click(screen.getAllByRole('button', { name: 'Discard' })[0]!);
    await waitFor(() => expect(forget).toHaveBeenCalledWith(window.runs[0]?.form));
    expect(screen.queryByText('Signed in. Save keeps the sign-in')).toBeNull();
  });

  it('keeps Save pressable when nothing else differs any more', async () => {
    const window = await signedIn();
    await window.user.type(screen.getByLabelText(/^Description/), '{Backspace}{Backspace}');
    expect(button('Save')).toHaveProperty('disabled', false);
  });
});

describe('the form of the OAuth 2.0 block', () => {
  it.each([
    ['Browser sign-in', ['Authorization URL', 'Refresh Token'], ['Device code URL', 'Login password']],
    ['Device code', ['Device code URL', 'Refresh Token'], ['Authorization URL', 'Login password']],
    ['Client credentials', ['Client Secret'], ['Authorization URL', 'Device code URL', 'Refresh Token']],
    ['Resource owner password', ['Password'], ['Authorization URL', 'Refresh Token']],
    ['Refresh token', ['Refresh Token'], ['Authorization URL', 'Device code URL']],
  ])('%s has its own fields and no others', async (grant, there, gone) => {
    const window = await open('device_code');
    await window.user.click(screen.getByRole('tab', { name: 'Authentication' }));
    await window.user.selectOptions(screen.getByLabelText('Grant'), grant);
    for (const label of there) expect(screen.getByLabelText(new RegExp(`^${label}`)), label).toBeTruthy();
    for (const label of gone) expect(screen.queryByLabelText(new RegExp(`^${label}`)), label).toBeNull();
    expect(await findings(window.container)).toEqual([]);
  });
});

describe('a certificate to sign in with', () => {
  it('comes from a protected file by its password, and its key is a handle in the form', async () => {
    const window = await open('authorization_code');
    const save = vi.spyOn(window.backend, 'credentialSave');
    await window.user.click(screen.getByRole('tab', { name: 'Authentication' }));
    await window.user.click(screen.getByText('Advanced'));
    await window.user.selectOptions(screen.getByLabelText('Client authentication'), 'Certificate');
    await window.user.click(button('Import certificate…'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Password of the file' }));
    await window.user.type(dialog.getByLabelText('Password'), 'nope');
    await window.user.click(dialog.getByRole('button', { name: 'Open' }));
    await dialog.findByText('The password does not open the file.');
    await window.user.type(dialog.getByLabelText('Password'), 'pfx');
    await window.user.click(dialog.getByRole('button', { name: 'Open' }));
    await screen.findByText('From erp-connector.pfx');
    expect(screen.getByLabelText<HTMLInputElement>('Certificate key').value).toBe('Private key from the file');
    expect(await findings(window.container)).toEqual([]);
    await window.user.click(button('Save'));
    await waitFor(() => expect(save).toHaveBeenCalledOnce());
    const block = save.mock.calls[0]?.[0].draft['oauth2'];
    expect(block).toMatchObject({ client_auth: 'private_key_jwt' });
    expect(JSON.stringify(block)).toMatch(/imported-key:/u);
  });
});

describe('a secret that was pasted wrongly', () => {
  it('c18_is_flagged_beside_its_field_and_cleaned_in_the_page', async () => {
    const window = await open('device_code');
    await window.user.click(screen.getByRole('tab', { name: 'Authentication' }));
    await window.user.selectOptions(screen.getByLabelText('Grant'), 'Client credentials');
    const field = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>('Client Secret');
    await window.user.click(field());
    await window.user.click(screen.getAllByRole('button', { name: 'Replace' })[0]!);
    await window.user.click(field());
    await window.user.paste('0f8fad5b-d9cb-469f-a165-70867728950e');
    await screen.findByText(/Entra’s Secret ID/);
    await window.user.clear(field());
    await window.user.paste('"Vq8~h2.Zr6"');
    await screen.findByText(/It stands in quotes/);
    await window.user.click(button('Clean it'));
    expect(field().value).toBe('Vq8~h2.Zr6');
    await waitFor(() => expect(screen.queryByText(/It stands in quotes/)).toBeNull());
  });
});
