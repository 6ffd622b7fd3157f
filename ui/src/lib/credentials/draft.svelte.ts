/** The unsaved form: plain values, secrets that are kept, replaced or cleared, and what the contract's JSON of it is. */
import type { IdentityFile } from '../../backend/types';
import { EXPIRY_SOURCES } from '../../backend/types';
import { asRecordType, isMask, isObject, read, readText, write, type ExpiryEntry, type HeaderRow, type Json, type JsonObject, type PairRow, type RecordType } from './record';
import { fieldsOf, findField, isSecret, type FieldSpec } from './fields';
import { judgeField, judgeHeaders, judgePairs, type Finding } from './validate';
import { draftJson } from './draft-json';

export interface SecretState {
  edit: 'keep' | 'replace' | 'clear';
  value: string;
  /** Mask of the stored value; null when nothing is stored. */
  mask: string | null;
}

export interface Stored {
  id: string | null;
  revision: number | null;
  credential: JsonObject;
}

export class Draft {
  readonly id: string | null;
  readonly type: RecordType;
  /** What Rust knows this form by. */
  readonly form: string = crypto.randomUUID();
  /** A person signed in on this form; the sign-in waits in Rust for Save. */
  signedIn = $state(false);
  revision: number | null = $state(null);
  /** Every value that is not secret, also of fields that do not apply now: switching a method back loses nothing. */
  values: JsonObject = $state({});
  secrets: Record<string, SecretState> = $state({});
  headers: HeaderRow[] = $state([]);
  payload: PairRow[] = $state([]);
  expiries: ExpiryEntry[] = $state([]);
  /** Findings by field, from leaving a field and from Rust. */
  findings: Record<string, Finding> = $state({});
  #baseline = $state('');
  readonly #stored: Stored;
  readonly dirty: boolean = $derived(this.signedIn || this.#print() !== this.#baseline);

  constructor(stored: Stored) {
    this.#stored = stored;
    this.id = stored.id;
    this.type = asRecordType(stored.credential['type']);
    this.reset();
  }

  /** Back to what is stored (Discard). */
  reset(): void {
    const copy = structuredClone(this.#stored.credential);
    this.revision = this.#stored.revision;
    this.headers = takeHeaders(copy['headers']);
    this.payload = takePairs(copy['payload']);
    this.expiries = takeExpiries(copy['expiries']);
    this.secrets = {};
    this.values = copy;
    // A block that another grant or method may need must exist before a field binds to it.
    for (const spec of fieldsOf(copy)) if (isSecret(spec)) this.#takeSecret(spec.path);
    for (const key of ['headers', 'payload', 'expiries']) delete this.values[key];
    this.findings = {};
    this.signedIn = false;
    this.#baseline = this.#print();
  }

  #takeSecret(path: string): void {
    const mask = read(this.values, path);
    this.secrets[path] = { edit: 'keep', value: '', mask: typeof mask === 'string' && mask !== '' ? mask : null };
    if (mask !== undefined) write(this.values, path, '');
  }

  secret(path: string): SecretState {
    return this.secrets[path] ?? { edit: 'keep', value: '', mask: null };
  }

  /** What a text field shows; lists (tags, status codes) as one line. */
  text(path: string): string {
    const value = read(this.values, path);
    return Array.isArray(value) ? value.join(', ') : readText(this.values, path);
  }

  set(path: string, value: Json): void {
    write(this.values, path, value);
    this.#forget(path);
  }

  /** Certificate and key of a picked file; `at` is `auth.oauth2`, `oauth2` or `client_certificate`. */
  takeIdentity(at: string, found: IdentityFile): void {
    if (found.certificate_pem !== null) this.set(`${at}.certificate_pem`, found.certificate_pem);
    if (found.key_handle !== null) this.replaceSecret(`${at}.private_key_pem`, found.key_handle);
  }
  replaceSecret(path: string, value: string): void {
    const state = this.secret(path);
    // Typed then emptied is untouched again: a blank secret field means the stored one.
    this.secrets[path] = { ...state, edit: value === '' ? 'keep' : 'replace', value };
    this.#forget(path);
  }

  clearSecret(path: string): void {
    this.secrets[path] = { ...this.secret(path), edit: 'clear', value: '' };
    this.#forget(path);
  }

  keepSecret(path: string): void {
    this.secrets[path] = { ...this.secret(path), edit: 'keep', value: '' };
    this.#forget(path);
  }

  #forget(path: string): void {
    delete this.findings[path];
  }

  /** The contract's JSON of the form: only fields that apply; a kept secret is absent, a cleared one null. */
  json(): JsonObject {
    // A plain copy: nothing outside may hold a live piece of the form.
    return JSON.parse(JSON.stringify(draftJson(this))) as JsonObject;
  }

  #print(): string {
    return JSON.stringify(this.json());
  }


  /** Checks one field, as on leaving it. */
  judge(path: string): void {
    const spec = findField(this.values, path);
    if (!spec) return;
    const finding = this.#judgeSpec(spec);
    if (finding) this.findings[path] = finding;
    else this.#forget(path);
  }

  #judgeSpec(spec: FieldSpec): Finding | null {
    if (isSecret(spec)) {
      const secret = this.secret(spec.path);
      return judgeField(spec, secret.value, secret.edit === 'keep' && secret.mask !== null);
    }
    if (['headers', 'payload', 'certificate_check', 'tags', 'list', 'map', 'toggle', 'expiries'].includes(spec.kind)) return null;
    return judgeField(spec, asText(read(this.values, spec.path)));
  }

  /** Checks everything; true when nothing stands in the way of Save. */
  judgeAll(): boolean {
    const all = fieldsOf(this.values).map((spec) => this.#judgeSpec(spec)).filter((f) => f !== null);
    this.findings = Object.fromEntries(all.map((finding) => [finding.field, finding]));
    return this.errorCount === 0;
  }

  /** Adds what Rust found, without losing what the field said itself. */
  mergeLint(found: readonly Finding[], only: (path: string) => boolean): void {
    for (const finding of found) if (only(finding.field)) this.findings[finding.field] = finding;
  }

  get errorCount(): number {
    const fields = Object.values(this.findings).filter((finding) => finding.severity === 'error').length;
    return fields + judgeHeaders(this.headers).size + judgePairs(this.payload).size;
  }
}

function asText(value: Json | undefined): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function takeHeaders(value: Json | undefined): HeaderRow[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map((row) => {
    const name = readText(row, 'name');
    const text = readText(row, 'value') || readText(row, 'masked');
    const secret = row['secret'] === true;
    const stored = secret && isMask(text);
    return { name, secret, value: stored ? '' : text, mask: stored ? text : null, storedAs: stored ? name : null };
  });
}

function takePairs(value: Json | undefined): PairRow[] {
  return Array.isArray(value) ? value.filter(isObject).map((row) => ({ key: readText(row, 'key'), value: readText(row, 'value') })) : [];
}

function takeExpiries(value: Json | undefined): ExpiryEntry[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map((row) => ({
    item: readText(row, 'item'),
    on: readText(row, 'on'),
    source: EXPIRY_SOURCES.find((source) => source === readText(row, 'source')) ?? 'entered',
    note: readText(row, 'note'),
  }));
}
