/** The suite that every engine must pass. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batch, type Position } from './batch.ts';
import { type ColumnKind, TABLES } from './columns.ts';
import { Dictionary } from './dictionary.ts';
import type { QueryDefinition } from './query.ts';
import type { Statement } from './statements.ts';
import type { Store } from './store.ts';
import { type PlainRow, writeRow } from './testing/write-row.ts';

/** Opens the engine on a folder with these questions instead of the registry's. */
export type OpenForTest = (
  dir: string,
  statements: ReadonlyMap<string, Statement>,
) => Promise<Store>;

const ROW_KIND: Readonly<Record<ColumnKind, QueryDefinition['row'][string]>> = {
  uuid: 'hex',
  id: 'ns',
  time: 'ns',
  i64: 'ns',
  f64: 'real?',
  u32: 'int',
  i32: 'int',
  u8: 'int',
  text: 'text',
};

const STATEMENTS: Statement[] = [
  ...TABLES.map(({ name, columns }) => ({
    name: `test/${name}`,
    params: {},
    row: Object.fromEntries(
      Object.entries(columns).map(([column, kind]) => [column, ROW_KIND[kind]] as const),
    ),
    sql: `SELECT * FROM ${name}`,
  })),
  {
    name: 'test/count',
    params: {},
    row: { rows: 'int', seqs: 'int', bytes: 'int', record: 'int', landed: 'int' },
    sql: `SELECT (SELECT count(*) FROM spans) AS "rows", (SELECT count(DISTINCT seq) FROM spans) AS seqs,
          (SELECT coalesce(sum(length(attributes)), 0) FROM spans) AS bytes, record, rows AS landed FROM landed_position`,
  },
  {
    name: 'test/endless',
    params: {},
    row: { n: 'ns' },
    sql: 'SELECT sum(a.range * b.range) AS n FROM range(100000000) a, range(100000000) b',
  },
  {
    name: 'test/echo',
    params: { ns: 'ns', text: 'text?', int: 'int?', real: 'real?', bool: 'bool?', texts: 'texts?' },
    row: { ns: 'ns', text: 'text?', int: 'int?', real: 'real?', bool: 'bool?', joined: 'text?' },
    sql: `SELECT $ns AS ns, $text::VARCHAR AS text, $int::BIGINT AS "int", $real::DOUBLE AS "real",
          $bool::BOOLEAN AS bool, array_to_string($texts::VARCHAR[], '|') AS joined`,
  },
  {
    name: 'test/values',
    params: {},
    row: { json: 'json', hex: 'hex', nothing: 'real?', nan: 'real?', sum: 'int', huge: 'ns' },
    sql: `SELECT '{"a":[9223372036854775807,1.0,"12345678901234567890"]}' AS json, 255::UBIGINT AS hex,
          NULL AS nothing, 'NaN'::DOUBLE AS nan, sum(n)::HUGEINT AS "sum", 9223372036854775807 AS huge FROM range(4) t(n)`,
  },
  {
    name: 'test/nan',
    params: {},
    row: { value: 'real' },
    sql: `SELECT 'NaN'::DOUBLE AS value`,
  },
  {
    name: 'test/unsafe',
    params: {},
    row: { value: 'int' },
    sql: 'SELECT 9007199254740993 AS value',
  },
  { name: 'test/wrong-columns', params: {}, row: { a: 'int' }, sql: 'SELECT 1 AS b' },
  {
    name: 'test/file',
    params: {},
    row: { a: 'text' },
    sql: `SELECT content AS a FROM read_text('/etc/hostname')`,
  },
];

export const CONTRACT_STATEMENTS: ReadonlyMap<string, Statement> = new Map(
  STATEMENTS.map((statement) => [statement.name, statement]),
);

/** Reads a question of this suite. */
export const readTest = (
  store: Store,
  name: string,
  params: Readonly<Record<string, unknown>> = {},
  options: Parameters<Store['read']>[2] = {},
): Promise<Record<string, unknown>[]> =>
  store.read(`test/${name}` as never, params as never, options) as Promise<
    Record<string, unknown>[]
  >;

const at = (record: bigint, rows = 0): Position => ({ record, rows });

/** Adds spans with consecutive `seq`; every one has its own long attributes. */
export function addSpans(batch: Batch, firstSeq: number, count: number): void {
  for (let i = 0; i < count; i++)
    writeRow(batch.spans, {
      seq: BigInt(firstSeq + i),
      start_time: 1_790_000_000_000_000_000n + BigInt(firstSeq + i),
      name_id: 1n,
      attributes: `{"number":"${firstSeq + i}"}`,
    });
}

export function storeContract(engine: string, open: OpenForTest): void {
  describe(`store contract on ${engine}`, () => {
    let dir: string;
    let store: Store;

    beforeEach(async () => {
      dir = mkdtempSync(path.join(tmpdir(), 'heartwood-store-'));
      store = await open(dir, CONTRACT_STATEMENTS);
    });
    afterEach(async () => {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    });
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await open(dir, CONTRACT_STATEMENTS);
    };

    describe('landing', () => {
      it('gives back every column of every table as it was written', async () => {
        const extremes: Record<ColumnKind, readonly (bigint | number | string)[]> = {
          uuid: [
            '00000000000000000000000000000001',
            'ffffffffffffffffffffffffffffffff',
            '80000000000000007fffffffffffffff',
          ],
          id: [0n, 2n ** 64n - 1n, 2n ** 63n],
          time: [0n, 2n ** 63n - 2n, 1_790_683_200_123_456_789n],
          i64: [0n, 2n ** 63n - 1n, -(2n ** 63n)],
          f64: [0, -1.5e300, 0.1],
          u32: [0, 2 ** 32 - 1, 7],
          i32: [0, -(2 ** 31), 2 ** 31 - 1],
          u8: [0, 255, 3],
          text: ['', 'short', 'longer than twelve bytes ✓'],
        };
        const batch = new Batch(4);
        const expected = TABLES.map((table, index) => {
          const target = batch.tables[index]!;
          expect(target.table).toBe(table);
          return [0, 1, 2].map((n) => {
            const row = Object.fromEntries(
              Object.entries(table.columns).map(([column, kind], c) => [
                column,
                extremes[kind][(n + c) % 3]!,
              ]),
            ) as PlainRow<typeof table>;
            writeRow(target, row);
            return Object.fromEntries(
              Object.entries(row).map(([column, value]) => [
                column,
                typeof value === 'bigint' ? String(value) : value,
              ]),
            );
          });
        });
        await store.land(batch, at(1n));
        for (const [index, { name }] of TABLES.entries())
          expect([name, await readTest(store, name)]).toEqual([name, expected[index]]);
      });

      it.each([
        ['empty', ''],
        ['of 11 bytes', 'abcdefghijk'],
        ['of exactly 12 bytes, inside the record', 'abcdefghijkl'],
        ['of 13 bytes, in the arena', 'abcdefghijklm'],
        ['with NUL', 'a\0b\0 and more than twelve bytes\0'],
        ['short with NUL', 'a\0b'],
        ['that is not ASCII', 'żółć 東京 🎉 and on'],
        ['of 100 kB', 'x'.repeat(100_000)],
      ])('keeps a text %s', async (_case, text) => {
        const batch = new Batch(2);
        writeRow(batch.spans, { seq: 1n, attributes: text });
        writeRow(batch.spans, { seq: 2n, attributes: `${text}.` });
        await store.land(batch, at(1n));
        const rows = await readTest(store, 'spans');
        expect(rows.map((row) => row['attributes'])).toEqual([text, `${text}.`]);
      });

      it('keeps 300,000 rows over several batches, each lent back empty and whole', async () => {
        const batches = [new Batch(50_000), new Batch(50_000)];
        let bytes = 0;
        for (let n = 0; n < 6; n++) {
          const batch = batches[n % 2]!;
          expect(batch.isEmpty).toBe(true);
          addSpans(batch, 1 + n * 50_000, 50_000);
          bytes += batch.spans.arenaBytes;
          await store.land(batch, at(BigInt(n + 1), n));
        }
        expect(await readTest(store, 'count')).toEqual([
          { rows: 300_000, seqs: 300_000, bytes, record: 6, landed: 5 },
        ]);
      });

      it('lands batches in the order of the calls', async () => {
        const batches = [1, 2, 3].map((n) => {
          const batch = new Batch(10);
          addSpans(batch, n * 10, 10);
          return batch;
        });
        await Promise.all(batches.map((batch, n) => store.land(batch, at(BigInt(n + 1)))));
        const rows = await readTest(store, 'spans');
        expect(rows.map((row) => Number(row['seq']))).toEqual(
          Array.from({ length: 30 }, (_, n) => 10 + n),
        );
        expect((await store.readResumeState()).position).toEqual(at(3n));
      });

      it('keeps the rows when a side table grows beyond its room', async () => {
        const batch = new Batch(4);
        for (let n = 0; n < 5000; n++)
          writeRow(batch.requests, {
            hash: n.toString(16),
            record: BigInt(n),
            received_time: nowNs(),
          });
        for (let n = 0; n < 5000; n++)
          writeRow(batch.identities, { id: BigInt(n + 1), hash: BigInt(n), text: `identity ${n}` });
        await store.land(batch, at(1n));
        const identities = await readTest(store, 'identities');
        expect(identities).toHaveLength(5000);
        expect(identities[4999]).toEqual({ id: '5000', hash: '4999', text: 'identity 4999' });
        expect(await readTest(store, 'requests')).toHaveLength(5000);
      });

      it('lands a position without rows', async () => {
        await store.land(new Batch(1), at(77n, 5));
        expect((await store.readResumeState()).position).toEqual(at(77n, 5));
      });

      it('keeps a text beyond the dictionary once, however often it comes', async () => {
        const dictionary = new Dictionary(1, undefined, 2);
        const ids: bigint[] = [];
        for (let n = 0; n < 2; n++) {
          const batch = new Batch(1);
          dictionary.startBatch();
          for (const text of ['one', 'two', 'three', 'four and more bytes']) {
            const padded = new Uint8Array(64);
            const { written } = new TextEncoder().encodeInto(text, padded);
            dictionary.intern(new DataView(padded.buffer), 0, written, batch.vocabulary);
            ids.push(
              BigInt.asUintN(64, (BigInt(dictionary.high) << 32n) | BigInt(dictionary.low >>> 0)),
            );
          }
          await store.land(batch, at(BigInt(n + 1)));
        }
        expect(ids.slice(4)).toEqual(ids.slice(0, 4));
        const rows = await readTest(store, 'vocabulary');
        expect(new Map(rows.map((row) => [row['id'], row['text']]))).toEqual(
          new Map(
            ids
              .slice(0, 4)
              .map((id, n) => [String(id), ['one', 'two', 'three', 'four and more bytes'][n]]),
          ),
        );
        expect(rows).toHaveLength(4);
      });

      it('stores nothing of a batch with invalid UTF-8, says so, and takes the next', async () => {
        const batch = new Batch(10);
        addSpans(batch, 1, 10);
        batch.spans.arena[5] = 0xff;
        await expect(store.land(batch, at(1n))).rejects.toMatchObject({
          code: 'STORE_LAND_FAILED',
          retryable: true,
        });
        expect(batch.isEmpty).toBe(true);
        expect(await readTest(store, 'count')).toMatchObject([{ rows: 0, record: 0 }]);
        addSpans(batch, 1, 10);
        await store.land(batch, at(1n));
        expect(await readTest(store, 'count')).toMatchObject([{ rows: 10, record: 1 }]);
      });

      it.each<[string, (batch: Batch) => void]>([
        ['a text beyond its arena', ({ spans }) => (spans.arenaBytes -= 1)],
        [
          'an offset beyond 32 bits',
          ({ spans }) => (spans.words[(spans.offset.attributes >> 2) + 3] = 1),
        ],
        ['a huge length', ({ spans }) => (spans.words[spans.offset.attributes >> 2] = -1)],
        ['more rows than room', ({ spans }) => (spans.rows = spans.capacity + 1)],
        ['a buffer of another size', ({ spans }) => (spans.capacity += 8)],
        ['an arena shorter than said', ({ spans }) => (spans.arenaBytes = spans.arena.length + 1)],
      ])('refuses %s instead of reading foreign memory', async (_case, damage) => {
        const batch = new Batch(10);
        addSpans(batch, 1, 10);
        damage(batch);
        await expect(store.land(batch, at(1n))).rejects.toMatchObject({
          code: 'STORE_LAND_FAILED',
        });
        expect(await readTest(store, 'count')).toMatchObject([{ rows: 0, record: 0 }]);
      });
    });

    describe('resuming', () => {
      it('starts an empty database with position 0, seq 1 and a key of its own', async () => {
        const { position, nextSeq, hashSeed, requests, vocabulary } = await store.readResumeState();
        expect({ position, nextSeq, requests }).toEqual({
          position: at(0n),
          nextSeq: 1n,
          requests: [],
        });
        expect(vocabulary.ids).toHaveLength(0);
        expect(Number.isInteger(hashSeed)).toBe(true);
        await reopen();
        expect((await store.readResumeState()).hashSeed).toBe(hashSeed);
      });

      it('gives after reopening what was landed', async () => {
        const batch = new Batch(20);
        addSpans(batch, 100, 20);
        writeRow(batch.vocabulary, { id: 1n, hash: 11n, text: 'checkout' });
        writeRow(batch.vocabulary, { id: 2n, hash: 2n ** 64n - 1n, text: 'search' });
        writeRow(batch.identities, { id: 1n, hash: 12n, text: 'session' });
        writeRow(batch.resources, { id: 1, hash: 13n, service_id: 1n, content: '{}' });
        writeRow(batch.scopes, { id: 1, hash: 14n, content: '{}' });
        const hour = 3_600_000_000_000n;
        writeRow(batch.requests, {
          hash: 'bb',
          record: 2n,
          received_time: nowNs(),
          accepted: 3,
          rejected: 1,
        });
        writeRow(batch.requests, {
          hash: 'aa',
          record: 1n,
          received_time: nowNs() - hour,
          accepted: 9,
        });
        writeRow(batch.requests, { hash: 'cc', record: 0n, received_time: nowNs() - 25n * hour });
        await store.land(batch, at(7n, 3));
        await reopen();
        const state = await store.readResumeState();
        expect(state.position).toEqual(at(7n, 3));
        expect(state.nextSeq).toBe(120n);
        expect(state.vocabulary).toEqual({
          hashes: BigUint64Array.of(11n, 2n ** 64n - 1n),
          ids: BigUint64Array.of(1n, 2n),
        });
        expect(state.identities.hashes).toEqual(BigUint64Array.of(12n));
        expect(state.resources.ids).toEqual(BigUint64Array.of(1n));
        expect(state.scopes.hashes).toEqual(BigUint64Array.of(14n));
        expect(state.requests).toEqual([
          { hash: 'aa'.padStart(32, '0'), accepted: 9, rejected: 0 },
          { hash: 'bb'.padStart(32, '0'), accepted: 3, rejected: 1 },
        ]);
        // Opening also forgot what is older than a day.
        expect(await readTest(store, 'requests')).toHaveLength(2);
      });
    });

    describe('reading', () => {
      it('passes every kind of parameter, and NULL for what is left out', async () => {
        const hostile = `'; DROP TABLE spans; -- $ns " \\ \0 🎉`;
        expect(
          await readTest(store, 'echo', {
            ns: -(2n ** 63n),
            text: hostile,
            int: Number.MAX_SAFE_INTEGER,
            real: 0.1,
            bool: false,
            texts: ['a', hostile],
          }),
        ).toEqual([
          {
            ns: String(-(2n ** 63n)),
            text: hostile,
            int: Number.MAX_SAFE_INTEGER,
            real: 0.1,
            bool: false,
            joined: `a|${hostile}`,
          },
        ]);
        expect(await readTest(store, 'echo', { ns: 0n })).toEqual([
          { ns: '0', text: null, int: null, real: null, bool: null, joined: null },
        ]);
        expect(await readTest(store, 'echo', { ns: 0n, texts: [] })).toMatchObject([
          { joined: '' },
        ]);
      });

      it.each([
        ['a missing one', {}, 'ns'],
        ['an unknown one', { ns: 0n, other: 1 }, 'other'],
        ['a number for nanoseconds', { ns: 1 }, 'ns'],
        ['nanoseconds beyond 64 bits', { ns: 2n ** 63n }, 'ns'],
        ['a fraction for an integer', { ns: 0n, int: 1.5 }, 'int'],
        ['a number that is none', { ns: 0n, real: NaN }, 'real'],
        ['a text for a list', { ns: 0n, texts: 'a' }, 'texts'],
      ])('refuses a wrong parameter: %s', async (_case, params, parameter) => {
        await expect(readTest(store, 'echo', params)).rejects.toMatchObject({
          code: 'STORE_PARAMETER_INVALID',
          message: expect.stringContaining(`Parameter ${parameter} `),
        });
      });

      it('converts rows to the kinds of the registry', async () => {
        expect(await readTest(store, 'values')).toEqual([
          {
            json: { a: ['9223372036854775807', 1, '12345678901234567890'] },
            hex: '00000000000000ff',
            nothing: null,
            nan: null,
            sum: 6,
            huge: '9223372036854775807',
          },
        ]);
      });

      it.each([
        ['an integer that JavaScript would round', 'unsafe', 'STORE_VALUE_INVALID'],
        ['a NaN where no null may be', 'nan', 'STORE_VALUE_INVALID'],
        ['other columns than promised', 'wrong-columns', 'STORE_QUERIES_INVALID'],
        ['a file of the machine', 'file', 'STORE_QUERY_FAILED'],
        ['a query that nobody knows', 'no-such', 'STORE_QUERIES_INVALID'],
      ])('refuses %s', async (_case, name, code) => {
        await expect(readTest(store, name)).rejects.toMatchObject({ code });
        expect(await readTest(store, 'count')).toHaveLength(1);
      });

      it('stops a query at its deadline and is free for the next', async () => {
        const endless = [1, 2, 3].map(() => readTest(store, 'endless', {}, { timeoutMs: 200 }));
        for (const query of endless)
          await expect(query).rejects.toMatchObject({
            code: 'STORE_QUERY_TIMEOUT',
            retryable: true,
          });
        expect(await readTest(store, 'count')).toHaveLength(1);
      });

      it('stops queries on request, running, waiting and not yet sent', async () => {
        const stop = new AbortController();
        const queries = [1, 2, 3, 4].map(() =>
          readTest(store, 'endless', {}, { signal: stop.signal }),
        );
        const outcomes = Promise.allSettled(queries);
        expect(await store.readResumeState()).toBeDefined();
        stop.abort();
        for (const outcome of await outcomes)
          expect(outcome).toMatchObject({ reason: { code: 'STORE_QUERY_CANCELLED' } });
        await expect(readTest(store, 'count', {}, { signal: stop.signal })).rejects.toMatchObject({
          code: 'STORE_QUERY_CANCELLED',
        });
        expect(await readTest(store, 'count')).toHaveLength(1);
      });

      it('answers while batches land, each answer a whole number of batches', async () => {
        const seen: number[] = [];
        let landing = true;
        const reading = (async () => {
          while (landing) {
            const [row] = await readTest(store, 'count');
            expect(row!['rows']).toBe(Number(row!['record']) * 1000);
            seen.push(Number(row!['rows']));
          }
        })();
        const batch = new Batch(1000);
        for (let n = 0; n < 30; n++) {
          addSpans(batch, n * 1000, 1000);
          await store.land(batch, at(BigInt(n + 1)));
        }
        landing = false;
        await reading;
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        expect(seen.length).toBeGreaterThan(1);
      });
    });

    describe('closing', () => {
      it('lands what was given, stops what runs, and refuses what comes after', async () => {
        const batch = new Batch(10);
        addSpans(batch, 1, 10);
        const landing = store.land(batch, at(1n));
        const endless = readTest(store, 'endless');
        endless.catch(() => undefined);
        const closing = store.close();
        await expect(store.land(new Batch(1), at(2n))).rejects.toMatchObject({
          code: 'STORE_CLOSED',
        });
        await expect(readTest(store, 'count')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
        await landing;
        await expect(endless).rejects.toMatchObject({ code: 'STORE_CLOSED' });
        await closing;
        await store.close();
        store = await open(dir, CONTRACT_STATEMENTS);
        expect(await readTest(store, 'count')).toMatchObject([{ rows: 10, record: 1 }]);
      });

      it('keeps everything over a checkpoint', async () => {
        const batch = new Batch(10);
        addSpans(batch, 1, 10);
        await store.land(batch, at(1n));
        await store.checkpoint();
        addSpans(batch, 11, 10);
        await store.land(batch, at(2n));
        await reopen();
        expect(await readTest(store, 'count')).toMatchObject([{ rows: 20, record: 2 }]);
      });
    });

    it('refuses a second opening in the same process, and the first goes on', async () => {
      await expect(open(dir, CONTRACT_STATEMENTS)).rejects.toMatchObject({
        code: 'STORE_LOCKED',
        message: expect.stringContaining(`process ${process.pid}`),
      });
      expect(await readTest(store, 'count')).toHaveLength(1);
    });
  });
}

const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
