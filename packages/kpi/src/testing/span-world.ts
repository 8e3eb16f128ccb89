/** Draws small worlds of spans, full of what breaks numbers: odd durations, unknown names, nobody. */
import { createRandom, pickFrom, PLAIN_SPAN, type PlainSpan } from './world.ts';

/** Spans of one world, all starting within `lengthMs` after `startMs`; odd data included. */
export function createWorld(
  seed: number,
  startMs: number,
  lengthMs: number,
  count: number,
): PlainSpan[] {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const chance = (share: number): boolean => random() < share;
  // At most one feature of a world, so that there are rates with and without it.
  const filteredFeature = chance(0.5) ? pick(FEATURES) : undefined;
  return Array.from({ length: count }, (_, index): PlainSpan => {
    const isRun = chance(0.85);
    const featureStatus = isRun ? pick([1, 1, 1, 2, 3, 4, 5]) : 0;
    const negative = chance(0.05);
    const feature = isRun ? pick(FEATURES) : null;
    const withinMs = Math.floor(random() * lengthMs);
    return {
      ...PLAIN_SPAN,
      seq: BigInt(seed) * 1_000_000n + BigInt(index) + 1n,
      startNs: BigInt(startMs + withinMs) * 1_000_000n + BigInt(Math.floor(random() * 1e6)),
      durationNs: negative ? 0n : BigInt(Math.floor(10 ** (random() * 11))),
      negative,
      mapped: chance(0.2),
      filtered: feature !== null && feature === filteredFeature && chance(0.3),
      traceId: (BigInt(seed) * 100n + BigInt(1 + (index >> 2))).toString(16).padStart(32, '0'),
      spanId: BigInt(index + 1),
      parentSpanId: index % 4 === 0 ? 0n : BigInt(chance(0.2) ? 99_999 : index),
      service: pick(['shop', 'shop', 'search service', null]),
      name: pick(['GET /', 'POST /cart', 'work']),
      feature,
      category: isRun ? pick(['other', 'ai_provider', 'no known category', null]) : null,
      component: isRun ? pick(['shop', 'cart', null]) : null,
      version: isRun ? pick(['1.0', '2.0', null]) : null,
      errorType: featureStatus === 2 ? pick(['TypeError', 'ECONNRESET', null]) : null,
      session: pick(['s1', 's2', 's3', null]),
      user: pick(['u1', 'u2', 'ü 3', null, null]),
      statusCode: featureStatus === 2 || featureStatus === 4 || chance(0.05) ? 2 : pick([0, 1]),
      featureStatus,
      tier: isRun ? pick([1, 2, 3, 4, 5]) : 0,
      efficiency: isRun
        ? pick([random(), random(), random(), 0, Number.NaN, Number.POSITIVE_INFINITY])
        : Number.NaN,
      iterations: pick([1, 1, 2, 7]),
      inputSize: BigInt(Math.floor(random() * 1e12)),
      outputSize: BigInt(Math.floor(random() * 1e4)),
      message: featureStatus === 2 ? pick(['it broke', '']) : '',
      attributes: '{"feature.metadata.plan":"pro","other":1}',
    };
  });
}

/** Names that a URL or a SQL text could stumble over. */
export const FEATURES = [
  'checkout',
  'GET /products/:id',
  'a/b c?',
  "Robert'); DROP TABLE spans;--",
  '🛒 50% & more',
] as const;
