import type { Problem } from '../../backend/types';
import { t } from '../../texts/en';

export interface ShownProblem {
  severity: 'warn' | 'bad';
  title: string;
  text: string;
  /** What the window can offer beside the words. */
  action: 'retry' | 'reload' | 'restore' | 'unlock' | 'choose_folder' | null;
}
type Entry = Pick<ShownProblem, 'severity' | 'action'> & { title?: string };

/** Code → severity, words for when the program gave none, and what to offer. */
const TABLE: Readonly<Record<string, Entry>> = {
  check_failed: { severity: 'warn', action: 'retry' },
  usage: { severity: 'warn', action: null },
  invalid: { severity: 'warn', action: null },
  not_found: { severity: 'warn', action: 'reload' },
  locked: { severity: 'warn', action: 'unlock' },
  forbidden: { severity: 'warn', action: null },
  damaged: { severity: 'bad', action: 'restore' },
  conflict: { severity: 'warn', action: 'reload' },
  untested: { severity: 'warn', action: null },
  not_revoked: { severity: 'warn', action: null },
  in_use: { severity: 'warn', action: null },
  endpoint_changed: { severity: 'warn', action: null },
  io: { severity: 'bad', action: 'choose_folder' },
  expiring: { severity: 'warn', action: null },
  cancelled: { severity: 'warn', action: null },
  internal: { severity: 'bad', action: 'retry', title: t.problems.internal },
};

/** How a refused command is put to the person. */
export function shown(problem: Problem): ShownProblem {
  const entry = TABLE[problem.code] ?? { severity: 'bad', action: null };
  const title = entry.title ?? problem.message;
  const rest = [entry.title ? problem.message : '', problem.hint].filter(Boolean);
  return { severity: entry.severity, action: entry.action, title: title || t.problems.internal, text: rest.join(' ') };
}
