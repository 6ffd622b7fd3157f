/** The stages of a check as rows of a list that has its full length from the first moment: nothing jumps while it fills. */
import { STAGE_NAMES, type JsonValue, type Stage, type StageName, type StageStatus } from '../../backend/types';

export type RowStatus = StageStatus | 'waiting';

export interface StageRow {
  name: StageName;
  status: RowStatus;
  target: string;
  summary: string;
  duration_ms: number;
  evidence: JsonValue;
  steps: StageRow[];
}

export function emptyRows(): StageRow[] {
  return STAGE_NAMES.map((name) => ({ name, status: 'waiting', target: '', summary: '', duration_ms: 0, evidence: {}, steps: [] }));
}

function rowOf(stage: Stage): StageRow {
  return { ...stage, steps: stage.steps.map(rowOf) };
}

/** Puts one stage as it was told into the rows. */
export function withStage(rows: readonly StageRow[], stage: Stage): StageRow[] {
  return rows.map((row) => (row.name === stage.name ? rowOf(stage) : row));
}

/** The rows of a finished result: also stages it does not mention keep their place. */
export function rowsOf(stages: readonly Stage[]): StageRow[] {
  return emptyRows().map((row) => {
    const told = stages.find((stage) => stage.name === row.name);
    return told ? rowOf(told) : { ...row, status: 'not_reached' };
  });
}

/** After a cancel: what ran has no outcome, and nothing after it is claimed. */
export function interrupted(rows: readonly StageRow[]): StageRow[] {
  return rows.map((row) => (row.status === 'running' || row.status === 'waiting' ? { ...row, status: 'not_reached' } : row));
}

/** The first broken stage, which is shown open. */
export function firstBroken(rows: readonly StageRow[]): StageName | null {
  return rows.find((row) => row.status === 'failed')?.name ?? null;
}
