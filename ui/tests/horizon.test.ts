import { expect, test } from 'vitest';
import type { ExpiryView } from '../src/backend/types';
import { timelineOf } from '../src/backend/memory/timeline';
import { layOut } from '../src/lib/overview/horizon';
import { markAt, picture } from '../src/lib/overview/picture';

const NOW = new Date('2026-11-21T12:00:00');
const SIZE = { width: 1000, left: 100 };
const NAMES = { none: 'no owner', others: 'Other owners', month: (date: Date) => String(date.getMonth() + 1) };
let made = 0;
function expiry(days: number, owner: string, source: ExpiryView['source'] = 'entered'): ExpiryView {
  made += 1;
  return {
    id: `c${made}/auth.password`, credential_id: `c${made}`, credential_name: `Record ${made}`, credential_type: 'mail_server', path: 'auth.password', kind: 'password', item: 'Password',
    on: '2027-01-01', at: null, source, note: '', owner, used_by: [], renews_itself: false, renewal: '', muted: false, thresholds: null, days,
  };
}
const laid = (...expiries: ExpiryView[]) => layOut(timelineOf(expiries, 0), SIZE, NOW, NAMES);

test('every owner has a lane, the soonest first', () => {
  expect(laid(expiry(5, 'Network'), expiry(40, ''), expiry(90, 'Network')).lanes).toEqual(['Network', 'no owner']);
});
test('owners beyond the last lane share one', () => {
  const owners = 'ABCDEFGH'.split('');
  const { lanes, marks } = laid(...owners.map((owner, n) => expiry(5 + n * 40, owner)));
  expect(lanes).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'Other owners']);
  expect(marks.map((mark) => mark.lane)).toEqual([0, 1, 2, 3, 4, 5, 6, 6]);
});
test('dates too close to be told apart become one mark that counts them', () => {
  const { marks } = laid(expiry(100, 'A'), expiry(101, 'A'), expiry(200, 'A'));
  expect(marks.map((mark) => mark.dates)).toEqual([2, 1]);
});
test('a mark is hollow only when every date behind it is an estimate', () => {
  const { marks } = laid(expiry(100, 'A', 'estimated'), expiry(101, 'A', 'reported'), expiry(200, 'A', 'estimated'));
  expect(marks.map((mark) => mark.estimated)).toEqual([false, true]);
});
test('what is overdue stands before today, apart from what is due today', () => {
  const { marks, today } = laid(expiry(-3, 'A'), expiry(0, 'A'));
  expect(marks.map((mark) => [mark.overdue, mark.x < today])).toEqual([[true, true], [false, false]]);
});
test('7 days are urgent, 30 days soon, more is later', () => {
  const { marks } = laid(expiry(7, 'A'), expiry(30, 'B'), expiry(31, 'C'));
  expect(marks.map((mark) => mark.tone)).toEqual(['bad', 'warn', 'later']);
});
test('nothing beyond a year is drawn, and the twelve months are', () => {
  const { marks, months, end } = laid(expiry(364, 'A'), expiry(400, 'A'));
  expect(marks.length).toBe(1);
  expect(marks[0]?.x).toBeLessThanOrEqual(end);
  expect(months.length).toBe(12);
});
test('labels of months never run into each other', () => {
  for (const width of [300, 450, 700, 1400]) {
    const shown = layOut(timelineOf([expiry(10, 'A')], 0), { ...SIZE, width }, NOW, { ...NAMES, month: () => 'Jan 2027' }).months.filter((month) => month.label);
    shown.forEach((month, n) => {
      const next = shown[n + 1];
      if (next) expect(next.x - month.x, `at ${width}`).toBeGreaterThan(45);
    });
  }
});
const middle = (lane: number) => 10 + lane * 20;
test('marks of one look are one shape, and a count stands in the middle of its mark', () => {
  const { marks } = laid(expiry(3, 'A'), expiry(100, 'A'), expiry(100, 'A'), expiry(200, 'A'), expiry(300, 'B', 'estimated'));
  const { shapes, counts, named } = picture(marks, middle);
  expect(shapes.map(({ tone, hollow, d }) => [tone, hollow, d.split('M').length - 1])).toEqual([['bad', false, 1], ['later', false, 2], ['later', true, 1]]);
  expect(counts).toEqual([{ dates: 2, hollow: false, x: marks[1]?.x, y: middle(0) }]);
  expect(named.map((mark) => mark.label)).toContain(`Record ${made - 4}`);
});
test('a place of the drawing means the nearest mark of its lane, or none', () => {
  const { marks } = laid(expiry(100, 'A'), expiry(108, 'A'), expiry(100, 'B'));
  const [a, near, b] = marks;
  if (!a || !near || !b) throw new Error('three marks');
  const found = (lane: number, x: number) => markAt(marks, lane, x, 6.6);
  expect(near.x - a.x, 'close enough to be mistaken').toBeLessThan(24);
  expect([found(0, a.x), found(0, near.x), found(1, b.x), found(2, a.x)]).toEqual([0, 1, 2, -1]);
  expect([found(0, a.x + 9), found(0, near.x - 9), found(0, a.x - 13)]).toEqual([0, 1, -1]);
  expect(found(1, b.x + 12 + b.label.length * 6.6), 'its words mean it too').toBe(2);
});
