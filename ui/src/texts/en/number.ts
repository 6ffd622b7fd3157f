/** Making a formatter costs more than drawing a mark: all words share one. */
const format = new Intl.NumberFormat('en');

/** 1,234 */
export const number = (count: number): string => format.format(count);
/** "1 date", "1,234 dates". */
export const counted = (count: number, one: string, many: string): string => `${number(count)} ${count === 1 ? one : many}`;
