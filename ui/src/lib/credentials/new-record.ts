/** What a form starts with: a type alone, or a provider's preset. */
import type { Preset, Settings } from '../../backend/types';
import { isObject, type Json, type JsonObject, type RecordType } from './record';

const jsonHeader: Json = { name: 'Content-Type', value: 'application/json' };

const starts: Record<RecordType, JsonObject> = {
  mail_server: { tls: 'none', auth: { method: 'none' } },
  // TUF-11: the header that nearly every interface wants is there already.
  outbound_server: { protocol: 'https', headers: [jsonHeader], auth: { method: 'none' } },
  app_registration: { oauth2: { grant: 'client_credentials' } },
  webhook: {
    protocol: 'https',
    method: 'POST',
    headers: [jsonHeader],
    // QP-18: the two pairs that are built in.
    payload: [
      { key: 'resourceUrl', value: '[resource_url]' },
      { key: 'resourceName', value: '[resource_name]' },
    ],
  },
  secret: {},
};

function merge(base: JsonObject, over: JsonObject): JsonObject {
  const out: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = out[key];
    out[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return out;
}

/** `default` is the application's setting for new servers (D1). */
export function startOf(type: RecordType, verify: Settings['default_certificate_check'], preset: JsonObject | null = null): JsonObject {
  const base = merge({ type, name: '', description: '' }, structuredClone(starts[type]));
  if (type !== 'secret') base['certificate_check'] = { mode: verify };
  const whole = preset ? merge(base, structuredClone(preset)) : base;
  return { ...whole, type };
}

/** D1: a template for devices that carry a certificate of their own. */
export function applianceOf(type: RecordType): JsonObject {
  return startOf(type, 'disable', { tags: ['appliance'] });
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Presets of a type that contain every word. */
export function searchPresets(presets: readonly Preset[], type: RecordType, query: string): Preset[] {
  const wanted = plain(query).split(/\s+/u).filter((word) => word !== '');
  return presets.filter((preset) => {
    if (preset.credential_type !== type) return false;
    const words = plain([preset.name, preset.host, preset.id, preset.kind].join('\n'));
    return wanted.every((word) => words.includes(word));
  });
}
