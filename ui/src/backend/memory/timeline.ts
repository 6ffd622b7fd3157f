import type { ExpiryView, Timeline, TimelineDot } from '../types';

/** The next twelve months as the real program groups them; dates come soonest first. */
export function timelineOf(dates: readonly ExpiryView[], muted: number): Timeline {
  const shown = dates.filter(({ days }) => days <= 365);
  const all = [...new Set(shown.map(({ owner }) => owner))];
  const owners = all.length > 7 ? all.slice(0, 6) : all;
  let places = gathered(shown, owners, 1);
  if (places.size > 400) places = gathered(shown, owners, 3);
  const told = Math.min(4, Math.max(1, Math.floor(800 / places.size)));
  const dots = [...places.values()].map((items): TimelineDot & { place: number } => ({
    line: lineOf(items[0], owners),
    place: items[0]?.days ?? 0,
    from: items[0]?.days ?? 0,
    to: items.at(-1)?.days ?? 0,
    dates: items.length,
    estimated: items.every(({ source }) => source === 'estimated'),
    first: items.slice(0, told),
  }));
  dots.sort((a, b) => a.line - b.line || a.place - b.place);
  return { owners, others: owners.length < all.length, dots, dates: shown.length, estimated: shown.filter(({ source }) => source === 'estimated').length, muted };
}
function lineOf(date: ExpiryView | undefined, owners: readonly string[]): number {
  const line = owners.indexOf(date?.owner ?? '');
  return line < 0 ? owners.length : line;
}
function gathered(dates: readonly ExpiryView[], owners: readonly string[], together: number): Map<string, ExpiryView[]> {
  const places = new Map<string, ExpiryView[]>();
  for (const date of dates) {
    const place = `${lineOf(date, owners)}/${date.days < 0 ? -1 : Math.floor(date.days / together)}`;
    places.set(place, [...(places.get(place) ?? []), date]);
  }
  return places;
}
