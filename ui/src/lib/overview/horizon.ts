import type { ExpiryView, Timeline } from '../../backend/types';
import { dayDate } from '../app/time.svelte';

/** One or more expiries that stand at the same place of the drawing. */
export interface Mark {
  id: string;
  x: number;
  lane: number;
  /** Days from today to the soonest and to the last of its dates. */
  from: number;
  to: number;
  dates: number;
  /** The soonest of its dates, one at least; all of them only where there are few. */
  first: ExpiryView[];
  tone: 'bad' | 'warn' | 'later';
  /** Every date behind it is an estimate. */
  estimated: boolean;
  overdue: boolean;
  /** A name beside the mark, where there is room for one. */
  label: string;
}
export interface Horizon {
  lanes: string[];
  marks: Mark[];
  /** Firsts of the months; a label that would run into the one before is left out. */
  months: { x: number; label: string }[];
  today: number;
  soonEnd: number;
  end: number;
}
export interface HorizonSize {
  width: number;
  /** Room for the names of the owners. */
  left: number;
}

const DAYS = 365;
const SOON = 30;
const URGENT = 7;
const TOUCH = 19; // marks nearer than this would touch, and are drawn as one
const OVERDUE = 64;
/** Width of a letter in pixels: the widest of the system fonts, at 11 px. */
export const LETTER = 6.6;
const FIRST_LABEL = 92; // the words over the first 30 days
const DAY_MS = 86_400_000;

const tone = (days: number): Mark['tone'] => (days <= URGENT ? 'bad' : days <= SOON ? 'warn' : 'later');

function monthsFrom(now: Date, scale: { x: (days: number) => number; from: number; end: number }, format: (date: Date) => string): Horizon['months'] {
  const months: Horizon['months'] = [];
  let free = scale.from + FIRST_LABEL;
  for (let n = 1; n <= 12; n++) {
    const first = new Date(now.getFullYear(), now.getMonth() + n, 1, 12);
    const at = scale.x((first.getTime() - now.getTime()) / DAY_MS);
    const label = format(first);
    const room = at + 5 > free && at + label.length * LETTER < scale.end + 8;
    if (room) free = at + 5 + label.length * LETTER + 6;
    if (at < scale.end - 12) months.push({ x: at, label: room ? label : '' });
  }
  return months;
}

/** Gives each mark the words that fit before the next one in its lane. */
function label(marks: Mark[], end: number): void {
  marks.forEach((mark, n) => {
    const next = marks[n + 1];
    const room = (next && next.lane === mark.lane ? next.x - 12 : end) - mark.x - 20;
    const name = mark.dates > 1 ? '' : (mark.first[0]?.credential_name ?? '');
    const letters = Math.floor(room / LETTER);
    if (name.length <= letters) mark.label = name;
    else if (letters >= 12) mark.label = `${name.slice(0, letters - 1).trimEnd()}…`;
  });
}

/** Where everything of the drawing stands; dots that would touch become one mark. */
export function layOut(timeline: Timeline, size: HorizonSize, now: Date, names: { none: string; others: string; month: (date: Date) => string }): Horizon {
  const anyOverdue = timeline.dots.some((dot) => dot.from < 0);
  const today = size.left + (anyOverdue ? OVERDUE : 0);
  const end = Math.max(today + 120, size.width - 12);
  const x = (days: number) => today + (Math.max(0, days) / DAYS) * (end - today);
  const lanes = [...timeline.owners.map((owner) => owner || names.none), ...(timeline.others ? [names.others] : [])];

  const marks: Mark[] = [];
  for (const { line, from, to, dates, estimated, first } of timeline.dots) {
    const overdue = from < 0;
    const at = overdue ? size.left + OVERDUE / 2 : Math.max(x(from), today + 8);
    const last = marks.at(-1);
    if (last && last.lane === line && last.overdue === overdue && at - last.x < TOUCH) {
      last.first.push(...first);
      last.dates += dates;
      last.to = to;
      last.estimated &&= estimated;
      continue;
    }
    marks.push({ id: first[0]?.id ?? `${line}/${from}`, x: at, lane: line, from, to, dates, first: [...first], tone: tone(from), estimated, overdue, label: '' });
  }
  label(marks, end);
  return { lanes, marks, months: monthsFrom(now, { x, from: today, end }, names.month), today, soonEnd: x(SOON), end };
}

/** Days from now to a date, for a drawing that stays open over midnight. */
export function daysUntil(day: string, now: Date): number {
  return Math.round((dayDate(day).getTime() - now.getTime()) / DAY_MS);
}
