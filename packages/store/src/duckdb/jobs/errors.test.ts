/** Errors as they are kept: whole or not at all, no longer than their records, and never under numbers given twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batch } from '../../batch.ts';
import { openStore } from '../../open.ts';
import type { ErrorsJob, StoredErrorGroup, StoredOccurrence } from '../../stored-error.ts';
import type { Store } from '../../store.ts';
import { writeRow } from '../../testing/write-row.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const DAY_NS = 86_400_000_000_000n;

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-errors-'));
  store = await openStore({ dataDir, threads: 1, memoryLimitMiB: 640 });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const GROUP: StoredErrorGroup = {
  fingerprint: 2n ** 64n - 1n,
  firstTime: NOW_NS,
  lastTime: NOW_NS,
  version: 1,
  title: "it's \u001B[31m",
  errorType: null,
  template: '<n>',
  stackTop: null,
  category: 'unknown',
  code: null,
  message: '🚀'.repeat(512),
  object: null,
};
const OCCURRENCE: StoredOccurrence = {
  fingerprint: GROUP.fingerprint,
  time: NOW_NS,
  source: 'log',
  seq: 1n,
  traceId: 'f0'.repeat(16),
  spanId: 2n ** 63n + 1n,
  resourceId: 0,
  featureId: 0n,
  componentId: 0n,
  sessionId: 0n,
  userId: 0n,
};
const NONE = { logSeq: 0n, spanSeq: 0n };
const apply = (job: Partial<ErrorsJob>): Promise<void> =>
  store.apply({
    job: 'errors',
    after: NONE,
    through: NONE,
    groups: [],
    occurrences: [],
    ...job,
  });
const recent = (fingerprint: bigint = GROUP.fingerprint) =>
  store.read('error/recent', {
    from: 0n,
    to: NOW_NS * 2n,
    fingerprint: String(fingerprint),
    limit: 9,
  });
const kind = async (fingerprint: bigint = GROUP.fingerprint) =>
  (await store.read('error/one', { fingerprint: String(fingerprint) })).at(0);
const upkeep = { nowMs: NOW_MS, hotDays: 400, maxBytes: 0, otherBytes: 0 };

test('what is kept is read back as it was, and a kind goes on from its first time', async () => {
  const through = { logSeq: 5n, spanSeq: 7n };
  await apply({ through, groups: [GROUP], occurrences: [OCCURRENCE] });
  expect(await recent()).toMatchObject([
    { seq: '1', traceId: OCCURRENCE.traceId, spanId: '8000000000000001', source: 0 },
  ]);
  expect(await kind()).toMatchObject({
    title: GROUP.title,
    message: GROUP.message,
    errorType: null,
  });
  const older = { ...GROUP, title: 'older', firstTime: NOW_NS - 9n, lastTime: NOW_NS - 1n };
  const newer = { ...GROUP, title: 'newer', firstTime: NOW_NS + 1n, lastTime: NOW_NS + 1n };
  await apply({ after: through, through: { ...through, logSeq: 6n }, groups: [older] });
  await apply({
    after: { ...through, logSeq: 6n },
    through: { ...through, logSeq: 8n },
    groups: [newer],
  });
  expect(await kind()).toMatchObject({
    title: 'newer',
    firstSeen: String(NOW_NS - 9n),
    lastSeen: String(NOW_NS + 1n),
  });
  expect(await store.read('error/state', {})).toEqual([{ logSeq: '8', spanSeq: '7' }]);
});

test('a look that began elsewhere than what is kept ends is refused whole', async () => {
  const through = { logSeq: 5n, spanSeq: 0n };
  await apply({ through, occurrences: [OCCURRENCE] });
  await expect(apply({ through, groups: [GROUP], occurrences: [OCCURRENCE] })).rejects.toThrow(
    'kept already',
  );
  expect(await recent()).toHaveLength(1);
  expect(await kind()).toBeUndefined();
});

test('no record that lands later gets a number that was looked at, also when all records are gone', async () => {
  await apply({ through: { logSeq: 5n, spanSeq: 77n } });
  await store.close();
  store = await openStore({ dataDir, threads: 1, memoryLimitMiB: 640 });
  expect(await store.readResumeState()).toMatchObject({ nextSeq: 78n });
});

test('S3-81 errors go with the records of their day, kinds stay known', async () => {
  const old = { ...OCCURRENCE, time: NOW_NS - 40n * DAY_NS, seq: 2n };
  await apply({
    groups: [GROUP],
    occurrences: [OCCURRENCE, old],
    through: { logSeq: 2n, spanSeq: 0n },
  });
  await store.keepUp({ ...upkeep, keepDays: 30 });
  expect((await recent()).map(({ seq }) => seq)).toEqual(['1']);
  await store.keepUp({ ...upkeep, nowMs: NOW_MS + 40 * 86_400_000, keepDays: 30 });
  expect(await recent()).toEqual([]);
  expect(await kind()).toBeDefined();
});

test('of kinds without records only those that were seen last stay known', async () => {
  const groups = Array.from({ length: 5003 }, (_, index) => ({
    ...GROUP,
    fingerprint: BigInt(index + 1),
    lastTime: NOW_NS + BigInt(index),
    message: '',
  }));
  const occurrences = [{ ...OCCURRENCE, fingerprint: 1n }];
  await apply({ groups, occurrences, through: { logSeq: 1n, spanSeq: 0n } });
  await store.keepUp({ ...upkeep, keepDays: 30 });
  expect(await store.read('error/known', {})).toHaveLength(5001);
  expect(await kind(1n)).toBeDefined();
  expect(await kind(2n)).toBeUndefined();
});

test('records of a request that has landed in part wait: they may be taken back', async () => {
  const batch = new Batch(4);
  for (const seq of [1n, 2n, 3n])
    writeRow(batch.logs, { seq, time: NOW_NS, severity_number: 17, body: 'x', attributes: '{}' });
  await store.land(batch, { record: 1n, rows: 1, part: { decoder: 1, firstSeq: 2n } });
  const landed = () => store.read('error/landed', NONE);
  const reach = () => store.read('log/reach', { after: 0n });
  expect(await landed()).toMatchObject([{ logSeq: '1', spanSeq: null, archivedLogSeq: null }]);
  expect(await reach()).toEqual([{ seq: '1' }]);
  await store.land(new Batch(1), { record: 2n, rows: 0 });
  expect(await landed()).toMatchObject([{ logSeq: '3' }]);
  expect(await reach()).toEqual([{ seq: '3' }]);
});
