/** Evidence of a stage as label and text: its shape is the business of whoever recorded it. */
import type { JsonValue } from '../../backend/types';
import { evidence as names } from '../../texts/checks.en';

export interface EvidenceRow {
  label: string;
  value: string;
}

function words(value: JsonValue): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(words).filter((text) => text !== '').join('\n');
  if (typeof value === 'object') return Object.entries(value).map(([key, inner]) => `${key}: ${words(inner)}`).join(', ');
  return String(value);
}

/** `skip` are keys that are drawn in another way. */
export function evidenceRows(evidence: JsonValue, skip: readonly string[] = []): EvidenceRow[] {
  if (typeof evidence !== 'object' || evidence === null || Array.isArray(evidence)) return [];
  return Object.entries(evidence)
    .filter(([key]) => !skip.includes(key))
    .map(([key, value]) => ({ label: names[key] ?? (key.charAt(0).toUpperCase() + key.slice(1)).replaceAll('_', ' '), value: words(value) }))
    .filter((row) => row.value !== '');
}
