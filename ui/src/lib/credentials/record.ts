/** The record as the contract's JSON, and paths into it ("auth.oauth2.client_id"). */

import type { ExpirySource } from '../../backend/types';
import type { CredentialType, JsonObject, JsonValue } from '../../backend/types';

export type Json = JsonValue;
export type { JsonObject };
export type RecordType = CredentialType;
export const recordTypes: readonly RecordType[] = ['mail_server', 'outbound_server', 'app_registration', 'webhook', 'secret'];

export interface HeaderRow {
  name: string;
  value: string;
  secret: boolean;
  /** Mask of the stored value; absent when nothing is stored under `storedAs`. */
  mask: string | null;
  /** Name under which the stored value lies: it does not follow a renaming. */
  storedAs: string | null;
}

export interface PairRow {
  key: string;
  value: string;
}

export interface ExpiryEntry {
  item: string;
  on: string;
  source: ExpirySource;
  note: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function read(root: JsonObject, path: string): Json | undefined {
  let at: Json | undefined = root;
  for (const key of path.split('.')) {
    if (!isObject(at)) return undefined;
    at = at[key];
  }
  return at;
}

export function readText(root: JsonObject, path: string): string {
  const value = read(root, path);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function write(root: JsonObject, path: string, value: Json): void {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let at = root;
  for (const key of keys) {
    const next = at[key];
    if (isObject(next)) {
      at = next;
    } else {
      at[key] = {};
      // Read back: a reactive root hands out a proxy of what was put in.
      at = at[key] as JsonObject;
    }
  }
  at[last] = value;
}

/** A stored secret is shown as `****` and at most its last four characters (rule IQX-6, decision D2). */
export function isMask(text: string): boolean {
  const length = [...text].length;
  return text.startsWith('****') && (length === 4 || length === 8);
}

export function asRecordType(value: unknown): RecordType {
  return recordTypes.find((type) => type === value) ?? 'secret';
}
