/** Reads `result` of a check by its kind. It is data from outside: whatever is missing is simply not shown. */
import type { CheckResult, JsonObject, JsonValue } from '../../backend/types';

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

export interface MailOutcome {
  reply: string;
  messageId: string;
}
export interface TokenOutcome {
  type: string;
  expiresAt: string;
  scope: string;
  masked: string;
  claims: { name: string; value: string }[];
}
export interface HttpOutcome {
  status: number;
  headers: { name: string; value: string }[];
  body: string;
}

export function mailOutcome(result: CheckResult): MailOutcome | null {
  const data = result.result;
  return isObject(data) && data['accepted'] === true ? { reply: text(data['reply']), messageId: text(data['message_id']) } : null;
}

const dates = ['exp', 'iat', 'nbf', 'auth_time'];

function claimWords(name: string, value: JsonValue): string {
  if (dates.includes(name) && typeof value === 'number') return new Date(value * 1000).toISOString();
  if (Array.isArray(value)) return value.map((inner) => claimWords('', inner)).join(', ');
  return isObject(value) ? JSON.stringify(value) : String(value);
}

export function tokenOutcome(result: CheckResult): TokenOutcome | null {
  const data = result.result;
  if (!isObject(data) || (text(data['masked']) === '' && text(data['token_type']) === '')) return null;
  const claims = isObject(data['claims']) ? Object.entries(data['claims']) : [];
  return {
    type: text(data['token_type']),
    expiresAt: text(data['expires_at']),
    scope: text(data['scope']),
    masked: text(data['masked']),
    claims: claims.map(([name, value]) => ({ name, value: claimWords(name, value) })),
  };
}

export function httpOutcome(result: CheckResult): HttpOutcome | null {
  const data = result.result;
  if (!isObject(data) || typeof data['status'] !== 'number') return null;
  return { status: data['status'], headers: headerRows(data['headers']), body: text(data['body_excerpt']) };
}

/** Headers come as an object of texts or lists, or as a list of pairs. */
function headerRows(value: JsonValue | undefined): { name: string; value: string }[] {
  if (isObject(value)) return Object.entries(value).map(([name, inner]) => ({ name, value: claimWords('', inner) }));
  if (!Array.isArray(value)) return [];
  return value.map((row) => (Array.isArray(row) ? { name: text(row[0]), value: text(row[1]) } : isObject(row) ? { name: text(row['name']), value: text(row['value']) } : { name: '', value: '' })).filter((row) => row.name !== '');
}
