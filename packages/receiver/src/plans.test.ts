/** Which plan each request is decoded with, and the decoder version that goes with it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TrackingPlan } from '@heartwood/semconv';
import { parseTrackingPlan } from '@heartwood/semconv/plan';
import { afterAll, expect, test } from 'vitest';
import { decoderVersion } from './decode/decoder-version.ts';
import { PlanFile, type ReceivedPlan } from './plan-file.ts';
import { Plans } from './plans.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-plans-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function givenOf(mode: string, type = 'string'): ReceivedPlan {
  const written = {
    version: 1,
    enforcement: { violation: mode },
    events: { a_b_done: { required_properties: ['a'], property_types: { a: type } } },
  };
  return { plan: parseTrackingPlan(written), written };
}
const planOf = (mode: string, type?: string): TrackingPlan => givenOf(mode, type).plan;

test('requests keep the plan that was in force when they came', () => {
  const [first, second] = [givenOf('block'), givenOf('tag')];
  const plans = new Plans(null);
  plans.replace(first, 5n, 1n);
  plans.replace(second, 9n, 3n);
  expect([1n, 4n, 5n, 8n, 9n, 1000n].map((record) => plans.of(record).plan)).toEqual([
    null,
    null,
    first.plan,
    first.plan,
    second.plan,
    second.plan,
  ]);
  plans.replace(null, 9n, 8n);
  expect([8n, 9n].map((record) => plans.of(record).plan)).toEqual([first.plan, null]);
});

test('what an earlier process has left in the journal keeps its plan, until it has landed', () => {
  const troubles: string[] = [];
  const open = (plan: ReceivedPlan | null): Plans =>
    new Plans(plan, new PlanFile(folder, (message) => troubles.push(message)));
  const modes = (plans: Plans, ...records: bigint[]): unknown[] =>
    records.map((record) => plans.of(record).plan?.modes.required_missing ?? null);
  const file = path.join(folder, 'plans.json');

  const none = open(null);
  none.begin(1n, 1n);
  expect(existsSync(file)).toBe(false);

  const first = open(givenOf('warn'));
  first.begin(3n, 1n);
  expect(modes(first, 1n, 2n, 3n)).toEqual([null, null, 'warn']);
  first.replace(givenOf('block'), 7n, 1n);

  const second = open(givenOf('tag'));
  second.begin(10n, 4n);
  second.begin(11n, 4n);
  expect(modes(second, 4n, 6n, 7n, 9n, 10n)).toEqual(['warn', 'warn', 'block', 'block', 'tag']);

  const third = open(null);
  third.begin(12n, 12n);
  expect(modes(third, 11n, 12n)).toEqual(['tag', null]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(2);
  expect(troubles).toEqual([]);

  writeFileSync(file, '[{');
  const fourth = open(givenOf('block'));
  fourth.begin(20n, 20n);
  expect(modes(fourth, 19n, 20n)).toEqual([null, 'block']);
  expect(troubles).toEqual([expect.stringContaining('plans.json')]);
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
