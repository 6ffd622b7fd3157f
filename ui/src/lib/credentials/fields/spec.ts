/** What one field of the form is. The tables that use it are the only place where "does it apply?" is decided. */
import { fieldTexts, type FieldText, type FieldTextKey } from '../../../texts/credentials.en';
import { read, readText, type JsonObject } from '../record';

export type FieldKind =
  | 'text' | 'multiline' | 'host' | 'port' | 'days' | 'email' | 'url' | 'proxy' | 'path' | 'script' | 'statuses'
  | 'secret' | 'secret_multiline' | 'pem' | 'choice' | 'toggle' | 'tags' | 'list' | 'map'
  | 'headers' | 'payload' | 'certificate_check' | 'expiries';

export type Section = 'general' | 'details' | 'auth' | 'advanced' | 'connection' | 'request' | 'message' | 'expiry';

export interface FieldSpec {
  readonly path: string;
  readonly text: FieldTextKey;
  readonly kind: FieldKind;
  readonly section: Section;
  readonly required: boolean;
  readonly mono: boolean;
  /** What is meant when the field is left out; such a value is not sent. */
  readonly fallback: string | boolean | null;
  readonly applies: (record: JsonObject) => boolean;
}

type Extra = Partial<Pick<FieldSpec, 'required' | 'mono' | 'fallback' | 'applies'>>;

export function field(path: string, text: FieldTextKey, kind: FieldKind, section: Section, extra: Extra = {}): FieldSpec {
  return {
    path,
    text,
    kind,
    section,
    required: extra.required ?? false,
    mono: extra.mono ?? false,
    fallback: extra.fallback ?? null,
    applies: extra.applies ?? (() => true),
  };
}

export const words = (spec: FieldSpec): FieldText => fieldTexts[spec.text];
export const isSecret = (spec: FieldSpec): boolean => spec.kind === 'secret' || spec.kind === 'secret_multiline';

export const method = (record: JsonObject): string => readText(record, 'auth.method') || 'none';
export const has = (record: JsonObject, path: string): boolean => readText(record, path).trim() !== '';

/** True when the block points to an app registration instead of holding its own settings. */
export const isShared = (record: JsonObject, block: string): boolean => read(record, `${block}.credential`) !== undefined
  && read(record, `${block}.credential`) !== null;

export const grant = (record: JsonObject, block: string): string => readText(record, `${block}.grant`) || 'client_credentials';
export const clientAuth = (record: JsonObject, block: string): string => readText(record, `${block}.client_auth`) || 'post';
