/** Random sessions as plain objects: what they say of themselves, what runs and is logged in them, in any order. */
import type { PlainLog } from './plain-log.ts';
import { createRandom, pickFrom, PLAIN_SPAN, type PlainSpan } from './world.ts';

export interface SessionWorld {
  readonly spans: readonly PlainSpan[];
  readonly logs: readonly PlainLog[];
}

interface SessionWorldOptions {
  readonly seed: number;
  readonly firstSeq: bigint;
  readonly startNs: bigint;
  readonly lengthNs: bigint;
  readonly count: number;
}

const EVENTS = [
  'session.start',
  'session.start',
  'session.end',
  'feature.paused',
  'feature.paused',
  'feature.resumed',
  'feature.operation.heartbeat',
  'paid',
  null,
] as const;

/** Draws records of a few sessions, many of them at one time. */
export function drawSessions({
  seed,
  firstSeq,
  startNs,
  lengthNs,
  count,
}: SessionWorldOptions): SessionWorld {
  const random = createRandom(seed * 9241);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const times = Array.from(
    { length: Math.ceil(count / 2) },
    () => startNs + BigInt(Math.floor(random() * 1e6)) * (lengthNs / 1_000_000n),
  );
  const spans: PlainSpan[] = [];
  const logs: PlainLog[] = [];
  for (let index = 0; index < count; index++) {
    const name = pick(['a', 'b', 'c', 'd', 'e', 'f', null]);
    const place = {
      seq: firstSeq + BigInt(index),
      service: pick(['shop', 'search', null]),
      component: pick(['cart', 'pay', null]),
      // Worlds share a store.
      session: name === null ? null : `${name}${String(seed)}`,
      user: pick(['u1', 'u2', null]),
    };
    const timeNs = pick(times);
    // Some sessions never say anything of themselves.
    const speaks = name !== null && name < 'e';
    const kind = pick(['work', 'visit', 'run', 'odd', null]);
    const said = kind === null ? {} : { 'session.kind': kind };
    if (random() < 0.4)
      spans.push({
        ...PLAIN_SPAN,
        ...place,
        startNs: timeNs,
        durationNs: BigInt(Math.floor(random() * 3e12)),
        feature: pick(['checkout', 'import', null]),
        featureStatus: pick([1, 1, 2, 3, 4]),
        attributes: JSON.stringify(said),
      });
    else {
      const drawn = pick(EVENTS);
      const event = speaks || drawn === 'paid' ? drawn : null;
      logs.push({
        ...place,
        timeNs,
        event,
        traceId: null,
        feature: null,
        errorType: null,
        severity: pick([9, 9, 17, 21]),
        attributes: JSON.stringify({ ...said, ...factsOf(event, random) }),
      });
    }
  }
  return { spans, logs };
}

function factsOf(event: string | null, random: () => number): Record<string, unknown> {
  const reason = random() < 0.5 ? { 'feature.reason': `r${String(Math.floor(random() * 9))}` } : {};
  if (event === 'session.start')
    return random() < 0.5
      ? { 'feature.metadata.ci.mode': 'true', 'session.previous_id': 'p' }
      : { 'feature.metadata.team': 'red' };
  if (event === 'session.end')
    return random() < 0.3
      ? reason
      : {
          ...reason,
          'feature.active_duration': Math.floor(random() * 1000),
          'feature.paused_duration': 0.5,
          'feature.pause.count': 1,
        };
  if (event === 'feature.paused' || event === 'feature.resumed')
    return random() < 0.2 ? { ...reason, 'feature.operation.id': 'o' } : reason;
  return {};
}
