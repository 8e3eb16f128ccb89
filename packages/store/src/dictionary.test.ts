/** Texts get the same small number every time, also after a restart and beyond the limit. */
import { expect, test } from 'vitest';
import { Batch } from './batch.ts';
import { Dictionary, type DictionaryEntries, type DictionaryOptions } from './dictionary.ts';

const SEED = 0x51ed;

function intern(dictionary: Dictionary, text: string, batch: Batch): bigint {
  const bytes = Buffer.alloc(Buffer.byteLength(text) + 8);
  const length = bytes.write(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  dictionary.intern(view, 0, length, batch.vocabulary);
  return (BigInt(dictionary.high >>> 0) << 32n) | BigInt(dictionary.low >>> 0);
}

/** What a store would give back of the rows that a batch holds. */
function entriesOf({ vocabulary }: Batch): DictionaryEntries {
  const { buffer, offset, rows } = vocabulary;
  return {
    hashes: new BigUint64Array(buffer, offset.hash, rows),
    ids: new BigUint64Array(buffer, offset.id, rows),
  };
}

const texts = Array.from({ length: 5000 }, (_, i) => `text ${i}${'x'.repeat(i % 9)}`);

test('ids count up from 1 in the order of first sight, and each new text is one row', () => {
  const batch = new Batch(1);
  const dictionary = new Dictionary(SEED);
  expect(texts.map((text) => intern(dictionary, text, batch))).toEqual(
    texts.map((_, i) => BigInt(i + 1)),
  );
  expect(texts.map((text) => intern(dictionary, text, batch))).toEqual(
    texts.map((_, i) => BigInt(i + 1)),
  );
  expect(batch.vocabulary.rows).toBe(texts.length);
  expect(dictionary.size).toBe(texts.length);
});

test('an empty text has id 0 and no row', () => {
  const batch = new Batch(1);
  expect(intern(new Dictionary(SEED), '', batch)).toBe(0n);
  expect(batch.vocabulary.rows).toBe(0);
});

test('texts that differ only in length or in the last byte differ', () => {
  const batch = new Batch(1);
  const dictionary = new Dictionary(SEED);
  const close = ['a', 'aa', 'aaa', 'aaaa', 'aaaaa', 'aaaab', 'aaa\0', 'aaa\0\0', '\0', '\0\0'];
  expect(new Set(close.map((text) => intern(dictionary, text, batch))).size).toBe(close.length);
});

test('a dictionary made of stored entries gives the stored ids and goes on behind them', () => {
  const batch = new Batch(1);
  const first = new Dictionary(SEED);
  for (const text of texts) intern(first, text, batch);
  const second = new Dictionary(SEED, entriesOf(batch));
  const next = new Batch(1);
  expect(texts.map((text) => intern(second, text, next))).toEqual(
    texts.map((_, i) => BigInt(i + 1)),
  );
  expect(next.vocabulary.rows).toBe(0);
  expect(intern(second, 'new', next)).toBe(BigInt(texts.length + 1));
});

test.each<[name: string, options: DictionaryOptions, topBit: bigint]>([
  ['64-bit', { maxEntries: 2 }, 63n],
  ['32-bit', { maxEntries: 2, idBits: 32 }, 31n],
])(
  'beyond the limit a text has its hash as %s id, the same every time and in every process',
  (_, options, topBit) => {
    const batch = new Batch(1);
    const dictionary = new Dictionary(SEED, undefined, options);
    const ids = ['a', 'b', 'c', 'd', 'c'].map((text) => intern(dictionary, text, batch));
    expect(ids.slice(0, 2)).toEqual([1n, 2n]);
    expect((ids.at(2) as bigint) >> topBit).toBe(1n);
    expect(ids[2]).not.toBe(ids[3]);
    expect(ids[4]).toBe(ids[2]);
    expect(batch.vocabulary.rows).toBe(4);
    const next = new Batch(1);
    dictionary.startBatch();
    intern(dictionary, 'c', next);
    expect(next.vocabulary.rows).toBe(1);
    const again = new Dictionary(SEED, entriesOf(batch), options);
    expect(intern(again, 'c', new Batch(1))).toBe(ids[2]);
    expect(again.size).toBe(2);
  },
);
