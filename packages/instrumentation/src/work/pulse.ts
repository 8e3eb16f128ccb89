/** One timer for all that is under way: calls each when it is due, a few at a time, and never keeps the process alive. */

/** Something with a time at which it wants to be called. */
export interface Pulsed {
  /** On the clock of `performance.now()`; Infinity for never. */
  readonly dueMs: number;
  /** Called soon after `dueMs`; must move it into the future, and must not throw. */
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

/** Calls it as soon as the code that runs now lets go of the thread, if it is due then. */
export function pulseSoon(one: Pulsed): void {
  // Not unref(): an idle loop would wait for its next timer first. It is over with this turn.
  if (queue.push(one) === 1) setImmediate(callSome);
}

// Ten thousand that are due at as many moments would else have the timer do nothing but look at them all.
const SHORTEST_SLEEP_MS = 100;
const LONGEST_SLEEP_MS = 60_000;
// What is due a moment after the timer would else wait for the next one.
const SLACK_MS = 10;

// At about 10 µs each, so that the thread is never taken for longer than a millisecond or two.
const MOST_AT_A_TIME = 100;

const all = new Set<Pulsed>();
const queue: Pulsed[] = [];
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
    if (one.dueMs <= nowMs + SLACK_MS) pulseSoon(one);
    nextMs = Math.min(nextMs, Math.max(one.dueMs, nowMs));
  }
  sleep();
  wakeAt(nextMs);
}

function callSome(): void {
  const some = queue.splice(0, MOST_AT_A_TIME);
  if (queue.length > 0) setImmediate(callSome);
  const nowMs = performance.now();
  for (const one of some) if (one.dueMs <= nowMs + SLACK_MS && all.has(one)) one.pulse(nowMs);
}

function sleep(): void {
  clearTimeout(timer);
  timer = undefined;
  timerDueMs = Infinity;
}
