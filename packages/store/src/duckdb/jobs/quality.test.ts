import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../open.ts';
import { QUALITY_KEEP_DAYS, type KeptResult } from '../../quality-run.ts';
import type { Store } from '../../store.ts';

let dataDir: string;
let store: Store;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-quality-'));
  store = await openStore({ dataDir, threads: 1 });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22);
const [FIRST, SECOND, THIRD] = ['1', '2', '3'].map(
  (digit) => `0000000${digit}-0000-4000-8000-000000000000`,
) as [string, string, string];

const result = (check: string, word: string, more: Partial<KeptResult> = {}): KeptResult => ({
  check,
  subject: null,
  result: word,
  value: 1.5,
  expected: null,
  n: 7,
  message: `it's "${word}"`,
  evidence: { samples: ['a'] },
  ...more,
});
const latest = async (filter: { check?: string; result?: string; until?: bigint } = {}) =>
  (await store.read('quality/latest', { limit: 100, ...filter })).map(
    (row) => [row.run, row.check, row.subject, row.result] as const,
  );

test('results of runs are there after a restart, each check by its last run', async () => {
  const odd = result('gap', 'fail', { subject: `x'"; --`, value: null });
  await store.apply({
    job: 'quality',
    run: {
      id: FIRST,
      atMs: NOW_MS - DAY_MS,
      isDaily: true,
      results: [result('gap', 'pass'), result('skew', 'warn')],
    },
  });
  await store.apply({
    job: 'quality',
    run: {
      id: SECOND,
      atMs: NOW_MS,
      isDaily: false,
      results: [result('gap', 'fail'), odd],
    },
  });
  await store.close();
  store = await openStore({ dataDir, threads: 1 });
  expect(await latest()).toEqual([
    [SECOND, 'gap', null, 'fail'],
    [SECOND, 'gap', odd.subject, 'fail'],
    [FIRST, 'skew', null, 'warn'],
  ]);
  expect(await latest({ check: 'skew' })).toEqual([[FIRST, 'skew', null, 'warn']]);
  expect(await latest({ result: 'pass' })).toEqual([]);
  expect(await latest({ until: BigInt(NOW_MS - 1) * 1_000_000n, check: 'gap' })).toEqual([
    [FIRST, 'gap', null, 'pass'],
  ]);
  const [row] = await store.read('quality/latest', { limit: 1 });
  expect(row).toMatchObject({
    value: 1.5,
    n: 7,
    message: `it's "fail"`,
    evidence: { samples: ['a'] },
  });
  expect(await store.read('quality/last-daily', {})).toEqual([
    { at: String(BigInt(NOW_MS - DAY_MS) * 1_000_000n) },
  ]);
});

test('results are forgotten after 90 days', async () => {
  const oldMs = NOW_MS - (QUALITY_KEEP_DAYS + 1) * DAY_MS;
  await store.apply({
    job: 'quality',
    run: {
      id: FIRST,
      atMs: oldMs,
      isDaily: true,
      results: [result('skew', 'fail')],
    },
  });
  await store.apply({
    job: 'quality',
    run: {
      id: SECOND,
      atMs: oldMs + 2 * DAY_MS,
      isDaily: false,
      results: [result('gap', 'fail')],
    },
  });
  await store.apply({
    job: 'quality',
    run: {
      id: THIRD,
      atMs: NOW_MS,
      isDaily: false,
      results: [result('types', 'pass')],
    },
  });
  expect((await latest()).map(([, check]) => check)).toEqual(['gap', 'types']);
  expect(await store.read('quality/last-daily', {})).toEqual([{ at: null }]);
});
