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
  found.push(...pasted(draft, ''));
  const auth = draft['auth'];
  if (isObject(auth)) {
    if (auth['method'] !== 'none' && draft['tls'] === 'none') found.push({ field: 'tls', severity: 'warning', message: 'The password would cross the network in clear.' });
  }
  return found;
}

const secretNames = ['client_secret', 'password', 'token', 'refresh_token', 'value', 'signing_secret'];

/** A few of the hints that Rust gives on pasted secrets. */
function pasted(value: JsonObject, prefix: string): LintFinding[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = prefix ? `${prefix}.${name}` : name;
    if (isObject(inner)) return pasted(inner, field);
    if (typeof inner !== 'string' || !secretNames.includes(name)) return [];
    const hint = (message: string, fix?: LintFinding['fix']): LintFinding[] => [{ field, severity: 'warning', message, ...(fix ? { fix } : {}) }];
    if (inner !== inner.trim()) return hint('Blanks or line breaks around it were pasted too. They are rarely part of a secret.', 'trim');
    if (/^".*"$/su.test(inner)) return hint('It stands in quotes. They are rarely part of a secret.', 'unquote');
    if (name.endsWith('token') && /^bearer\s/iu.test(inner)) return hint('It begins with “Bearer”. Only the token itself belongs here.', 'strip_scheme');
    if (name === 'client_secret' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/iu.test(inner)) return hint('This looks like Entra’s Secret ID. What is needed is the secret’s Value, shown once when it is made.');
    return [];
  });
}
