/** Axes: round numbers, round moments, and the way from a value to a pixel. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Round values from `min` to at least `max`, at most about `count` steps. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const span = max - min;
  if (!(span > 0)) return [min];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => round((first + index) * step));
}

/** Round durations from 0 to at least `maxMs`: round seconds, minutes or hours where those are what is read. */
export function durationTicks(maxMs: number, count: number): number[] {
  const unitMs = maxMs >= HOUR ? HOUR : maxMs >= MINUTE ? MINUTE : 1;
  return niceTicks(0, maxMs / unitMs, count).map((tick) => round(tick * unitMs));
}

/** A moment on the time axis. */
export interface TimeTick {
  readonly ms: number;
  readonly label: string;
  /** True when the label is a day. */
  readonly day: boolean;
}

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE);
const DAY_STEPS = [1, 2, 7, 14, 28, 91];

/** Round moments of the reader's time zone between two moments, at most about `count`. */
export function timeTicks(fromMs: number, toMs: number, count: number): TimeTick[] {
  const rough = (toMs - fromMs) / Math.max(1, count);
  const stepMs = STEPS_MS.find((step) => step >= rough);
  return stepMs === undefined
    ? dayTicks(fromMs, toMs, DAY_STEPS.find((days) => days * DAY >= rough) ?? 91)
    : clockTicks(fromMs, toMs, stepMs);
}

function dayTicks(fromMs: number, toMs: number, days: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const date = startOfDay(fromMs);
  while (date.getTime() <= toMs) {
    if (date.getTime() >= fromMs) ticks.push(toDayTick(date));
    date.setDate(date.getDate() + days);
  }
  return ticks;
}

function clockTicks(fromMs: number, toMs: number, stepMs: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const day = startOfDay(fromMs);
  // Steps are counted from each midnight, so that a day with 23 or 25 hours does not shift the rest.
  while (day.getTime() <= toMs) {
    const nextDay = new Date(day);
    nextDay.setDate(day.getDate() + 1);
    for (let ms = day.getTime(); ms < nextDay.getTime() && ms <= toMs; ms += stepMs) {
      if (ms >= fromMs) ticks.push(ms === day.getTime() ? toDayTick(day) : toClockTick(ms));
    }
    day.setTime(nextDay.getTime());
  }
  return ticks;
}

const dayLabel = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const clockLabel = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function toDayTick(date: Date): TimeTick {
  return { ms: date.getTime(), label: dayLabel.format(date), day: true };
}

function toClockTick(ms: number): TimeTick {
  return { ms, label: clockLabel.format(ms), day: false };
}

function startOfDay(ms: number): Date {
  const date = new Date(ms);
  date.setHours(0, 0, 0, 0);
  return date;
}

/** Linear map of a domain to pixels. */
export function linear(
  [d0, d1]: readonly [number, number],
  [r0, r1]: readonly [number, number],
): (value: number) => number {
  const factor = d1 === d0 ? 0 : (r1 - r0) / (d1 - d0);
  return (value) => r0 + (value - d0) * factor;
}

/** Removes the digits that binary fractions add: 0.30000000000000004 is 0.3. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
