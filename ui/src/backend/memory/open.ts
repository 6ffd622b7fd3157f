import type { Backend } from '../backend';
import { MemoryBackend, type MemoryOptions } from '../memory';

/**
 * The page's address says how the vault starts: `?state=locked&records=10000&role=helpdesk`; `token=stopped` or `in_doubt` is
 * what every record that refreshes has come to, `undated` leaves the dates out.
 */
export function openBackend(): Promise<Backend> {
  const asked = new URLSearchParams(location.search);
  const options: MemoryOptions = {
    state: (asked.get('state') ?? 'unlocked') as NonNullable<MemoryOptions['state']>,
    role: (asked.get('role') ?? 'administrator') as NonNullable<MemoryOptions['role']>,
    theme: (asked.get('theme') ?? 'system') as NonNullable<MemoryOptions['theme']>,
    practice: asked.has('practice'),
    patient: asked.has('patient'),
    undated: asked.has('undated'),
    unkind: asked.has('unkind'),
    token: (asked.get('token') ?? 'active') as NonNullable<MemoryOptions['token']>,
    unwatched: asked.has('unwatched'),
    delayMs: Number(asked.get('delay') ?? 0),
    ...(asked.has('records') ? { records: Number(asked.get('records')) } : {}),
  };
  const backend = new MemoryBackend(options);
  if (asked.has('reveal')) backend.pretendReveal('Exchange Online: alerts', asked.get('reveal') || 'auth.oauth2.client_secret');
  return Promise.resolve(backend);
}
