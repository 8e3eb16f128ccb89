/** Tells the person who runs the app what the instrumentation could not do: rarely, on stderr, never by throwing. */

import { plain } from './plain.ts';

/** What went wrong with functions that the app gave us. */
export type Trouble = 'failed' | 'async' | 'slow';

/** One line on stderr, at most once a minute for each `topic`, which must be one of few. True when it was said. */
export function warn(topic: string, message: string): boolean {
  const now = Date.now();
  const last = lastSaid.get(topic);
  if (last !== undefined && now - last < REPEAT_AFTER_MS) return false;
  lastSaid.set(topic, now);
  say(message);
  return true;
}

/**
 * One line on stderr, once in the life of the process for each `topic`. A topic may name a feature, as `kind:feature`:
 * of each kind 20 are said, so that an app with a name for each call neither fills the memory nor the terminal.
 */
export function warnOnce(topic: string, message: string): void {
  if (isFirst(topic)) say(message);
}

/** A failure inside a function that the app gave us (a size or metadata callback): noted, never passed on. */
export function reportCallbackFailure(feature: string, callback: string, error: unknown): void {
  countTrouble('failed');
  warnOnce(
    `callback:${feature}:${callback}`,
    `${callback} of feature "${feature}" failed, its fact is left out: ${briefly(error)}`,
  );
}

/** Counts what {@link troubles} tells. */
export function countTrouble(trouble: Trouble): void {
  counts[trouble] += 1;
}

/** How often functions that the app gave us threw, gave a promise, or took longer than 5 ms. */
export function troubles(): Readonly<Record<Trouble, number>> {
  return { ...counts };
}

const REPEAT_AFTER_MS = 60_000;
const PREFIX = 'heartwood:';
const MOST_OF_A_KIND = 20;
const MOST_KINDS = 100;

const lastSaid = new Map<string, number>();
const saidOnce = new Map<string, Set<string>>();
const counts: Record<Trouble, number> = { failed: 0, async: 0, slow: 0 };

function isFirst(topic: string): boolean {
  const colon = topic.indexOf(':');
  const kind = colon > 0 ? topic.slice(0, colon) : topic;
  let topics = saidOnce.get(kind);
  if (topics === undefined) {
    if (saidOnce.size >= MOST_KINDS) return false;
    topics = new Set();
    saidOnce.set(kind, topics);
  }
  if (topics.size >= MOST_OF_A_KIND || topics.has(topic)) return false;
  topics.add(topic);
  return true;
}

/** The text of an error, cut. Never throws. */
export function briefly(error: unknown): string {
  try {
    return String(error).slice(0, 200);
  } catch {
    return 'an error that has no text';
  }
}

function say(message: string): void {
  // console.warn, because it writes to stderr and swallows a closed pipe; process.stderr.write would not.
  // oxlint-disable-next-line no-console
  console.warn(`${PREFIX} ${plain(message)}`);
}
