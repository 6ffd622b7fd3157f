/** Fields that every type has, and those of every type that connects somewhere. */
import { field, has, type FieldSpec } from './spec';

export const commonFields: readonly FieldSpec[] = [
  field('name', 'name', 'text', 'general', { required: true }),
  field('description', 'description', 'text', 'general', { required: true }),
];

export const detailFields: readonly FieldSpec[] = [
  field('owner', 'owner', 'text', 'details'),
  field('location', 'location', 'text', 'details'),
  field('tags', 'tags', 'tags', 'details'),
  field('subscribers', 'subscribers', 'tags', 'details'),
  field('notes', 'notes', 'multiline', 'details'),
  field('class', 'class', 'choice', 'details', { fallback: 'usable' }),
  field('expiries', 'expiries', 'expiries', 'expiry'),
];

export const hostFields: readonly FieldSpec[] = [
  field('host', 'host', 'host', 'general', { required: true }),
  field('port', 'port', 'port', 'general'),
];

export const certificateField: FieldSpec = field('certificate_check', 'certificateCheck', 'certificate_check', 'general');

export const connectionFields: readonly FieldSpec[] = [
  field('proxy.url', 'proxyUrl', 'proxy', 'connection', { mono: true }),
  field('proxy.username', 'proxyUser', 'text', 'connection', { applies: (r) => has(r, 'proxy.url') }),
  field('proxy.password', 'proxyPassword', 'secret', 'connection', { applies: (r) => has(r, 'proxy.url') }),
  field('client_certificate.certificate_pem', 'clientCertificate', 'pem', 'connection', { mono: true }),
  field('client_certificate.private_key_pem', 'clientKey', 'secret_multiline', 'connection', {
    mono: true,
    applies: (r) => has(r, 'client_certificate.certificate_pem'),
  }),
];
