import { describe, expect, it } from 'vitest';
import type { CredentialRow } from '../../backend/types';
import { countStatus, filterRows, index, noFilter } from './filter';

function row(name: string, change: Partial<CredentialRow> = {}): CredentialRow {
  return { id: name, name, description: '', type: 'mail_server', host: 'smtp.example.com:587', owner: '', tags: [], class: 'usable', status: 'passed', flags: [], next_expiry: null, last_check: null, revision: 1, updated_at: '2026-01-01T00:00:00Z', ...change };
}

describe('the list', () => {
  it('finds words in any order, without regard to case and accents, names that begin with it first', () => {
    const rows = index([row('Relay for Zürich'), row('Zurich alerts'), row('Other')]);
    expect(filterRows(rows, { ...noFilter, query: 'zurich' }).map((r) => r.name)).toEqual(['Zurich alerts', 'Relay for Zürich']);
    expect(filterRows(rows, { ...noFilter, query: 'zur rel' }).map((r) => r.name)).toEqual(['Relay for Zürich']);
  });

  it('does not count a secret as untested: it has no test', () => {
    expect(countStatus([row('a', { status: 'untested' }), row('b', { status: 'untested', type: 'secret' })]).untested).toBe(1);
  });

  it('filters 10,000 rows within one frame', () => {
    const rows = index(Array.from({ length: 10_000 }, (_, n) => row(`Credential ${n}`, { description: `used by system ${n % 97}`, tags: ['erp'] })));
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now();
      filterRows(rows, { ...noFilter, query: 'system 42 erp' });
      return performance.now() - start;
    }).sort((a, b) => a - b);
    expect(times[10], 'median of 20 keystrokes, ms').toBeLessThan(16);
  });
});
