/** The fields of each of the five types, in the order of the form. */
import { readText, type JsonObject, type RecordType } from '../record';
import { certificateField, commonFields, connectionFields, detailFields, hostFields } from './common';
import { oauth2Fields } from './oauth2';
import { field, method, type FieldSpec } from './spec';

const by = (...names: string[]) => (record: JsonObject): boolean => names.includes(method(record));

const isAppPassword = (record: JsonObject): boolean => method(record) === 'password' && readText(record, 'auth.password_kind') === 'app_password';

const mailServer: readonly FieldSpec[] = [
  ...commonFields,
  ...hostFields,
  field('tls', 'tls', 'choice', 'general', { fallback: 'none' }),
  field('sender', 'sender', 'email', 'general'),
  certificateField,
  field('auth.method', 'method', 'choice', 'auth'),
  field('auth.username', 'username', 'text', 'auth', { applies: by('password') }),
  field('auth.username', 'mailboxUser', 'text', 'auth', { required: true, applies: by('oauth2') }),
  field('auth.password', 'password', 'secret', 'auth', { applies: by('password') }),
  field('auth.password_kind', 'passwordKind', 'choice', 'auth', { fallback: 'main', applies: by('password') }),
  field('auth.account', 'account', 'text', 'auth', { applies: isAppPassword }),
  field('auth.purpose', 'purpose', 'text', 'auth', { applies: isAppPassword }),
  ...oauth2Fields('auth.oauth2', by('oauth2')),
  field('auth.mechanisms', 'mechanisms', 'list', 'advanced', { applies: by('password') }),
  field('allow_clear', 'allowClear', 'toggle', 'advanced', { fallback: false, applies: by('password', 'oauth2') }),
  ...connectionFields,
  ...detailFields,
];

const outboundServer: readonly FieldSpec[] = [
  ...commonFields,
  field('protocol', 'protocol', 'choice', 'general', { fallback: 'https' }),
  ...hostFields,
  field('base_path', 'basePath', 'path', 'general', { mono: true }),
  field('headers', 'headers', 'headers', 'general'),
  certificateField,
  field('test_request.method', 'testMethod', 'choice', 'request', { fallback: 'GET' }),
  field('test_request.path', 'testPath', 'path', 'request', { mono: true }),
  field('test_request.expect_status', 'testStatus', 'statuses', 'request'),
  field('auth.method', 'method', 'choice', 'auth'),
  field('auth.username', 'username', 'text', 'auth', { applies: by('basic', 'digest') }),
  field('auth.password', 'password', 'secret', 'auth', { applies: by('basic', 'digest') }),
  field('auth.token', 'token', 'secret', 'auth', { mono: true, applies: by('bearer') }),
  field('auth.token_script', 'tokenScript', 'script', 'auth', { mono: true, applies: by('bearer') }),
  field('auth.in', 'keyPlace', 'choice', 'auth', { fallback: 'header', applies: by('api_key') }),
  field('auth.name', 'keyName', 'text', 'auth', { required: true, mono: true, applies: by('api_key') }),
  field('auth.value', 'keyValue', 'secret', 'auth', { required: true, mono: true, applies: by('api_key') }),
  ...oauth2Fields('auth.oauth2', by('oauth2')),
  ...connectionFields,
  ...detailFields,
];

const appRegistration: readonly FieldSpec[] = [
  ...commonFields,
  field('tenant_id', 'tenantId', 'text', 'general', { mono: true }),
  field('application_id', 'applicationId', 'text', 'general', { mono: true }),
  field('principal_id', 'principalId', 'text', 'general', { mono: true }),
  field('target_client_id', 'targetClientId', 'text', 'general', { mono: true }),
  field('graph_url', 'graphUrl', 'url', 'advanced', { mono: true }),
  certificateField,
  ...oauth2Fields('oauth2', () => true),
  ...connectionFields,
  ...detailFields,
];

const webhook: readonly FieldSpec[] = [
  ...commonFields,
  field('method', 'webhookMethod', 'choice', 'general', { fallback: 'POST' }),
  field('protocol', 'protocol', 'choice', 'general', { fallback: 'https' }),
  ...hostFields,
  field('path', 'webhookPath', 'secret', 'general', { mono: true }),
  certificateField,
  field('payload', 'payload', 'payload', 'message'),
  field('headers', 'headers', 'headers', 'message'),
  field('signature', 'signature', 'choice', 'auth', { fallback: 'automatic' }),
  field('signing_secret', 'signingSecret', 'secret', 'auth', { mono: true, applies: (r) => r['signature'] !== 'none' }),
  ...connectionFields,
  ...detailFields,
];

const secret: readonly FieldSpec[] = [
  ...commonFields,
  field('value', 'value', 'secret', 'general', { mono: true }),
  field('host', 'secretHost', 'host', 'general'),
  field('port', 'port', 'port', 'general'),
  ...detailFields,
];

export const fieldsByType: Record<RecordType, readonly FieldSpec[]> = {
  mail_server: mailServer,
  outbound_server: outboundServer,
  app_registration: appRegistration,
  webhook,
  secret,
};
