/** Reads what the stages `connect` and `greeting` saw: it comes from outside, so nothing about its shape is taken for granted. */
import type { JsonObject, JsonValue } from '../../backend/types';

/** One address that was tried. */
export interface Attempt {
  address: string;
  family: string;
  network: string;
  outcome: string;
  connected: boolean;
  ms: number;
}

/** One line of what a mail server offers, and where it was said. */
export interface Offer {
  line: string;
  before: boolean;
  after: boolean;
}

export interface Offers {
  /** False where TLS came first, or not at all: then there is only one list. */
  compared: boolean;
  offers: Offer[];
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

export function attemptsOf(evidence: JsonValue): Attempt[] {
  const list = isObject(evidence) ? evidence['attempts'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map((entry) => ({
    address: text(entry['address']),
    family: text(entry['family']),
    network: text(entry['network']),
    outcome: text(entry['result']),
    connected: entry['result'] === 'connected',
    ms: typeof entry['duration_ms'] === 'number' ? entry['duration_ms'] : 0,
  }));
}

function linesOf(list: JsonValue | undefined): string[] | null {
  const lines = isObject(list) ? list['lines'] : undefined;
  return Array.isArray(lines) ? lines.map(text).filter((line) => line !== '') : null;
}

/** What a mail server said it can do before and after TLS, each line once. */
export function offersOf(evidence: JsonValue): Offers | null {
  if (!isObject(evidence)) return null;
  const before = linesOf(evidence['before_tls']);
  const after = linesOf(evidence['offers']);
  if (before === null && after === null) return null;
  const all = [...new Set([...(before ?? []), ...(after ?? [])])];
  return {
    compared: before !== null && after !== null,
    offers: all.map((line) => ({ line, before: before?.includes(line) ?? false, after: after?.includes(line) ?? false })),
  };
}
