/** Tells the person who runs the app what the instrumentation could not do: rarely, on stderr, never by throwing. */
import { diag } from '@opentelemetry/api';

const REPEAT_AFTER_MS = 60_000;
const PREFIX = 'heartwood:';

const lastSaid = new Map<string, number>();

/** One line on stderr, at most once a minute for each `topic`. True when it was said. */
export function warn(topic: string, message: string): boolean {
  const now = Date.now();
  const last = lastSaid.get(topic);
  if (last !== undefined && now - last < REPEAT_AFTER_MS) return false;
  lastSaid.set(topic, now);
  // console.warn, because it writes to stderr and swallows a closed pipe; process.stderr.write would not.
  // oxlint-disable-next-line no-console
  console.warn(`${PREFIX} ${message}`);
  return true;
}

/** One line on stderr, once in the life of the process for each `topic`. */
export function warnOnce(topic: string, message: string): void {
  if (!lastSaid.has(topic)) warn(topic, message);
  lastSaid.set(topic, Infinity);
}

/** A failure inside a function that the app gave us (a size or metadata callback): noted, never passed on. */
export function reportCallbackFailure(feature: string, callback: string, error: unknown): void {
  if (lastSaid.has(`callback:${feature}:${callback}`) || lastSaid.size > 1000) return;
  lastSaid.set(`callback:${feature}:${callback}`, Infinity);
  diag.warn(`${PREFIX} ${callback} of feature "${feature}" failed; its fact is left out`, error);
}
