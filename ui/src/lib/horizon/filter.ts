import type { ExpiryView, HorizonFilter } from '../../backend/types';

export const EVERYTHING: HorizonFilter = { text: '', muted: 'show' };

/** What the filter takes, in the order in which it comes; the program behind the window chooses the same for a file. */
export function chosen(items: readonly ExpiryView[], filter: HorizonFilter): ExpiryView[] {
  const words = filter.text.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  const same = <T>(wanted: T | null | undefined, found: T) => wanted === null || wanted === undefined || wanted === found;
  return items.filter(
    (item) =>
      // What is gone from its directory is shown, and counts for nothing.
      (filter.muted === 'show' || item.muted === (filter.muted === 'only') || (filter.muted === 'hide' && item.gone_since !== undefined)) &&
      item.days <= (filter.within ?? Infinity) &&
      item.days >= (filter.from ?? -Infinity) &&
      same(filter.credential_type, item.credential_type) &&
      same(filter.kind, item.kind) &&
      same(filter.source, item.source) &&
      same(filter.owner?.trim().toLocaleLowerCase(), item.owner.trim().toLocaleLowerCase()) &&
      (words.length === 0 || hasWords(item, words)),
  );
}

function hasWords(item: ExpiryView, words: readonly string[]): boolean {
  const hay = [item.credential_name, item.item, item.owner, item.note, ...item.used_by].join(' ').toLocaleLowerCase();
  return words.every((word) => hay.includes(word));
}

/** Owners that there are, by name; blank stands for none. */
export function ownersOf(items: readonly ExpiryView[]): string[] {
  return [...new Set(items.map((item) => item.owner.trim()))].sort((a, b) => a.localeCompare(b));
}
