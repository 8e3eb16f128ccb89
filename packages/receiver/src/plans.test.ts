/** Which plan each request is decoded with, and the decoder version that goes with it. */
import { parseTrackingPlan, type TrackingPlan } from '@heartwood/semconv';
import { expect, test } from 'vitest';
import { decoderVersion } from './decode/decoder-version.ts';
import { Plans } from './plans.ts';

const planOf = (mode: string, type = 'string'): TrackingPlan =>
  parseTrackingPlan({
    version: 1,
    enforcement: { violation: mode },
    events: { a_b_done: { required_properties: ['a'], property_types: { a: type } } },
  });

test('requests keep the plan that was in force when they came', () => {
  const [first, second] = [planOf('block'), planOf('tag')];
  const plans = new Plans(null);
  plans.replace(first, 5n, 1n);
  plans.replace(second, 9n, 3n);
  expect([1n, 4n, 5n, 8n, 9n, 1000n].map((record) => plans.of(record).plan)).toEqual([
    null,
    null,
    first,
    first,
    second,
    second,
  ]);
  plans.replace(null, 9n, 8n);
  expect([8n, 9n].map((record) => plans.of(record).plan)).toEqual([first, null]);
});

test('the decoder version changes with what a plan keeps out, and with nothing else', () => {
  const plain = decoderVersion(null);
  expect(decoderVersion(planOf('tag'))).toBe(plain);
  expect(decoderVersion(planOf('warn', 'number'))).toBe(plain);
  const blocking = decoderVersion(planOf('block'));
  expect(blocking).toBe(decoderVersion(planOf('block')));
  expect(new Set([plain, blocking, decoderVersion(planOf('block', 'number'))]).size).toBe(3);
  expect(blocking).toBeLessThan(2 ** 32);
  expect(blocking).toBeGreaterThanOrEqual(2 ** 31);
});
