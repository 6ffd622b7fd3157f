/** What the vault in memory knows of a record's tokens. */
import type { Credential, OAuth2, RefreshState, TokenView } from '../types';
import { isObject } from '../../lib/credentials/record';

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
const DAY = 60 * 24;

function blockOf(credential: Credential): Record<string, unknown> | null {
  const record = credential as unknown as Record<string, unknown>;
  const auth = isObject(record['auth']) ? record['auth'] : {};
  const block = record['oauth2'] ?? auth['oauth2'];
  return isObject(block) ? block : null;
}

const WORDS: Readonly<Record<RefreshState, string | null>> = {
  active: null,
  stopped: 'Stopped: needs a new refresh token. The provider answered invalid_grant: AADSTS700082: The refresh token has expired due to inactivity.',
  in_doubt: 'In doubt: the refresh token may be lost: it was sent to the provider, and what came back was never stored. Press Fetch Token: it tries once more.',
};

/** The panel of a record; `owner` is the app registration that a reference leads to. */
export function tokenOf(self: { id: string; credential: Credential }, owner: { id: string; credential: Credential } | undefined, became: RefreshState): TokenView | null {
  const own = blockOf(self.credential);
  if (!own) return null;
  const held = 'credential' in own ? owner : self;
  const block = held ? (blockOf(held.credential) as OAuth2 | null) : null;
  if (!held || !block) return null;
  const refreshes = block.refresh_token !== undefined;
  const state = refreshes ? became : 'active';
  const google = block.token_url.includes('googleapis.com');
  const days = block.inactivity_days ?? (google ? 180 : block.token_url.includes('microsoftonline.com') ? 90 : null);
  const limit = refreshes ? days : null;
  const kept = state === 'active' ? limit : null;
  return {
    owner_id: held.id,
    owner_name: held.credential.name,
    state,
    words: WORDS[state],
    since: state === 'active' ? null : inMinutes(-95),
    access_token_until: state === 'active' ? inMinutes(41) : null,
    renews_at: state === 'active' ? inMinutes(35) : null,
    has_refresh_token: refreshes,
    refresh_token_until: null,
    until_source: null,
    refresh_token_ended: false,
    last_used: refreshes ? inMinutes(-18) : null,
    last_refreshed: refreshes ? inMinutes(-18) : null,
    replaced_at_use: refreshes ? !google : null,
    inactivity_days: limit,
    inactivity_from: limit === null ? null : block.inactivity_days ? 'the record' : google ? 'Google' : 'Microsoft Entra',
    keep_alive_at: kept === null ? null : inMinutes((kept * DAY * 8) / 9),
    kept_alive_by: kept === null ? null : `Kept alive by “credenza check” and by this window while it runs, on ${inMinutes((kept * DAY * 8) / 9).slice(0, 10)} if nothing uses it before.`,
  };
}
