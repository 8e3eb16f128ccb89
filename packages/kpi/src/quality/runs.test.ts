/** Runs of checks, and what is left of one that is turned off. */
import type { QualityRun, Reader } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmptySet, parseDefinitions } from '../definition/set.ts';
import { openTestStore, landWorld, PLAIN_SPAN } from '../testing/world.ts';
import { parseTimeZone } from '../time-zone.ts';
import { readQuality } from './latest.ts';
import { QualityRuns } from './runs.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 2, 10);
const HOUR_MS = 3_600_000;

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
  const spans = Array.from({ length: 40 }, (_, index) => ({
    ...PLAIN_SPAN,
    seq: BigInt(index + 1),
    spanId: BigInt(index + 1),
    startNs: BigInt(NOW_MS - 5 * HOUR_MS) * 1_000_000n,
    receivedNs: BigInt(NOW_MS - 3 * HOUR_MS) * 1_000_000n,
  }));
  await landWorld(store, spans, []);
});
afterAll(() => store.close());

test('a check that is turned off fails no longer, in the gauge, in the list and after a restart', async () => {
  let nowMs = NOW_MS;
  const keep = (run: QualityRun): Promise<void> => store.apply({ job: 'quality', run });
  const start = (reader: Reader): QualityRuns =>
    new QualityRuns({ reader, keep, clock: () => nowMs });
  const runs = start(store);
  const zone = parseTimeZone('UTC');
  await runs.run({ definitions: createEmptySet(0), zone });
  expect(runs.failures.get('lateness')).toBe(1);

  const text = 'quality: {imported: {check: lateness, enabled: false}}';
  const loaded = parseDefinitions([{ name: 'quality.yaml', text }], 0);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  nowMs += HOUR_MS;
  // Others say nothing of it.
  await runs.run({ definitions: loaded.set, zone, checks: ['volume'] });
  expect(runs.failures.get('lateness')).toBe(1);
  const { rows } = await runs.run({ definitions: loaded.set, zone });
  expect(rows.some(({ check }) => check === 'lateness')).toBe(false);
  expect(runs.failures.get('lateness')).toBe(0);
  const found = await readQuality(store, { check: 'lateness', limit: 10 });
  expect(found.rows).toMatchObject([{ subject: null, message: 'turned off by definitions' }]);
  const restarted = start(store);
  await restarted.load();
  expect(restarted.failures.get('lateness')).toBe(0);
});
