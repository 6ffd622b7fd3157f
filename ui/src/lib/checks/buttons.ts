/** Which test buttons a record has. A secret has none. */
import type { CheckKind, JsonObject } from '../../backend/types';
import { readText } from '../credentials/record';

/** TUF-25: Fetch Token stands where a token is fetched, over OAuth 2.0 or by a script. */
export function fetchesToken(record: JsonObject): boolean {
  if (record['type'] === 'app_registration') return true;
  const method = readText(record, 'auth.method');
  return method === 'oauth2' || (method === 'bearer' && readText(record, 'auth.token_script').trim() !== '');
}

export function checksOf(record: JsonObject): CheckKind[] {
  switch (record['type']) {
    case 'mail_server':
      return fetchesToken(record) ? ['email', 'token', 'connection'] : ['email', 'connection'];
    case 'outbound_server':
      return fetchesToken(record) ? ['connection', 'token'] : ['connection'];
    case 'app_registration':
      return ['token', 'connection'];
    case 'webhook':
      return ['action', 'connection'];
    default:
      return [];
  }
}
