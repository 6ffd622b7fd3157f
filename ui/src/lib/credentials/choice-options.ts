/** The words of a choice. */
import { choiceTexts } from '../../texts/credentials.en';
import { choicesOf } from './fields';
import type { JsonObject } from './record';

const tables: Record<string, Record<string, string>> = {
  tls: choiceTexts.tls,
  class: choiceTexts.class,
  protocol: choiceTexts.protocol,
  signature: choiceTexts.signature,
  'auth.in': choiceTexts.keyPlace,
  'auth.password_kind': choiceTexts.passwordKind,
  kind: choiceTexts.secretKind,
};

function wordsOf(record: JsonObject, path: string): Record<string, string> {
  if (path === 'auth.method') return record['type'] === 'mail_server' ? choiceTexts.mailMethod : choiceTexts.outboundMethod;
  if (path.endsWith('.grant')) return choiceTexts.grant;
  if (path.endsWith('.client_auth')) return choiceTexts.clientAuth;
  if (path.endsWith('.assertion_algorithm')) return choiceTexts.assertionAlgorithm;
  return tables[path] ?? {};
}

export function optionsOf(record: JsonObject, path: string): { value: string; label: string }[] {
  const words = wordsOf(record, path);
  return choicesOf(record, path).map((value) => ({ value, label: words[value] ?? value }));
}
