/** Search and filters of the list: a keystroke with 10,000 rows must fit in one frame, so the words are prepared once. */
import type { CredentialRow, CredentialType } from '../../backend/types';

export type StatusFilter = 'all' | 'failing' | 'expiring' | 'untested' | 'suspect' | 'not_verified' | 'clear_text';

export interface Filter {
  query: string;
  status: StatusFilter;
  type: CredentialType | 'any';
  tag: string;
  /** Only these, with words that say why. */
  only: { ids: readonly string[]; label: string } | null;
}

export const noFilter: Filter = { query: '', status: 'all', type: 'any', tag: '', only: null };

export interface Indexed {
  row: CredentialRow;
  words: string;
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export function index(rows: readonly CredentialRow[]): Indexed[] {
  return rows.map((row) => ({ row, words: plain([row.name, row.description, row.host, row.owner, row.type.replace('_', ' '), ...row.tags].join('\n')) }));
}

const isExpiring = (row: CredentialRow): boolean => row.flags.includes('expiring') || row.flags.includes('expired');

export function hasStatus(row: CredentialRow, status: StatusFilter): boolean {
  switch (status) {
    case 'all':
      return true;
    case 'failing':
      return row.status === 'failed';
    case 'untested':
      return row.status === 'untested' && row.type !== 'secret';
    case 'expiring':
      return isExpiring(row);
    default:
      return row.flags.includes(status);
  }
}

/** Every word of the query must occur. Names that begin with it come first; else the order stays. */
export function filterRows(rows: readonly Indexed[], filter: Filter): CredentialRow[] {
  // Taken out once: a reactive filter would be asked 10,000 times for each.
  const { query, status, type, tag, only } = filter;
  const ids = only ? new Set(only.ids) : null;
  const wanted = plain(query).split(/\s+/u).filter((word) => word !== '');
  const hits: CredentialRow[] = [];
  const first: CredentialRow[] = [];
  for (const { row, words } of rows) {
    if (ids && !ids.has(row.id)) continue;
    if (type !== 'any' && row.type !== type) continue;
    if (tag !== '' && !row.tags.includes(tag)) continue;
    if (!hasStatus(row, status) || !wanted.every((word) => words.includes(word))) continue;
    const lead = wanted[0];
    if (lead !== undefined && words.startsWith(lead)) first.push(row);
    else hits.push(row);
  }
  return first.length > 0 ? [...first, ...hits] : hits;
}

export function countStatus(rows: readonly CredentialRow[]): Record<StatusFilter, number> {
  const count = { all: rows.length, failing: 0, expiring: 0, untested: 0, suspect: 0, not_verified: 0, clear_text: 0 };
  for (const row of rows) {
    for (const status of ['failing', 'expiring', 'untested', 'suspect', 'not_verified', 'clear_text'] as const) if (hasStatus(row, status)) count[status] += 1;
  }
  return count;
}

export function tagsOf(rows: readonly CredentialRow[]): string[] {
  return [...new Set(rows.flatMap((row) => row.tags))].sort((a, b) => a.localeCompare(b));
}
