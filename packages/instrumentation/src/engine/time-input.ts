/** Times that the API lets an app give: seconds and nanoseconds, milliseconds of either clock, or a date. */
import type { HrTime, TimeInput } from '@opentelemetry/api';
import { performance } from 'node:perf_hooks';
import { readMoment } from '../host/clock.ts';

/** The moment that is meant; now, when none is given. */
export function toHrTime(time: TimeInput | undefined): HrTime {
  if (Array.isArray(time)) return time;
  if (time instanceof Date) return fromMs(time.getTime());
  if (typeof time !== 'number') return readMoment().wall;
  // performance.now() counts from the start of the process, so it is no larger than it is now.
  return fromMs(time <= performance.now() ? performance.timeOrigin + time : time);
}

/** True for what may stand in the place of a time. */
export function isTimeInput(value: unknown): value is TimeInput {
  return (
    typeof value === 'number' ||
    value instanceof Date ||
    (Array.isArray(value) &&
      value.length === 2 &&
      typeof value[0] === 'number' &&
      typeof value[1] === 'number')
  );
}

function fromMs(ms: number): HrTime {
  const seconds = Math.trunc(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
