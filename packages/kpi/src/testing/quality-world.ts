/** Small random worlds of records in the period of a check and the same time of earlier weeks, with much that is wrong. */
import type { Weeks } from '../quality/weeks.ts';
import { quarterStart } from '../quality/weeks.ts';
import type { EventWorld } from './event-world.ts';
import type { PlainLog } from './plain-log.ts';
import { createRandom, pickFrom, PLAIN_SPAN, type PlainSpan } from './world.ts';

const QUARTER_MS = 15 * 60_000;
const SERVICES = ['shop', 'search', `x'"; $p1 --`, null] as const;

/** Worlds of different seeds share neither `seq` nor traces. */
export function createQualityWorld(seed: number, weeks: Weeks, count: number): EventWorld {
  const random = createRandom(seed * 104_729);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const chance = (share: number): boolean => random() < share;
  const spans: PlainSpan[] = [];
  const logs: PlainLog[] = [];
  const services = SERVICES.slice(0, pick([1, 2, 4]));
  for (let index = 0; index < count; index++) {
    // Few quarters, so that the same ones are hit in several weeks; some beside all of them.
    const quarter = pick([0, 1, 2, 3, 7, 8, 40, 90, weeks.slots.quarters - 1]);
    const startMs = pick([...weeks.startsMs, weeks.sinceMs, weeks.fromMs, weeks.fromMs]);
    const withinMs =
      quarterStart(weeks, quarter) - weeks.fromMs + pick([0, 1, QUARTER_MS - 1, 6000]);
    const timeNs = BigInt(startMs + withinMs) * 1_000_000n;
    const delay = pick([0, 0, 1e6, 1e9, 599e9, 600e9, 601e9, -5e8, -1e9, -61e9]);
    const shared = {
      seq: BigInt(seed) * 1_000_000n + BigInt(index) + 1n,
      service: pick(services),
      marks: pick([0, 0, 0, 2, 4]),
      traceId: (BigInt(seed) * 10n + BigInt(pick([1, 2, 3]))).toString(16).padStart(32, '0'),
      receivedNs: timeNs + BigInt(delay),
    };
    if (chance(0.4)) {
      const isOperation = chance(0.6);
      const id = `${String(seed)}-${pick(['a', 'b', 'c', 'd'])}`;
      logs.push({
        ...shared,
        timeNs,
        event: isOperation
          ? pick(['start', 'start', 'end', 'heartbeat']).replace(/^/u, 'feature.operation.')
          : pick(['view', 'pay', null]),
        feature: null,
        component: null,
        errorType: null,
        session: null,
        user: null,
        attributes:
          isOperation && chance(0.9) ? JSON.stringify({ 'feature.operation.id': id }) : '{}',
      });
    } else {
      const negative = chance(0.1);
      spans.push({
        ...PLAIN_SPAN,
        ...shared,
        startNs: timeNs,
        negative,
        durationNs: negative ? 0n : BigInt(pick([0, 1e6, 5e9])),
        feature: pick(['checkout', 'a/b c?', null]),
        kind: pick([1, 1, 2, 3, 5]),
        spanId: BigInt(pick([0, 1, 2, 3, 4, index + 10])),
        parentSpanId: BigInt(pick([0, 0, 1, 2, 3, 77])),
      });
    }
  }
  return { spans, logs };
}
