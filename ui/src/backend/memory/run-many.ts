/** Test all over the vault in the page: every record ends as its last check did. */
import type { Cause, ManyResult, ManyRow, StageName } from '../types';
import type { Kept } from './views';

export function manyRow({ id, sample: { credential, lastCheck } }: Kept, cancelled: boolean): ManyRow {
  const common = { id, name: credential.name, type: credential.type };
  if (cancelled) return { ...common, outcome: 'cancelled', failed_stage: null, headline: 'Not run', duration_ms: 0 };
  const failed = lastCheck?.outcome === 'failed';
  return { ...common, outcome: lastCheck?.outcome ?? 'passed', failed_stage: failed ? ((lastCheck.failedStage ?? 'connect') as StageName) : null, headline: lastCheck?.headline ?? 'Connection works', duration_ms: lastCheck?.durationMs ?? 120 };
}

export function manyResult(rows: readonly ManyRow[]): ManyResult {
  const count = (outcome: ManyRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  const failed = rows.filter((row) => row.outcome === 'failed');
  const reasons = new Map<string, ManyRow[]>();
  for (const row of failed) reasons.set(row.headline, [...(reasons.get(row.headline) ?? []), row]);
  const causes = [...reasons].map(([value, group]): Cause => ({
    words: group.length === 1 ? `1 of ${failed.length} failures: ${value} (${group[0]?.name})` : `${group.length} of ${failed.length} failures have one reason: ${value}`,
    explanation: 'unknown', shared: 'reason', value, count: group.length, credentials: group.map((row) => row.id),
  }));
  return {
    started_at: new Date().toISOString(), duration_ms: Math.round(rows.reduce((sum, row) => sum + row.duration_ms, 0) / 8),
    passed: count('passed'), warning: count('warning'), failed: failed.length, cancelled: count('cancelled'),
    results: [...rows].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)),
    causes: causes.sort((a, b) => b.count - a.count),
  };
}
