/** What a field says on leaving. Quick and local; `credential_lint` has the last word. */
import type { LintFinding } from '../../backend/types';
import { errors } from '../../texts/credentials.en';
import { isSecret, words, type FieldSpec } from './fields/spec';
import { isMask } from './record';

export type Finding = LintFinding;

const longest: Partial<Record<FieldSpec['kind'], number>> = { multiline: 20_000, secret: 20_000, secret_multiline: 20_000, pem: 50_000 };
const hostName = /^(?=.{1,253}\.?$)(?!-)[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62})(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62}))*\.?$/u;
const ipv6 = /^\[?[0-9a-f:]*:[0-9a-f:.]*(%[\w.-]+)?\]?$/iu;
// Also with a name before it: ERP <erp@example.com>.
const email = /^(?:[^<>]*<)?[^\s@<>"(),;:]+@[^\s@<>"(),;:]+>?$/u;

type Judge = (text: string) => string | null;

function hostProblem(text: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(text) || text.includes('/')) return errors.hostHasScheme;
  if (/^[^:]+:\d+$/u.test(text)) return errors.hostPort;
  return hostName.test(text) || ipv6.test(text) ? null : errors.hostShape;
}

function urlProblem(text: string): string | null {
  if (/[{}]/u.test(text)) return errors.urlBraces;
  try {
    const url = new URL(text);
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '' ? null : errors.url;
  } catch {
    return errors.url;
  }
}

const judges: Partial<Record<FieldSpec['kind'], Judge>> = {
  host: hostProblem,
  port: (text) => (/^\d{1,5}$/u.test(text) && Number(text) >= 1 && Number(text) <= 65535 ? null : errors.port),
  days: (text) => (/^\d{1,4}$/u.test(text) && Number(text) >= 1 && Number(text) <= 3650 ? null : errors.days),
  email: (text) => (email.test(text) ? null : errors.email),
  url: urlProblem,
  proxy: (text) => (/^(https?|socks5h?):\/\/[^\s/]+\/?$/iu.test(text) ? null : errors.proxy),
  path: (text) => (text.startsWith('/') ? null : errors.path),
  // TUF-28: absolute on any system, so that a record can be written on one and run on another.
  script: (text) => (/^(\/[^/]|[a-z]:[\\/]|\\\\[^\\])/iu.test(text) ? null : errors.script),
  statuses: (text) => (splitList(text).every((code) => /^[1-5]\d\d$/u.test(code)) ? null : errors.status),
  pem: (text) => (text.includes('-----BEGIN') ? null : errors.pem),
  secret: (text) => (isMask(text) ? errors.mask : null),
  secret_multiline: (text) => (isMask(text) ? errors.mask : text.includes('-----BEGIN') || text.startsWith('imported-key:') ? null : errors.pem),
};

export function splitList(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

/** The message beside the field, or null. `stored` tells that a blank secret field stands for a stored value. */
export function judgeField(spec: FieldSpec, text: string, stored = false): Finding | null {
  const trimmed = isSecret(spec) ? text : text.trim();
  const error = (message: string): Finding => ({ field: spec.path, severity: 'error', message });
  if (trimmed === '') return spec.required && !stored ? error(errors.required(words(spec).label)) : null;
  const most = longest[spec.kind] ?? 2000;
  if (trimmed.length > most) return error(errors.tooLong(words(spec).label, most));
  const problem = judges[spec.kind]?.(trimmed) ?? null;
  if (problem) return error(problem);
  if (spec.kind === 'url' && /^http:\/\//iu.test(trimmed) && !/^http:\/\/(localhost|127\.|\[::1\])/iu.test(trimmed)) {
    return { field: spec.path, severity: 'warning', message: errors.urlClear };
  }
  return null;
}

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u;

/** Rows of headers: a valid name (RFC 9110 5.1), each once. */
export function judgeHeaders(rows: readonly { name: string }[]): Map<number, string> {
  const found = new Map<number, string>();
  const seen = new Set<string>();
  rows.forEach((row, index) => {
    const key = row.name.trim().toLowerCase();
    if (key === '') return;
    if (!headerName.test(row.name.trim())) found.set(index, errors.headerName);
    else if (seen.has(key)) found.set(index, errors.headerTwice(row.name.trim()));
    seen.add(key);
  });
  return found;
}

export const placeholders = ['resource_url', 'resource_name', 'credential_name', 'event', 'time'] as const;

/** Pairs of a payload: a key, each once (QP-17), only known placeholders (QP-18). */
export function judgePairs(rows: readonly { key: string; value: string }[]): Map<number, string> {
  const found = new Map<number, string>();
  const seen = new Set<string>();
  rows.forEach((row, index) => {
    const key = row.key.trim();
    const unknown = [...row.value.matchAll(/\[([a-z_]+)\]/gu)].map((m) => m[1] ?? '').find((name) => !placeholders.some((p) => p === name));
    if (key === '' && row.value.trim() !== '') found.set(index, errors.keyBlank);
    else if (key !== '' && seen.has(key)) found.set(index, errors.keyTwice(key));
    else if (unknown !== undefined) found.set(index, errors.placeholder(unknown));
    seen.add(key);
  });
  return found;
}
