/** Whether errors become more or fewer, told by as much time before. */

export type ErrorTrend = 'new' | 'rising' | 'steady' | 'falling';

/** So many times as many are more, and fewer than `LEAST` in the larger window are chance. */
const TIMES = 3;
const LEAST = 10;

/** `new`: never seen before the range; null where the time before is not known whole. */
export function trendOf(now: number, before: number | null, isNew: boolean): ErrorTrend | null {
  if (isNew) return 'new';
  if (before === null) return null;
  if (now >= LEAST && now >= TIMES * before) return 'rising';
  return before >= LEAST && before >= TIMES * now ? 'falling' : 'steady';
}
