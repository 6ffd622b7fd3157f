import type { ExpirySource } from '../../backend/types';

/** The outline of a source around a point: told apart by form, not by colour alone. */
export function outline(source: ExpirySource, x: number, y: number, r: number): string {
  if (source === 'certificate') return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`;
  if (source === 'entered') return `M${x} ${y - r - 1}l${r + 1} ${r + 1}l${-r - 1} ${r + 1}l${-r - 1} ${-r - 1}z`;
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
}
