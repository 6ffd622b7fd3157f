/** The comma line is a view of the rows; the rows are the truth (decision D4). */
import type { HeaderRow } from './record';

export function lineOf(rows: readonly HeaderRow[]): string {
  return rows
    .filter((row) => row.name.trim() !== '')
    .map((row) => `${row.name.trim()}: ${row.secret ? (row.mask ?? '****') : row.value}`)
    .join(', ');
}

/** Rows from a parsed line. A secret header whose mask came back unchanged keeps what it had. */
export function rowsFrom(parsed: readonly { name: string; value: string }[], before: readonly HeaderRow[]): HeaderRow[] {
  return parsed.map(({ name, value }) => {
    const old = before.find((row) => row.name.trim().toLowerCase() === name.toLowerCase());
    if (!old?.secret) return { name, value, secret: false, mask: null, storedAs: null };
    const untouched = value === (old.mask ?? '****');
    return untouched ? { ...old, name: old.name } : { ...old, name, value };
  });
}
