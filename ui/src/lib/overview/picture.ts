import { outline } from '../horizon/outline';
import type { Mark } from './horizon';

/** All marks of one look: hundreds of dates are a handful of shapes to the page, not hundreds. */
export interface Shapes {
  tone: Mark['tone'];
  hollow: boolean;
  d: string;
}
/** How many dates a mark stands for, written in its middle. */
export interface Count {
  x: number;
  y: number;
  dates: number;
  hollow: boolean;
}
export interface Picture {
  shapes: Shapes[];
  counts: Count[];
  /** Marks with a name beside them. */
  named: Mark[];
}

const ONE = 5.5;
const SEVERAL = 9;
/** How far from the middle of a mark the pointer still means it. */
const REACH = 12;

function shape(mark: Mark, y: number): string {
  if (mark.dates > 1) return `M${mark.x - SEVERAL} ${y}a${SEVERAL} ${SEVERAL} 0 1 0 ${2 * SEVERAL} 0a${SEVERAL} ${SEVERAL} 0 1 0 ${-2 * SEVERAL} 0`;
  return outline(mark.first[0]?.source ?? 'entered', mark.x, y, ONE);
}

/** What is drawn of the marks. */
export function picture(marks: Mark[], middle: (lane: number) => number): Picture {
  const shapes = new Map<string, Shapes>();
  const counts: Count[] = [];
  for (const mark of marks) {
    const y = middle(mark.lane);
    const hollow = mark.estimated;
    const look = `${mark.tone}/${hollow}`;
    const drawn = shapes.get(look) ?? { tone: mark.tone, hollow, d: '' };
    drawn.d += shape(mark, y);
    shapes.set(look, drawn);
    if (mark.dates > 1) counts.push({ x: mark.x, y, dates: mark.dates, hollow });
  }
  return { shapes: [...shapes.values()], counts, named: marks.filter((mark) => mark.label) };
}

/** The mark at a place of the drawing: of two that are near, the nearer. */
export function markAt(marks: Mark[], lane: number, x: number, letter: number): number {
  let best = -1;
  let nearest = Number.POSITIVE_INFINITY;
  marks.forEach((mark, n) => {
    const reach = x < mark.x ? REACH : REACH + mark.label.length * letter;
    const away = Math.abs(x - mark.x);
    if (mark.lane === lane && away <= reach && away < nearest) [best, nearest] = [n, away];
  });
  return best;
}
