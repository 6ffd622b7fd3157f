import type { Day, Time } from '../../backend/types';
import { locale } from '../../texts/en';

/** The present, to the half minute, for words such as "2 minutes ago". */
class Minute {
  now = $state(Date.now());
  constructor() {
    if (typeof window !== 'undefined') window.setInterval(() => (this.now = Date.now()), 30_000);
  }
}
export const minute = new Minute();

const DAY_MS = 86_400_000;
/** How people write dates where this person lives; words stay in the catalogue's language. */
const place = languageOfSystem();
const exact = new Intl.DateTimeFormat(place, { dateStyle: 'full', timeStyle: 'long' });
const short = new Intl.DateTimeFormat(place, { dateStyle: 'medium' });
const shortTime = new Intl.DateTimeFormat(place, { dateStyle: 'medium', timeStyle: 'short' });
const long = new Intl.DateTimeFormat(place, { dateStyle: 'full' });
const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' });

/** Where the system's locale is plain `C`, WebKit gives that as the language, and no formatter takes it. */
function languageOfSystem(): string | undefined {
  try {
    return typeof navigator === 'undefined' ? undefined : Intl.getCanonicalLocales(navigator.language)[0];
  } catch {
    return undefined;
  }
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "2 minutes ago", "in 3 days", "now". */
export function relativeTime(time: Time, now: number = Date.now()): string {
  const distance = Date.parse(time) - now;
  for (const [unit, length] of STEPS) {
    if (Math.abs(distance) >= length) return ago.format(Math.trunc(distance / length), unit);
  }
  return ago.format(0, 'second');
}
/** Date and time with the zone, for a tooltip. */
export function exactTime(time: Time): string {
  return exact.format(new Date(time));
}
export function shortDateTime(time: Time): string {
  return shortTime.format(new Date(time));
}
/** A calendar day has no zone: read it as local noon, so that no zone moves it. */
export function dayDate(day: Day): Date {
  return new Date(`${day}T12:00:00`);
}
export function shortDay(day: Day): string {
  return short.format(dayDate(day));
}
export function longDay(day: Day): string {
  return long.format(dayDate(day));
}
/** "12 ms", "1.4 s". */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toLocaleString(place, { maximumFractionDigits: 1 })} s`;
}
