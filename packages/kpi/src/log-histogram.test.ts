import type { QueryParams, Reader, Store } from '@heartwood/store';
import { LOG_SEVERITIES } from '@heartwood/semconv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { INTERVAL_MS, type Interval } from './interval.ts';
import { readLogs } from './log.ts';
import { readLogHistogram, type LogBucket } from './log-histogram.ts';
import { readLogRecord } from './log-record.ts';
import { drawFilter, drawLogs, landLogs, passes, type LogRecord } from './testing/log-world.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { parseWindow, type Window } from './window.ts';

/** A day before the clock goes back in Berlin. */
const START = Date.UTC(2026, 9, 24);
const LENGTH_MS = 4 * 86_400_000;
const NOW = START + 30 * 86_400_000;
/** Questions that are asked: 20, or as many as there are worlds. */
const QUESTIONS = Math.max(20, Number(process.env['HEARTWOOD_WORLDS'] ?? 0));
let store: Store;
let logs: LogRecord[];

beforeAll(async () => {
  store = await openTestStore();
  logs = drawLogs(7, BigInt(START) * 1_000_000n, BigInt(LENGTH_MS) * 1_000_000n, 2000);
  await landLogs(store, logs);
}, 60_000);
afterAll(async () => {
  await store.close();
});

const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu'] as const;

function drawWindow(random: () => number): { window: Window; interval: Interval | 'auto' } {
  const from = START + Math.floor(random() * LENGTH_MS);
  const to = from + 1 + Math.floor(random() * (START + LENGTH_MS - from));
  const timeZone = pickFrom(ZONES, random());
  const fitting = (Object.keys(INTERVAL_MS) as Interval[]).filter(
    (interval) => (to - from) / INTERVAL_MS[interval] < 1000,
  );
  return {
    window: parseWindow({ from: String(from), to: String(to), timeZone }, NOW),
    interval: pickFrom([...fitting, 'auto'] as const, random()),
  };
}

/** What a bucket says of these records, counted one by one. */
function countOf(found: readonly LogRecord[]): Record<string, number> {
  const counts: Record<string, number> = { records: found.length, none: 0 };
  for (const level of LOG_SEVERITIES) counts[level] = 0;
  for (const { severityNumber } of found) {
    const level = LOG_SEVERITIES.find(
      (_, place) => severityNumber > place * 4 && severityNumber <= place * 4 + 4,
    );
    counts[level ?? 'none'] = (counts[level ?? 'none'] ?? 0) + 1;
  }
  return counts;
}

/** The part of a bucket that lies in the range. */
function rangeOf({ start, end }: LogBucket, { fromMs, toMs }: Window): [number, number] {
  return [Math.max(Date.parse(start), fromMs), Math.min(Date.parse(end), toMs)];
}

test('each bucket counts what plain code counts, by level, and what the list gives for it', async () => {
  let told = 0;
  for (let seed = 1; seed <= QUESTIONS; seed++) {
    const random = createRandom(seed * 17);
    const filter = drawFilter(seed * 7);
    const { window, interval } = drawWindow(random);
    const { buckets } = await readLogHistogram(store, window, filter, { interval });
    const wanted = logs.filter((log) => passes(log, filter));
    expect(buckets.map(({ start }) => start).slice(1)).toEqual(
      buckets.slice(0, -1).map(({ end }) => end),
    );
    expect(Date.parse(buckets[0]?.start ?? '')).toBeLessThanOrEqual(window.fromMs);
    expect(Date.parse(buckets.at(-1)?.end ?? '')).toBeGreaterThanOrEqual(window.toMs);
    for (const bucket of buckets) {
      const [from, to] = rangeOf(bucket, window).map((ms) => BigInt(ms) * 1_000_000n) as [
        bigint,
        bigint,
      ];
      const inside = wanted.filter(({ timeNs }) => timeNs >= from && timeNs < to);
      const { start, end, complete, ...counts } = bucket;
      const isWhole = Date.parse(start) >= window.fromMs && Date.parse(end) <= window.toMs;
      expect([seed, start, counts]).toEqual([seed, start, countOf(inside)]);
      expect([seed, start, complete]).toEqual([seed, start, isWhole]);
    }
    const [most] = buckets.toSorted((a, b) => b.records - a.records);
    if (most === undefined || most.records === 0) continue;
    const [from, to] = rangeOf(most, window);
    const own = parseWindow({ from: String(from), to: String(to) }, NOW);
    const { rows, nextCursor } = await readLogs(store, own, filter, { limit: 1000 });
    if (nextCursor !== null) continue;
    expect([seed, rows.length]).toEqual([seed, most.records]);
    told++;
  }
  expect(told).toBeGreaterThan(QUESTIONS / 3);
}, 600_000);

test('a text that few records have is counted only where it may be', async () => {
  const asked: bigint[] = [];
  const reader = {
    read: async (name: 'log/histogram', params: QueryParams<'log/histogram'>) => {
      if (name === 'log/histogram') asked.push(params.lastSeq - params.firstSeq);
      return await store.read(name, params);
    },
  } as Reader;
  const window = parseWindow({ from: String(START), to: String(START + LENGTH_MS) }, NOW);
  const filter = { text: 'order 100012' };
  const { buckets } = await readLogHistogram(reader, window, filter, { interval: '1d' });
  const wanted = logs.filter((log) => passes(log, filter)).length;
  expect(buckets.reduce((sum, { records }) => sum + records, 0)).toBe(wanted);
  // Beside the stretch of the text, what has landed since upkeep was last here.
  expect(asked.filter((numbers) => numbers < 50_000n).length).toBeGreaterThan(0);
  expect(asked.filter((numbers) => numbers > 50_000n).length).toBe(1);
});

test('what nothing can pass is zero everywhere, and a name that never was an error', async () => {
  const window = parseWindow({ from: String(START), to: String(START + 3_600_000) }, NOW);
  const options = { interval: '15m' } as const;
  const attribute = ['feature.name=cart', 'feature.name=checkout'];
  const { buckets } = await readLogHistogram(store, window, { attribute }, options);
  expect(buckets.map(({ records }) => records)).toEqual([0, 0, 0, 0]);
  await expect(readLogHistogram(store, window, { service: 'shpo' }, options)).rejects.toMatchObject(
    { code: 'SERVICE_UNKNOWN', suggestions: ['shop'] },
  );
  await expect(readLogHistogram(store, window, { pattern: '(' }, options)).rejects.toMatchObject({
    code: 'PATTERN_INVALID',
    parameter: 'pattern',
  });
});

test('buckets that may still grow are not complete', async () => {
  const now = START + LENGTH_MS;
  const window = parseWindow({ from: String(now - 3_600_000), to: String(now) }, now);
  const { buckets } = await readLogHistogram(store, window, {}, { interval: '15m' });
  expect(buckets.map(({ complete }) => complete)).toEqual([true, true, true, false]);
});

test('of removed records buckets are not complete, it is said since when there are any, and none is found', async () => {
  const trimmed = await openTestStore();
  try {
    await landLogs(trimmed, logs);
    const keep = { hotDays: 0, maxBytes: 0, otherBytes: 0, archive: { leastRows: 1 } };
    await trimmed.keepUp({ ...keep, nowMs: START + LENGTH_MS, keepDays: 2 });
    const window = parseWindow(
      { from: String(START), to: String(START + LENGTH_MS) },
      START + 30 * 86_400_000,
    );
    const { buckets, warnings } = await readLogHistogram(trimmed, window, {}, { interval: '1d' });
    expect(buckets.map(({ complete, records }) => [complete, records > 0])).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [true, true],
    ]);
    expect(warnings).toEqual([expect.stringContaining('from before 2026-10-26T00:00:00Z')]);
    const keptNs = BigInt(START + 2 * 86_400_000) * 1_000_000n;
    const [removed, kept] = [false, true].map((isKept) =>
      String(logs.find(({ timeNs }) => timeNs >= keptNs === isKept)?.seq),
    ) as [string, string];
    await expect(readLogRecord(trimmed, removed)).rejects.toMatchObject({ code: 'LOG_UNKNOWN' });
    expect((await readLogRecord(trimmed, kept)).seq).toBe(kept);
  } finally {
    await trimmed.close();
  }
});
