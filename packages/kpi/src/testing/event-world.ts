/** Small random worlds of runs and events by few people, full of what breaks analytics: equal times, nobody, odd values. */
import type { Store } from '@heartwood/store';
import {
  createRandom,
  landWorld as landSpans,
  pickFrom,
  PLAIN_SPAN,
  type PlainSpan,
} from './world.ts';
import type { PlainLog } from './plain-log.ts';

/** An event of a span, as the program is to see it: an event with what its span is of. */
export interface PlainSpanEvent extends PlainLog {
  readonly span: PlainSpan;
}

/** Runs and events; spans without a feature are no runs, log records without an event name no events. */
export interface EventWorld {
  readonly spans: readonly PlainSpan[];
  readonly logs: readonly PlainLog[];
}

/** Names of the features and events of these worlds; one of each could break a SQL text. */
export const NAMES = ['view', 'add', 'pay', `x'"; $p1 --`] as const;

/** Names of events that SDKs send of themselves, and as many of the app that begin so, or nearly so. */
export const OWN_NAMES = [
  'feature.operation.heartbeat',
  'session.start',
  'feature.paused',
  'feature.viewed',
  'session.shared',
  'features.seen',
] as const;

/** Sampling thresholds among spans without: a half, a quarter, a tenth and 99 of 100 are kept. */
const THRESHOLDS = ['8', undefined, 'c', undefined, 'e6666666666666', undefined, '0289'] as const;

/** How a world is drawn. */
export interface EventWorldOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly lengthMs: number;
  /** How many runs and events together. */
  readonly count: number;
  /** How many different moments they share; few make many ties. */
  readonly moments: number;
}

/** Draws a world; worlds of different seeds share no `seq`, so many fit in one store at disjoint times. */
export function createEventWorld(options: EventWorldOptions): EventWorld {
  const { seed, startMs, lengthMs, count, moments } = options;
  const random = createRandom(seed * 7919);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const chance = (share: number): boolean => random() < share;
  const times = Array.from(
    { length: moments },
    () => BigInt(startMs + Math.floor(random() * lengthMs)) * 1_000_000n + BigInt(pick([0, 0, 1])),
  );
  const spans: PlainSpan[] = [];
  const logs: PlainLog[] = [];
  for (let index = 0; index < count; index++) {
    const shared = {
      seq: BigInt(seed) * 1_000_000n + BigInt(index) + 1n,
      service: pick(['shop', 'search', null]),
      component: pick(['cart', null]),
      errorType: pick(['TypeError', null, null]),
      session: pick(['s1', 's2', 'same', null]),
      user: pick(['u1', 'u2', 'same', null, null]),
      attributes: JSON.stringify(drawAttributes(pick, chance)),
    };
    const time = pick(times);
    const traceId = (BigInt(seed) * 10n + BigInt(pick([1, 2, 3]))).toString(16).padStart(32, '0');
    if (chance(0.5)) {
      logs.push({
        ...shared,
        timeNs: time,
        event: chance(0.9) ? pick(NAMES) : null,
        traceId: chance(0.8) ? traceId : null,
        feature: pick(['view', null]),
      });
      continue;
    }
    const isRun = chance(0.9);
    const isNegative = chance(0.1);
    spans.push({
      ...PLAIN_SPAN,
      ...shared,
      startNs: time,
      durationNs: isNegative ? 0n : BigInt(pick([0, 1, 1_000_000, 2_500_000, 7_000_000_001])),
      negative: isNegative,
      filtered: chance(0.1),
      traceId,
      spanId: BigInt(index + 1),
      feature: isRun ? pick(NAMES) : null,
      category: pick(['other', null]),
      version: pick(['1.0', '2.0', null]),
      featureStatus: isRun ? pick([1, 1, 2, 3, 4, 5]) : 0,
      tier: isRun ? pick([1, 2, 5]) : 0,
      efficiency: pick([0.25, 0.5, Number.NaN, Number.POSITIVE_INFINITY]),
      inputSize: BigInt(pick([0, 10, 1_000_000_000_000])),
      threshold: THRESHOLDS.at(index % 7),
    });
  }
  // Of a chance of their own.
  const chanceOfEvents = createRandom(seed * 104_729);
  for (const span of spans) span.events = drawSpanEvents(span, times, chanceOfEvents);
  const chanceOfOwn = createRandom(seed * 15_485_863);
  for (const span of spans) span.mapped = span.feature !== null && chanceOfOwn() < 0.2;
  const named = logs.map((log) =>
    log.event !== null && chanceOfOwn() < 0.2
      ? { ...log, event: pickFrom(OWN_NAMES, chanceOfOwn()) }
      : log,
  );
  return { spans, logs: named };
}

/** Events as the receiver writes them, at times of the world: some before their span, or long after it; empty for none. */
function drawSpanEvents(
  { startNs }: PlainSpan,
  times: readonly bigint[],
  random: () => number,
): string {
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const chance = (share: number): boolean => random() < share;
  const drawn = Array.from({ length: pick([0, 0, 1, 1, 3]) }, () => ({
    time: String(
      pick([startNs, startNs + 1n, pick(times), startNs + DAY_NS + 1n, 0n, 2n ** 64n - 1n]),
    ),
    name: chance(0.2) ? 'exception' : pick(NAMES),
    ...(chance(0.2)
      ? {}
      : {
          attributes: {
            ...drawAttributes(pick, chance),
            ...(chance(0.2) ? { 'user.hash': 'own' } : {}),
          },
        }),
  }));
  return drawn.length === 0 ? '' : JSON.stringify(drawn);
}

const DAY_NS = 86_400_000_000_000n;

/** Days that are archived at most: each is some files that are written and synced. */
const MOST_ARCHIVED_MS = 4 * 86_400_000;

/**
 * Lands a world, or several as one, in one transaction; call it once a store. The older half of their days goes to the
 * archive, so that answers are made of its tables too.
 */
export async function landWorld(store: Store, { spans, logs }: EventWorld): Promise<void> {
  await landSpans(store, spans, logs);
  const times = [...spans.map(({ startNs }) => startNs), ...logs.map(({ timeNs }) => timeNs)];
  const inOrder = times.map((ns) => Number(ns / 1_000_000n)).toSorted((a, b) => a - b);
  const middleMs = inOrder.at(inOrder.length / 2) ?? 0;
  const nowMs = Math.min(middleMs, (inOrder[0] ?? 0) + MOST_ARCHIVED_MS);
  const archive = { leastRows: 1 };
  await store.keepUp({ nowMs, keepDays: 0, hotDays: 0, maxBytes: 0, otherBytes: 0, archive });
}

/** One key of every type, of mixed types, absent, null, beside and below the prefix of the app's own facts. */
function drawAttributes(
  pick: <T>(items: readonly T[]) => T,
  chance: (share: number) => boolean,
): Record<string, unknown> {
  const drawn: Record<string, unknown> = {
    plan: pick(['pro', 'free', 'Pro', '', null]),
    amount: pick([0, -1, 2.5, 1e3, '7', '07', 'seven', true]),
    isNew: pick([true, false]),
    'feature.metadata.plan': pick(['gold', 'pro']),
    'feature.metadata.size': pick([1, 2, 3]),
    "k'~/ey": pick(['a', 'b']),
    list: [1, 'a'],
  };
  return Object.fromEntries(Object.entries(drawn).filter(() => chance(0.7)));
}
