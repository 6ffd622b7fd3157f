import type { Credential, Draft, JsonObject, JsonValue, LintFinding } from '../types';
import { problem } from './state';

const SECRETS = new Set(['password', 'client_secret', 'refresh_token', 'private_key_pem', 'token', 'signing_secret', 'value']);
const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

export function maskOf(value: string): string {
  return value.length >= 8 ? `****${value.slice(-4)}` : '****';
}
/** The draft as it would be stored: new secrets masked, untouched ones as they were. */
function merge(draft: JsonObject, before: JsonObject | undefined, top: boolean): JsonObject {
  const result: JsonObject = {};
  const type = draft['type'];
  for (const [key, value] of Object.entries(draft)) {
    const secret = SECRETS.has(key) && !(top && key === 'value' && type !== 'secret');
    const path = top && key === 'path' && type === 'webhook';
    if ((secret || path) && typeof value === 'string') result[key] = maskOf(value);
    else if ((secret || path) && value === null) continue;
    else if (isObject(value)) result[key] = merge(value, isObject(before?.[key]) ? before[key] : undefined, false);
    else result[key] = value;
  }
  for (const [key, value] of Object.entries(before ?? {})) {
    if ((SECRETS.has(key) || key === 'path') && !(key in draft) && typeof value === 'string') result[key] = value;
  }
  return result;
}
export function storedFrom(draft: Draft, before: Credential | undefined): Credential {
  for (const field of ['name', 'description'] as const) {
    const value = draft[field];
    if (typeof value !== 'string' || value.trim() === '') throw problem('invalid', `${field === 'name' ? 'Name' : 'Description'} is missing.`, 'Fill it in and save again.', field);
  }
  const stored: unknown = merge(draft, before as JsonObject | undefined, true);
  return stored as Credential;
}
/** Whether stored secrets would go to another endpoint than the one they were entered for. */
export function endpointMoved(draft: Draft, before: Credential): string | null {
  const old: unknown = before;
  for (const field of ['host', 'port', 'tls'] as const) {
    const was = (old as JsonObject)[field] ?? null;
    const is = draft[field] ?? null;
    if (was !== is && was !== null) return field;
  }
  return null;
}
export function lint(draft: Draft): LintFinding[] {
  const found: LintFinding[] = [];
  if (draft['type'] !== 'secret' && draft['type'] !== 'app_registration' && !draft['host']) found.push({ field: 'host', severity: 'error', message: 'Host address is missing.' });
  const auth = draft['auth'];
  if (isObject(auth)) {
    const secret = isObject(auth['oauth2']) ? auth['oauth2']['client_secret'] : undefined;
    if (typeof secret === 'string' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(secret)) found.push({ field: 'auth.oauth2.client_secret', severity: 'warning', message: 'This looks like the secret’s ID; Entra needs its value.' });
    const password = auth['password'];
    if (typeof password === 'string' && password !== password.trim()) found.push({ field: 'auth.password', severity: 'warning', message: 'There are blanks at the end.' });
    if (auth['method'] !== 'none' && draft['tls'] === 'none') found.push({ field: 'tls', severity: 'warning', message: 'The password would cross the network in clear.' });
  }
  return found;
}
