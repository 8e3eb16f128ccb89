/** What every engine must do with batches. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../batch.ts';
import { TABLES } from '../columns.ts';
import { type ColumnKind } from '../table-definition.ts';
import { Dictionary } from '../dictionary.ts';
import { addSpans, at, nowNs, readTest, type StoreFixture } from './store-fixture.ts';
import { type PlainRow, writeRow } from './write-row.ts';

export function landingContract(fixture: StoreFixture): void {
  describe('landing', () => {
    beforeEach(fixture.open);
    afterEach(fixture.remove);

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
        u64s: ['[]', '[0, 18446744073709551615, 9007199254740993]', '[7]'],
        f64s: ['[]', '[-inf, nan, 0.1, 1.7976931348623157e+308]', '[-0.0]'],
      };
      const batch = new Batch(4);
      const expected = batch.tables.map((target, index) => {
        const { table } = target;
        expect(table).toBe(TABLES[index]);
        return [0, 1, 2].map((n) => {
          const row = Object.fromEntries(
            Object.entries(table.columns).map(([column, kind], c) => [
              column,
              extremes[kind][(n + c) % 3] ?? '',
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
      await fixture.store.land(batch, at(1n));
      for (const [index, { name }] of TABLES.entries())
        expect([name, await readTest(fixture.store, name)]).toEqual([name, expected[index]]);
    });

    it('keeps texts of every length and content', async () => {
      const texts = [
        '',
        'abcdefghijk',
        'abcdefghijkl',
        'abcdefghijklm',
        'a\0b',
        'a\0b\0 and more than twelve bytes\0',
        'żółć 東京 🎉 and on',
        '🎉🎉🎉',
        'x'.repeat(100_000),
      ];
      const batch = new Batch(texts.length);
      for (const [n, text] of texts.entries())
        writeRow(batch.spans, { seq: BigInt(n + 1), attributes: text });
      await fixture.store.land(batch, at(1n));
      const rows = await readTest(fixture.store, 'spans');
      expect(rows.map((row) => row['attributes'])).toEqual(texts);
    });

    it('keeps 140,000 rows, more than a row group, over several batches, each lent back empty and whole', async () => {
      const batches = [new Batch(35_000), new Batch(35_000)];
      let bytes = 0;
      for (const [n, batch] of [...batches, ...batches].entries()) {
        expect(batch.isEmpty).toBe(true);
        addSpans(batch, 1 + n * 35_000, 35_000);
        bytes += batch.spans.arenaBytes;
        await fixture.store.land(batch, at(BigInt(n + 1), n));
      }
      expect(await readTest(fixture.store, 'count')).toEqual([
        { rows: 140_000, seqs: 140_000, bytes, record: 4, landed: 3 },
      ]);
    });

    it('lands batches in the order of the calls', async () => {
      const batches = [1, 2, 3].map((n) => {
        const batch = new Batch(10);
        addSpans(batch, n * 10, 10);
        return batch;
      });
      await Promise.all(batches.map((batch, n) => fixture.store.land(batch, at(BigInt(n + 1)))));
      const rows = await readTest(fixture.store, 'spans');
      expect(rows.map((row) => Number(row['seq']))).toEqual(
        Array.from({ length: 30 }, (_, n) => 10 + n),
      );
      expect((await fixture.store.readResumeState()).position).toEqual(at(3n));
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
      await fixture.store.land(batch, at(1n));
      const identities = await readTest(fixture.store, 'identities');
      expect(identities).toHaveLength(5000);
      expect(identities[4999]).toEqual({ id: '5000', hash: '4999', text: 'identity 4999' });
      expect(await readTest(fixture.store, 'requests')).toHaveLength(5000);
    });

    it('lands a position without rows', async () => {
      await fixture.store.land(new Batch(1), at(77n, 5));
      expect((await fixture.store.readResumeState()).position).toEqual(at(77n, 5));
    });

    it('takes back the rows of a request that has landed in part, and nothing else', async () => {
      const { store } = fixture;
      const batch = new Batch(100);
      const part = { decoder: 3, firstSeq: 101n };
      addSpans(batch, 1, 100);
      await store.land(batch, at(7n));
      for (const first of [101, 201]) {
        addSpans(batch, first, 100);
        await store.land(batch, { record: 7n, rows: first, part });
      }
      expect(await store.readResumeState()).toMatchObject({
        position: { record: 7n, rows: 201, part },
        nextSeq: 301n,
      });
      await store.takeBackPart();
      expect((await store.readResumeState()).position).toEqual(at(7n));
      expect(await readTest(store, 'count')).toMatchObject([{ rows: 100, seqs: 100, record: 7 }]);
      await store.land(batch, { record: 7n, rows: 1, part });
      await store.land(batch, at(8n));
      expect((await store.readResumeState()).position).toEqual(at(8n));
    });

    it('keeps a text beyond the dictionary once, however often it comes', async () => {
      const dictionary = new Dictionary(1, undefined, { maxEntries: 2 });
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
        await fixture.store.land(batch, at(BigInt(n + 1)));
      }
      expect(ids.slice(4)).toEqual(ids.slice(0, 4));
      const rows = await readTest(fixture.store, 'vocabulary');
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
      await expect(fixture.store.land(batch, at(1n))).rejects.toMatchObject({
        code: 'STORE_DATA_REFUSED',
        retryable: false,
      });
      expect(batch.isEmpty).toBe(true);
      expect(await readTest(fixture.store, 'count')).toMatchObject([{ rows: 0, record: 0 }]);
      addSpans(batch, 1, 10);
      await fixture.store.land(batch, at(1n));
      expect(await readTest(fixture.store, 'count')).toMatchObject([{ rows: 10, record: 1 }]);
    });
  });

  describe('landing of damaged batches', () => {
    beforeAll(fixture.open);
    afterAll(fixture.remove);

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
      await expect(fixture.store.land(batch, at(1n))).rejects.toMatchObject({
        code: 'STORE_DATA_REFUSED',
      });
      expect(await readTest(fixture.store, 'count')).toMatchObject([{ rows: 0, record: 0 }]);
    });
  });
}
