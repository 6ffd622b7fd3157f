/** The one line above the stages, for every state of a run. */
import type { CheckRun } from './run.svelte';
import { mail, result as words } from '../../texts/checks.en';
import { t } from '../../texts/en';
import { mailOutcome } from './outcome-data';

export interface VerdictLine {
  tone: 'running' | 'ok' | 'warn' | 'bad' | 'neutral';
  title: string;
  text: string;
  /** What a screen reader is told. */
  said: string;
}

export function verdictOf(run: CheckRun): VerdictLine {
  switch (run.phase) {
    case 'running': {
      const stage = run.rows.find((row) => row.status === 'running')?.name;
      return { tone: 'running', title: words.running, text: stage ? t.stages[stage] : '', said: words.running };
    }
    case 'cancelled':
      return { tone: 'neutral', title: words.cancelled, text: words.cancelledText, said: words.cancelled };
    case 'refused':
      return { tone: 'bad', title: words.couldNotRun, text: [run.problem?.message, run.problem?.hint].filter(Boolean).join(' '), said: run.problem?.message ?? words.couldNotRun };
    case 'finished':
      return finished(run);
    default:
      return { tone: 'neutral', title: words.empty, text: words.emptyText, said: '' };
  }
}

function finished(run: CheckRun): VerdictLine {
  const { result } = run;
  if (!result || result.outcome === 'failed') {
    const title = result?.explanation?.title || words.failed;
    return { tone: 'bad', title, text: '', said: title };
  }
  const title = (result.outcome === 'warning' ? words.warned : words.passed)[result.kind];
  const reply = mailOutcome(result)?.reply;
  // "Accepted by the server", never "delivered".
  return { tone: result.outcome === 'warning' ? 'warn' : 'ok', title: reply && result.outcome === 'passed' ? mail.accepted(reply) : title, text: reply && result.outcome === 'warning' ? reply : '', said: title };
}
