/** The form model: which fields a record has now, and what each accepts. Rust judges at Save; this answers while typing. */
import { t } from '../../texts/en';
import { fieldsByType } from './fields/types';
import { words, type FieldSpec, type Section } from './fields/spec';
import { asRecordType, readText, type JsonObject } from './record';

export { isSecret, words, isShared, grant, method } from './fields/spec';
export type { FieldKind, FieldSpec, Section } from './fields/spec';

/** The fields that apply to the record as it stands (IQX-2: what does not apply is hidden and not stored). */
export function fieldsOf(record: JsonObject): FieldSpec[] {
  return fieldsByType[asRecordType(record['type'])].filter((spec) => spec.applies(record));
}

export function inSection(record: JsonObject, ...sections: Section[]): FieldSpec[] {
  return fieldsOf(record).filter((spec) => sections.includes(spec.section));
}

export function findField(record: JsonObject, path: string): FieldSpec | undefined {
  const specs = fieldsOf(record);
  // Rust names a part of a field: "payload.0.key", "certificate_check.certificate_pem", "headers.X-Api-Key".
  return specs.find((spec) => spec.path === path) ?? specs.find((spec) => path.startsWith(`${spec.path}.`));
}

/** "auth.oauth2.client_id" as a person reads it: "Client ID". */
export function fieldLabel(record: JsonObject, path: string): string {
  const beside = /^(next|old):(.+)$/u.exec(path);
  if (beside) return t.rotation[beside[1] as 'next' | 'old'] + ' ' + fieldLabel(record, beside[2] ?? '');
  const specs = fieldsByType[asRecordType(record['type'])];
  const spec = specs.find((s) => s.path === path && s.applies(record)) ?? specs.find((s) => s.path === path)
    ?? specs.find((s) => path.startsWith(`${s.path}.`) || path.startsWith(`${s.path}[`));
  return spec ? words(spec).label : path;
}

/** The tab a field stands on, so that an error can open it. */
export function tabOf(section: Section): 'general' | 'authentication' | 'expiry' {
  if (section === 'auth' || section === 'advanced') return 'authentication';
  return section === 'expiry' ? 'expiry' : 'general';
}

/** IQX-11 and the contract: a blank port acts as this one. */
export function defaultPort(record: JsonObject): number {
  if (record['type'] === 'mail_server') return 25;
  return readText(record, 'protocol') === 'http' ? 80 : 443;
}

const choices: Record<string, readonly string[]> = {
  tls: ['none', 'starttls', 'implicit'],
  class: ['usable', 'sealed'],
  protocol: ['https', 'http'],
  method: ['POST', 'PUT', 'PATCH'],
  'test_request.method': ['GET', 'HEAD', 'OPTIONS'],
  'auth.in': ['header', 'query'],
  'auth.password_kind': ['main', 'app_password'],
  kind: ['api_key', 'app_password', 'licence', 'certificate', 'other'],
};

/** Options of a choice field, in order. */
export function choicesOf(record: JsonObject, path: string): readonly string[] {
  if (path === 'auth.method') return record['type'] === 'mail_server' ? ['none', 'password', 'oauth2'] : ['none', 'basic', 'digest', 'api_key', 'oauth2', 'bearer'];
  if (path.endsWith('oauth2.grant')) return ['client_credentials', 'authorization_code', 'device_code', 'refresh_token', 'password'];
  if (path.endsWith('oauth2.client_auth')) return ['post', 'basic', 'private_key_jwt', 'none'];
  if (path.endsWith('oauth2.assertion_algorithm')) return ['PS256', 'RS256'];
  if (path === 'signature') return withCurrent(['automatic', 'none'], readText(record, path));
  return choices[path] ?? [];
}

/** A stored value that is not on offer stays choosable, so that opening a record never changes it. */
function withCurrent(offered: readonly string[], current: string): readonly string[] {
  return current && !offered.includes(current) ? [...offered, current] : offered;
}

/** Entra's token address for a tenant (ELI-12). */
export function entraTokenUrl(tenant: string): string {
  return `https://login.microsoftonline.com/${encodeURIComponent(tenant.trim())}/oauth2/v2.0/token`;
}
