import { mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDeadLetters } from './dead-letter.ts';
import { DeadLetters } from './dead-letters.ts';
import type { JournalRecord } from './journal/record.ts';
import { COMPRESSION, ENCODING, TRACES } from './signal.ts';

let journalDir: string;
let troubles: string[];

beforeEach(async () => {
  troubles = [];
  journalDir = await mkdtemp(path.join(tmpdir(), 'dead-letters-'));
});
afterEach(() => rm(journalDir, { recursive: true, force: true }));

async function openLetters(limitBytes: number): Promise<DeadLetters> {
  const onTrouble = (message: string): void => void troubles.push(message);
  const letters = await DeadLetters.open({ journalDir, limitBytes, onTrouble });
  letters.close();
  return letters;
}

const requestOf = (number: number, bodyBytes: number): JournalRecord => ({
  number: BigInt(number),
  hash: Buffer.alloc(16),
  signal: TRACES.number,
  encoding: ENCODING.PROTOBUF,
  compression: COMPRESSION.NONE,
  receivedNs: 1_700_000_000_000_000_000n,
  body: Buffer.alloc(bodyBytes, 1),
});

const write = (letters: DeadLetters, number: number, bodyBytes = 3000): Promise<string> =>
  letters.write({ request: requestOf(number, bodyBytes), from: 0, reason: 'no' });

const names = async (): Promise<string[]> =>
  (await readdir(path.join(journalDir, 'dead-letters'))).toSorted();

test('at the limit the oldest letters go, each counted and said', async () => {
  const letters = await openLetters(10_000);
  for (const number of [8, 9, 10]) await write(letters, number);
  expect(await names()).toEqual(['10.json', '9.json']);
  expect(letters.use).toMatchObject({ files: 2, limitBytes: 10_000, deleted: 1 });
  expect(letters.use.bytes).toBeGreaterThan(8000);
  expect(troubles).toEqual([
    expect.stringMatching(/^the dead letters take \d+ of 10000 bytes/u),
    expect.stringMatching(/8\.json of \d+ bytes, the oldest, is deleted, .* is lost/u),
  ]);
});

test('the newest letter is kept, however large', async () => {
  const letters = await openLetters(10_000);
  await write(letters, 1);
  await write(letters, 2, 50_000);
  expect(await names()).toEqual(['2.json']);
  await write(letters, 3);
  expect(await names()).toEqual(['3.json']);
  expect(letters.use.deleted).toBe(2);
});

test('a letter that is written anew takes its own place, and costs no other', async () => {
  const letters = await openLetters(10_000);
  for (const number of [1, 2, 2, 1]) await write(letters, number);
  expect(await names()).toEqual(['1.json', '2.json']);
  expect(letters.use).toMatchObject({ files: 2, deleted: 0 });
});

test('what an earlier process left counts, what was taken away does not, and foreign files are left alone', async () => {
  const first = await openLetters(10_000);
  for (const number of [1, 2]) await write(first, number);
  await writeFile(path.join(journalDir, 'dead-letters', 'notes.txt'), 'x'.repeat(20_000));
  const second = await openLetters(10_000);
  expect(second.use).toEqual(first.use);
  await unlink(path.join(journalDir, 'dead-letters', '2.json'));
  await write(second, 3);
  expect(await names()).toEqual(['1.json', '3.json', 'notes.txt']);
  expect(second.use).toMatchObject({ files: 2, deleted: 0 });
});

test('letters are read back oldest first, without what a crash has left of one', async () => {
  const letters = await openLetters(100_000);
  await write(letters, 10, 7);
  await letters.write({ request: requestOf(9, 8), from: 12, to: 13, reason: 'refused' });
  await writeFile(path.join(journalDir, 'dead-letters', '11.json'), '{"reason":"n');
  const read = [];
  for await (const letter of readDeadLetters(journalDir)) read.push(letter);
  const common = { signal: 'traces', receivedNs: 1_700_000_000_000_000_000n };
  const folder = path.join(journalDir, 'dead-letters');
  expect(read).toEqual([
    {
      ...common,
      file: path.join(folder, '9-12.json'),
      from: 12,
      to: 13,
      reason: 'refused',
      bodyBytes: 8,
    },
    {
      ...common,
      file: path.join(folder, '10.json'),
      from: 0,
      to: undefined,
      reason: 'no',
      bodyBytes: 7,
    },
  ]);
});
