/** Whether a feature does better or worse than in the weeks before: durations and success against its own history. */
import type { RegressionRow } from '@heartwood/store';
import { rankScore } from './rank-test.ts';
import type { Window } from './window.ts';
import { MIN_SAMPLE } from './wilson.ts';

/** What a comparison says. */
type Verdict = 'better' | 'same' | 'worse' | 'not_enough_data';

/** One number against itself in earlier windows. */
interface Comparison {
  readonly verdict: Verdict;
  readonly value: number | null;
  /** Of all earlier windows together. */
  readonly before: number | null;
  /** By how much of itself it changed, `value / before - 1`; null from zero or nothing. */
  readonly change: number | null;
  /** Standard score of the rank test, positive where it got worse; null where nothing can be compared. */
  readonly score: number | null;
  /** Runs that it is made of, and those of the earlier windows. */
  readonly n: number;
  readonly beforeN: number;
}

/** Both comparisons, and what they say together. */
export interface Regression {
  /** Worse where either is, else better where either is. */
  readonly verdict: Verdict;
  /** 95th percentile of durations in milliseconds; the test is over all durations. */
  readonly duration: Comparison;
  /** Share of runs that ended success. */
  readonly success: Comparison;
}

/** A range of time in epoch milliseconds. */
export interface Frame {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Less than that much of itself is no change worth a word. */
const MIN_EFFECT = 0.2;

const WEEK_MS = 7 * 86_400_000;
const HISTORY_WEEKS = 4;
/** Normal quantile of 95 %, both sides. */
const SIGNIFICANT = 1.959963984540054;

/**
 * The part of a window to which all runs have come, and before it windows at the same hours of the same weekdays, as long
 * by the clock, as far as they begin within four weeks; at least one. Undefined where nothing of the window is complete.
 */
export function framesOf({
  fromMs,
  toMs,
  zone,
  watermarkMs,
}: Window): readonly Frame[] | undefined {
  const endMs = Math.min(toMs, watermarkMs);
  if (endMs <= fromMs) return undefined;
  // By the clock a week with the hour that autumn repeats is a week; within that hour the clock may run back.
  const [startWall, endWall] = [zone.toWall(fromMs), zone.toWall(endMs)];
  const step = Math.max(1, Math.ceil((endWall - startWall) / WEEK_MS));
  const count = Math.max(1, Math.floor(HISTORY_WEEKS / step));
  const frames: Frame[] = [{ fromMs, toMs: endMs }];
  for (let index = 1; index <= count; index++) {
    const backMs = index * step * WEEK_MS;
    const startMs = zone.fromWall(startWall - backMs);
    const stopMs =
      endWall > startWall ? zone.fromWall(endWall - backMs) : startMs + (endMs - fromMs);
    const before = frames.at(-1)?.fromMs ?? fromMs;
    // Of an hour that the clock skips there is nothing.
    if (startMs >= 0 && stopMs > startMs)
      frames.push({ fromMs: startMs, toMs: Math.min(stopMs, before) });
  }
  return frames;
}

/** What rows of the first window and of all earlier ones together say; `filtered` runs leave nothing to say of success. */
export function judge(
  now: RegressionRow | undefined,
  before: RegressionRow | undefined,
  { filtered }: { readonly filtered: number },
): Regression {
  const duration = judgeDuration(now, before);
  const success = judgeSuccess(now, before, filtered > 0);
  const both = [duration.verdict, success.verdict];
  const verdict = (['worse', 'better', 'same'] as const).find((word) => both.includes(word));
  return { verdict: verdict ?? 'not_enough_data', duration, success };
}

function judgeDuration(
  now: RegressionRow | undefined,
  before: RegressionRow | undefined,
): Comparison {
  const [value, old] = [toMs(now?.p95Ns), toMs(before?.p95Ns)];
  const counts = new Map<number, { first: number; second: number }>();
  const add = (row: RegressionRow | undefined, side: 'first' | 'second'): void => {
    for (const { bucket, runs } of row?.durations ?? []) {
      const tied = counts.get(bucket) ?? { first: 0, second: 0 };
      counts.set(bucket, { ...tied, [side]: runs });
    }
  };
  add(now, 'first');
  add(before, 'second');
  const classes = [...counts].toSorted(([a], [b]) => a - b).map(([, tied]) => tied);
  const score = rankScore(classes);
  // From nothing every rise is one.
  const growth = old === 0 && value !== null && value > 0 ? Infinity : ratioOf(value, old);
  return compare(value, old, score, growth, now?.timed ?? 0, before?.timed ?? 0);
}

function judgeSuccess(
  now: RegressionRow | undefined,
  before: RegressionRow | undefined,
  isUnknown: boolean,
): Comparison {
  const [n, beforeN] = [now?.runs ?? 0, before?.runs ?? 0];
  const shareOf = (row: RegressionRow | undefined): number | null =>
    row === undefined || row.runs === 0 || isUnknown ? null : row.good / row.runs;
  const [value, old] = [shareOf(now), shareOf(before)];
  const [good, oldGood] = [now?.good ?? 0, before?.good ?? 0];
  // Successes first: whoever fails more often ranks higher, so that a positive score is worse here too.
  const score = isUnknown
    ? null
    : rankScore([
        { first: good, second: oldGood },
        { first: n - good, second: beforeN - oldGood },
      ]);
  // A success rate has no room to grow by a fifth of itself: the share that is not success has.
  const bad = (n - good) / n;
  const growth =
    oldGood === beforeN && bad > 0 ? Infinity : ratioOf(bad, (beforeN - oldGood) / beforeN);
  return compare(value, old, score, growth, n, beforeN);
}

/** `growth` is the bad of now over that of before. */
function compare(
  value: number | null,
  before: number | null,
  score: number | null,
  growth: number | null,
  n: number,
  beforeN: number,
): Comparison {
  const ratio = ratioOf(value, before);
  const numbers = { value, before, change: ratio === null ? null : ratio - 1, score, n, beforeN };
  if (n < MIN_SAMPLE || beforeN < MIN_SAMPLE || value === null || before === null)
    return { verdict: 'not_enough_data', ...numbers };
  if (score === null || growth === null || Math.abs(score) < SIGNIFICANT)
    return { verdict: 'same', ...numbers };
  if (score > 0 && growth >= 1 + MIN_EFFECT) return { verdict: 'worse', ...numbers };
  return { verdict: score < 0 && growth <= 1 - MIN_EFFECT ? 'better' : 'same', ...numbers };
}

const ratioOf = (value: number | null, before: number | null): number | null =>
  value === null || before === null || before === 0 ? null : value / before;

const toMs = (ns: number | null | undefined): number | null =>
  ns === null || ns === undefined ? null : ns / 1e6;
