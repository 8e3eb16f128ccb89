/** A search that leaves out slices by their filters finds what a search of all runs finds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Condition } from '../../analytics/condition.ts';
import type { CountQuestion } from '../../analytics/question.ts';
import { SLICE_ROWS } from '../../slice.ts';
import { Batch } from '../../batch.ts';
import { loadStatements } from '../../statements.ts';
import type { Store } from '../../store.ts';
import { queries } from '../../queries.ts';
import { unhurried } from '../../testing/unhurried.ts';
import { writeRow } from '../../testing/write-row.ts';
import { openDuckdb } from '../engine.ts';

const DAY_NS = 86_400_000_000_000n;
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const [FROM, TO] = [NOW_NS - 20n * DAY_NS, NOW_NS + DAY_NS];
const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 8);
/** So few rows a slice that most values are in few of them. */
const ROWS_A_SLICE = 6;
const KEYS = ['app.order', 'feature.metadata.app.order', 'other', 'list,'];
/** As JSON has them, and as they are asked. */
const WRITTEN = [
  ['"a-1"', 'a-1'],
  ['"a,"', 'a,'],
  ['",a"', ',a'],
  ['"x/y"', 'x/y'],
  ['"x\\/y"', 'x/y'],
  ['"\\u0061-1"', 'a-1'],
  ['"caf\u00e9"', 'caf\u00e9'],
  ['"caf\\u00e9"', 'caf\u00e9'],
  ['"q\\"q"', 'q"q'],
  ['"\\\\"', '\\'],
  ['12', '12'],
  ['"12"', '12'],
  ['0', '0'],
  ['-0', '-0'],
  ['1.0', '1.0'],
  ['1e0', '1'],
  ['true', 'true'],
  ['null', 'null'],
  ['"null"', 'null'],
  ['""', ''],
  ['{"app.order":"deep","b":1}', 'deep'],
  ['["deep,","deep"]', 'deep'],
] as const;

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-slices-'));
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  const file = path.join(folder, 'heartwood.duckdb');
  store = unhurried(await openDuckdb({ path: file }, loadStatements(queries)));
}

let seed = 1;
const below = (limit: number): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return (seed >>> 8) % limit;
};

/** Lands runs of slices, oldest first, with members in ways that nobody writes in most of them left out. */
async function land(record: number, firstSlice: number, slices: number): Promise<void> {
  const count = slices * ROWS_A_SLICE;
  const batch = new Batch(count);
  for (let row = 0; row < count; row++) {
    const members = Array.from({ length: below(4) }, () => {
      const [written] = WRITTEN[below(WRITTEN.length)] ?? ['1'];
      return `${JSON.stringify(KEYS[below(KEYS.length)])}:${below(40) === 0 ? ' ' : ''}${written}`;
    });
    const own = `"id":"v${String(firstSlice * ROWS_A_SLICE + row)}"`;
    writeRow(batch.spans, {
      seq: BigInt(Math.floor((firstSlice + row / ROWS_A_SLICE) * SLICE_ROWS)),
      start_time: NOW_NS - 10n * DAY_NS + (BigInt(firstSlice * ROWS_A_SLICE + row) * DAY_NS) / 60n,
      feature_id: below(10) === 0 ? 0n : 1n,
      attributes: below(30) === 0 ? '{}' : `{${[...members, own].join(',')}}`,
    });
  }
  await store.land(batch, { record: BigInt(record), rows: 0 });
}

const keepUp = (keepDays: number): Promise<unknown> =>
  store.keepUp({
    nowMs: NOW_MS,
    keepDays,
    hotDays: 4,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1, mostRows: 50 },
  });

async function count(scope: Condition): Promise<{ rows: number | undefined; isNarrow: boolean }> {
  const question: CountQuestion = {
    kind: 'count',
    events: {
      from: FROM,
      to: TO,
      selectors: [{ source: 'run', names: 'any' }],
      keepOthers: false,
      unit: 'user',
      scope,
    },
    slots: { origin: FROM, width: TO - FROM, buckets: ['0'] },
    measures: [{ agg: 'count' }],
    output: { kind: 'numbers' },
  };
  const { facts, statement } = await store.ask(question);
  return { rows: facts.rows, isNarrow: statement.sql.includes('FROM spans WHERE seq') };
}

const TEXTS = [...new Set(WRITTEN.map(([, text]) => text)), 'v5', 'v77', 'v200', 'nowhere'];

/** Asks for keys and texts of chance, alone and with others; returns how many searches left out slices. */
async function compareSome(): Promise<number> {
  let narrow = 0;
  for (let world = 0; world < WORLDS; world++) {
    const key = ['app.order', 'other', 'list,', 'id'][below(4)] ?? '';
    const value = TEXTS[below(TEXTS.length)] ?? '';
    const property = { kind: 'attribute', key } as const;
    const equals: Condition = { kind: 'compare', property, op: '=', value };
    const scope =
      [
        equals,
        { kind: 'in', property, values: [value, 'v9', 'a-1'] } as const,
        { kind: 'and', parts: [equals, { kind: 'exists', property }] } as const,
      ][below(3)] ?? equals;
    const found = await count(scope);
    // No demand is read out of an OR.
    const all = await count({ kind: 'or', parts: [scope] });
    expect(all.isNarrow).toBe(false);
    expect(found.rows, JSON.stringify(scope)).toBe(all.rows);
    narrow += found.isNarrow ? 1 : 0;
  }
  return narrow;
}

test(
  'before and after archiving, with rows that landed since, and after some are removed',
  { timeout: 600_000 + WORLDS * 10_000 },
  async () => {
    await land(1, 3, 40);
    expect(await compareSome()).toBe(0);
    await keepUp(0);
    expect(await compareSome()).toBeGreaterThan(0);
    await land(2, 43, 6);
    expect(await compareSome()).toBeGreaterThan(0);
    await keepUp(8);
    expect(await compareSome()).toBeGreaterThan(0);
  },
);

test('finds a value in the slice that has it alone', async () => {
  await land(1, 0, 30);
  await keepUp(0);
  const property = { kind: 'attribute', key: 'id' } as const;
  const found = await count({ kind: 'compare', property, op: '=', value: 'v77' });
  expect(found.isNarrow).toBe(true);
});
