/** From the form to the contract's JSON. One place, so that what is tested and what is saved are the same. */
import { fieldsOf, isSecret, type FieldSpec } from './fields';
import { isObject, read, write, type ExpiryEntry, type HeaderRow, type Json, type JsonObject, type PairRow } from './record';
import { splitList } from './validate';
import type { SecretState } from './draft.svelte';

export interface FormState {
  readonly type: string;
  readonly values: JsonObject;
  readonly headers: readonly HeaderRow[];
  readonly payload: readonly PairRow[];
  readonly expiries: readonly ExpiryEntry[];
  secret(path: string): SecretState;
}

export function draftJson(form: FormState): JsonObject {
  const out: JsonObject = { type: form.type };
  for (const spec of fieldsOf(form.values)) {
    if (isSecret(spec)) putSecret(out, spec.path, form.secret(spec.path));
    else put(out, spec, form);
  }
  keepStructure(out, form);
  return out;
}

function putSecret(out: JsonObject, path: string, secret: SecretState): void {
  if (secret.edit === 'replace') write(out, path, secret.value);
  else if (secret.edit === 'clear') write(out, path, null);
}

function put(out: JsonObject, spec: FieldSpec, form: FormState): void {
  const value = valueOf(spec, form);
  if (value === null || value === '' || value === spec.fallback || (Array.isArray(value) && value.length === 0)) return;
  write(out, spec.path, value);
}

function valueOf(spec: FieldSpec, form: FormState): Json {
  const raw = read(form.values, spec.path) ?? null;
  switch (spec.kind) {
    case 'headers':
      return form.headers.filter((row) => row.name.trim() !== '').map(headerJson);
    case 'payload':
      return form.payload.filter((row) => row.key.trim() !== '').map((row) => ({ key: row.key.trim(), value: row.value }));
    case 'expiries':
      return form.expiries.filter((row) => row.item !== '' && row.on !== '').map((row) => ({ ...row }));
    case 'port':
    case 'days':
      return portJson(raw);
    case 'statuses':
      return typeof raw === 'string' ? splitList(raw).map(Number) : raw;
    case 'tags':
      return typeof raw === 'string' ? splitList(raw) : raw;
    case 'certificate_check':
      return certificateJson(raw);
    case 'map':
      return isObject(raw) && Object.keys(raw).length > 0 ? { ...raw } : null;
    case 'toggle':
      return raw === true;
    case 'multiline':
    case 'pem':
      return raw;
    default:
      return typeof raw === 'string' ? raw.trim() : raw;
  }
}

/** A stored secret header is sent without its value, which keeps it; under another name there is nothing to keep. */
function headerJson(row: HeaderRow): Json {
  const name = row.name.trim();
  if (!row.secret) return { name, value: row.value };
  return row.value === '' && row.storedAs === name ? { name, secret: true } : { name, value: row.value, secret: true };
}

/** What is not a number is sent as it was typed, so that Rust can name the field. */
function portJson(raw: Json): Json {
  if (typeof raw !== 'string') return raw;
  const text = raw.trim();
  return /^\d+$/u.test(text) ? Number(text) : text;
}

function certificateJson(raw: Json): Json {
  if (!isObject(raw)) return null;
  const mode = raw['mode'] ?? 'enable';
  return mode === 'certificate' ? { mode, certificate_pem: raw['certificate_pem'] ?? '' } : { mode };
}

/** Blocks whose tag alone carries a meaning are there even when all their fields are blank. */
function keepStructure(out: JsonObject, form: FormState): void {
  const auth = form.values['auth'];
  if (isObject(auth) && !isObject(out['auth'])) out['auth'] = { method: auth['method'] ?? 'none' };
  if (form.type === 'app_registration' && !isObject(out['oauth2'])) out['oauth2'] = {};
  const method = read(out, 'auth.method');
  if (method === 'oauth2' && !isObject(read(out, 'auth.oauth2'))) write(out, 'auth.oauth2', {});
}
