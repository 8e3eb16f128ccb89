/** One timer for all that is under way: calls each when it is due, and never keeps the process alive. */

/** Something with a time at which it wants to be called. */
export interface Pulsed {
  /** On the clock of `performance.now()`; Infinity for never. */
  readonly dueMs: number;
  /** Called at or soon after `dueMs`; must move it into the future, and must not throw. */
  pulse(nowMs: number): void;
}

/** Adds something; once, however often it is added. */
export function addPulsed(one: Pulsed): void {
  all.add(one);
  wakeFor(one);
}

/** Takes it out. */
export function removePulsed(one: Pulsed): void {
  all.delete(one);
  if (all.size === 0) sleep();
}

/** To be called when `dueMs` has come closer; that it has moved away is found by itself. */
export function wakeFor({ dueMs }: Pulsed): void {
  if (dueMs < timerDueMs) wakeAt(dueMs);
}

// Ten thousand that are due at as many moments would else have the timer do nothing but look at them all.
const SHORTEST_SLEEP_MS = 100;
const LONGEST_SLEEP_MS = 60_000;

const all = new Set<Pulsed>();
let timer: NodeJS.Timeout | undefined;
let timerDueMs = Infinity;

function wakeAt(dueMs: number): void {
  const nowMs = performance.now();
  const wantedMs = Math.max(dueMs, nowMs + SHORTEST_SLEEP_MS);
  if (wantedMs >= timerDueMs) return;
  clearTimeout(timer);
  timerDueMs = wantedMs;
  timer = setTimeout(look, Math.min(wantedMs - nowMs, LONGEST_SLEEP_MS)).unref();
}

function look(): void {
  const nowMs = performance.now();
  let nextMs = Infinity;
  for (const one of all) {
    if (one.dueMs <= nowMs) one.pulse(nowMs);
    if (one.dueMs < nextMs) nextMs = one.dueMs;
  }
  sleep();
  wakeAt(nextMs);
}

function sleep(): void {
  clearTimeout(timer);
  timer = undefined;
  timerDueMs = Infinity;
}
