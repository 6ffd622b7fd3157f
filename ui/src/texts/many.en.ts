/** Words of Test all and Test selected. */
import { count } from './en';

const credentials = (n: number) => count(n, 'credential', 'credentials');

export const many = {
  title: 'Test of many',
  all: 'Test all',
  selected: 'Test selected',
  /** What is tested, in the question and beside the button. */
  nSelected: (n: number) => `${credentials(n)} selected`,
  clearSelection: 'Clear selection',
  select: (name: string) => `Select ${name}`,
  testing: (n: number) => `Testing ${credentials(n)}`,
  tested: (n: number) => `${credentials(n)} tested`,
  progress: 'Progress',
  of: (done: number, total: number) => `${done} of ${total}`,
  failedSoFar: (n: number) => `${n} failed`,
  cancel: 'Cancel',
  stopping: 'Stopping…',
  close: 'Close',
  show: 'Show',
  open: (name: string) => `Open ${name}`,
  showFailed: 'Show the failed ones',
  showThese: (n: number) => `Show ${n === 1 ? 'it' : `these ${n}`}`,
  counts: 'Results',
  outcome: { passed: 'passed', warning: 'with a warning', failed: 'failed', cancelled: 'cancelled' },
  causes: 'What the failures have in common',
  list: 'Results one by one',
  noCause: 'Nothing failed.',
  took: (time: string) => `in ${time}`,
  note: 'At most eight at once, never two on one host. No mail is sent; webhooks are reached and told nothing.',
  filtered: 'Of the last run',
  failedFilter: 'Failed in the last run',
  clearFilter: 'Show all credentials again',
} as const;
