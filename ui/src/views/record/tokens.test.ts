import { screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { CredentialDetail, TokenView } from '../../backend/types';
import { findings, idOf, openCredentials, type TestWindow } from './test-window';

const NAME = 'Google Workspace: directory sync';

/** The record with something known of its tokens, on its Authentication tab. */
async function openTokens(known: Partial<TokenView>): Promise<TestWindow> {
  const window = await openCredentials();
  const show = window.backend.credentialShow;
  window.backend.credentialShow = async (id) => {
    const detail: CredentialDetail = await show(id);
    if (detail.token) detail.token = { ...detail.token, ...known };
    if (known.state === 'stopped') detail.row = { ...detail.row, flags: ['token_stopped'], token_notice: { owner_id: id, state: 'stopped', words: known.words ?? '' } };
    return detail;
  };
  const id = await idOf(window, NAME);
  window.app.params = { id, tab: 'authentication' };
  await tick();
  await screen.findByRole('region', { name: 'Tokens' });
  return window;
}

const panel = () => within(screen.getByRole('region', { name: 'Tokens' }));

describe('the tokens of a record', () => {
  it('c8_shows_when_they_end_when_they_are_renewed_and_what_keeps_them_alive', async () => {
    const window = await openTokens({});
    for (const label of ['Access token ends', 'Renewed from', 'Refresh token ends', 'Inactivity limit']) expect(panel().getByText(label)).toBeTruthy();
    expect(panel().getByText('180 days')).toBeTruthy();
    expect(panel().getByText(/Kept alive by/u)).toBeTruthy();
    expect(await findings(window.container)).toEqual([]);
  });

  it('tuf_24_says_that_it_is_stopped_and_offers_one_try', async () => {
    const window = await openTokens({ state: 'stopped', words: 'Stopped: needs a new refresh token. The provider refused it.' });
    expect(panel().getByText('Stopped: needs a new refresh token')).toBeTruthy();
    expect(panel().getByText(/The provider refused it/u)).toBeTruthy();
    expect(within(screen.getByRole('article')).getAllByText('Stopped').length).toBeGreaterThan(0);
    await window.user.click(panel().getByRole('button', { name: 'Try once more' }));
    expect(window.runs.map((run) => run.kind)).toEqual(['token']);
    expect(await findings(window.container)).toEqual([]);
  });

  it('tuf_23_a_refresh_token_at_its_end_is_fetched_with_only_when_a_person_insists', async () => {
    const window = await openTokens({ refresh_token_until: '2026-01-31T00:00:00Z', until_source: 'reported', refresh_token_ended: true });
    await window.user.click(panel().getByRole('button', { name: 'Fetch anyway' }));
    expect(window.runs[0]?.despite_expiry).toBe(true);
  });
});
