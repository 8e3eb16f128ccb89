/** Time of runs: wall-clock starts with nanoseconds, and ends that are start plus what a steady clock counted. */
import { performance } from 'node:perf_hooks';
import type { HrTime } from '@opentelemetry/api';

/** A moment on both clocks. `steady` never jumps; `wall` is Unix time. Both are `[seconds, nanoseconds]`. */
export interface Moment {
  readonly wall: HrTime;
  readonly steady: HrTime;
}

/** Reads both clocks. */
export function readMoment(): Moment {
  const steady = process.hrtime();
  if (steady[0] >= nextCheckS) anchor(steady);
  return { wall: add(steady, offset), steady };
}

/** The moment `ns` nanoseconds before now. */
export function momentAgo(ns: number): Moment {
  const { wall, steady } = readMoment();
  const span: HrTime = [Math.floor(ns / 1e9), Math.round(ns % 1e9)];
  return { wall: subtract(wall, span), steady: subtract(steady, span) };
}

/** Nanoseconds between a moment and now; exact below 104 days, never negative. */
export function elapsedNs(since: Moment): number {
  const now = process.hrtime();
  return (now[0] - since.steady[0]) * 1e9 + now[1] - since.steady[1];
}

/** Wall time `ns` nanoseconds after a moment. */
export function wallAfter(moment: Moment, ns: number): HrTime {
  return add(moment.wall, [Math.floor(ns / 1e9), ns % 1e9]);
}

// The wall clock is compared every 10 s: often enough for a laptop that slept or a stepped clock, and
// cheap (77 ns for Date.now and performance.now together) because runs in between only add.
const CHECK_INTERVAL_S = 10;
const LARGEST_DRIFT_MS = 5;

let offset: HrTime = [0, 0];
let nextCheckS = -1;

function anchor(steady: HrTime): void {
  nextCheckS = steady[0] + CHECK_INTERVAL_S;
  const fine = performance.timeOrigin + performance.now();
  const coarse = Date.now();
  // performance.now() has microseconds but counts from the start of the process: trusted until it drifts.
  const wallMs = Math.abs(coarse - fine) <= LARGEST_DRIFT_MS ? fine : coarse;
  const seconds = Math.floor(wallMs / 1000);
  offset = subtract([seconds, Math.round((wallMs - seconds * 1000) * 1e6)], steady);
}

function add(a: HrTime, b: HrTime): HrTime {
  const ns = a[1] + b[1];
  return ns >= 1e9 ? [a[0] + b[0] + 1, ns - 1e9] : [a[0] + b[0], ns];
}

function subtract(a: HrTime, b: HrTime): HrTime {
  const ns = a[1] - b[1];
  return ns < 0 ? [a[0] - b[0] - 1, ns + 1e9] : [a[0] - b[0], ns];
}
