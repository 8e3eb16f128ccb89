import { mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type JournalDamage, lastRecordNumber, readJournal } from './reader.ts';
import { encodeHeader, HEADER_BYTES, type JournalRecord } from './record.ts';
import { ensureOwned, listSegments } from './segment.ts';
import { JournalWriter } from './writer.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'journal-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const record = (number: number, body: string | Uint8Array = `body ${number}`): JournalRecord => ({
  number: BigInt(number),
  signal: 1,
  encoding: 2,
  compression: 3,
  receivedNs: 1_700_000_000_000_000_000n + BigInt(number),
  hash: Buffer.alloc(16, number),
  body: Buffer.from(body),
});

const OWNER = 7;
/** Of every segment of the first version. */
const FIRST_KEY = { magic: 0x314a5748, seed: 0 };

const openWriter = async (segmentBytes?: number): Promise<JournalWriter> =>
  new JournalWriter({ folder, segments: await listSegments(folder), owner: OWNER, segmentBytes });

async function readAll(from = 1n): Promise<{ records: JournalRecord[]; damage: JournalDamage[] }> {
  const damage: JournalDamage[] = [];
  const records: JournalRecord[] = [];
  for await (const read of readJournal(await listSegments(folder), from, (d) => damage.push(d)))
    records.push(read);
  return { records, damage };
}

const write = async (numbers: readonly number[], segmentBytes?: number): Promise<void> => {
  const writer = await openWriter(segmentBytes);
  for (const number of numbers) await writer.append(record(number));
  await writer.close();
};

const onlySegment = async (): Promise<string> => {
  const [segment] = await listSegments(folder);
  if (segment === undefined) throw new Error('no segment');
  return segment.file;
};

const numbers = (records: readonly JournalRecord[]): number[] =>
  records.map(({ number }) => Number(number));

describe('writing and reading', () => {
  test('records come back with every field, in order', async () => {
    await write([1, 2, 3]);
    const { records, damage } = await readAll();
    expect(records).toEqual([record(1), record(2), record(3)]);
    expect(damage).toEqual([]);
  });

  test('records that wait together are all durable when their promises resolve', async () => {
    const writer = await openWriter();
    await Promise.all(Array.from({ length: 2000 }, (_, index) => writer.append(record(index + 1))));
    expect(numbers((await readAll()).records)).toEqual(
      Array.from({ length: 2000 }, (_, index) => index + 1),
    );
    expect(writer.waitingBytes).toBe(0);
    await writer.close();
  });

  test('reading begins at the record asked for', async () => {
    await write([1, 2, 3, 4, 5], 1);
    expect(numbers((await readAll(4n)).records)).toEqual([4, 5]);
  });

  test('a new writer begins a new segment and never touches old ones', async () => {
    await write([1]);
    const old = await onlySegment();
    const before = await readFile(old);
    await write([2]);
    expect(await readFile(old)).toEqual(before);
    expect(numbers((await readAll()).records)).toEqual([1, 2]);
    expect(await lastRecordNumber(await listSegments(folder))).toBe(2n);
  });

  test('an empty body is a record', async () => {
    const writer = await openWriter();
    await writer.append(record(1, ''));
    await writer.close();
    expect((await readAll()).records).toEqual([record(1, '')]);
  });

  test('files and folder are for the owner alone', async () => {
    await write([1]);
    expect((await stat(await onlySegment())).mode & 0o077).toBe(0);
  });
});

describe('segments', () => {
  test('those behind the position are deleted, those that hold a record at or after it stay', async () => {
    const writer = await openWriter(1);
    for (const number of [1, 2, 3, 4]) await writer.append(record(number));
    expect(writer.segmentCount).toBe(4);
    await writer.deleteBefore(3n);
    expect(writer.segmentCount).toBe(2);
    expect(numbers((await readAll()).records)).toEqual([3, 4]);
    await writer.append(record(5));
    await writer.deleteBefore(6n);
    expect(await readdir(folder)).toHaveLength(1);
    await writer.close();
  });

  test('foreign files in the folder are left alone', async () => {
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    await write([1, 2], 1);
    const writer = await openWriter();
    await writer.deleteBefore(100n);
    await writer.close();
    expect(await readdir(folder)).toContain('notes.txt');
  });
});

describe('damage', () => {
  test.each(Array.from({ length: HEADER_BYTES + 7 }, (_, cut) => cut + 1))(
    'a tail cut %d bytes short costs the torn record alone',
    async (cut) => {
      await write([1, 2]);
      const file = await onlySegment();
      const { size } = await stat(file);
      await truncate(file, size - Math.min(cut, size / 2));
      const { records } = await readAll();
      expect(numbers(records)).toEqual([1]);
      await write([3]);
      expect(numbers((await readAll()).records)).toEqual([1, 3]);
    },
  );

  test('a flipped byte costs its record and is reported, whichever byte it is', async () => {
    await write([1, 2, 3]);
    const file = await onlySegment();
    const intact = await readFile(file);
    const length = intact.length / 3;
    for (let at = length; at < length * 2; at++) {
      const damaged = Buffer.from(intact);
      damaged.writeUInt8((damaged.readUInt8(at) ^ 0x10) & 0xff, at);
      await writeFile(file, damaged);
      const { records, damage } = await readAll();
      expect(numbers(records), `byte ${at}`).toEqual([1, 3]);
      expect(damage.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(length);
    }
  });

  test('a tail of zeros is no record', async () => {
    await write([1]);
    const file = await onlySegment();
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(4096)]));
    const { records, damage } = await readAll();
    expect(numbers(records)).toEqual([1]);
    expect(damage).toMatchObject([{ bytes: 4096 }]);
  });

  test('a body that contains a record does not become one', async () => {
    await write([1]);
    const inner = await readFile(await onlySegment());
    const writer = await openWriter();
    await writer.append(record(2, Buffer.concat([Buffer.from('x'), inner])));
    await writer.close();
    expect(numbers((await readAll()).records)).toEqual([1, 2]);
  });
});

test.each([
  ['the highest number there is', 2n ** 64n - 2n],
  ['a number of the next segment', 5n],
  ['a number from before its segment', 2n],
  ['the very number of the torn one, by the key of another segment', 4n],
])('a record with %s, in a body whose end was torn off, is none', async (_name, forged) => {
  const body = Buffer.alloc(500);
  const inner = { ...record(9), number: forged };
  const writer = await openWriter();
  await writer.append(record(3));
  const [segment = { key: FIRST_KEY }] = await listSegments(folder);
  encodeHeader(inner, forged === 4n ? FIRST_KEY : segment.key).copy(body, 10);
  inner.body.copy(body, 10 + HEADER_BYTES);
  await writer.append(record(4, body));
  await writer.close();
  const file = await onlySegment();
  await truncate(file, (await stat(file)).size - 100);
  await write([5]);
  expect(numbers((await readAll()).records)).toEqual([3, 5]);
  expect(await lastRecordNumber(await listSegments(folder))).toBe(5n);
});

test('a torn body full of what might be records is read past in one go', async () => {
  // Each would ask for the checksum of a mebibyte behind it, for a minute in all.
  const header = Buffer.alloc(16);
  header.writeUInt32LE(FIRST_KEY.magic, 0);
  header.writeUInt32LE(1024 * 1024, 8);
  const body = Buffer.alloc(4 * 1024 * 1024, header);
  const writer = await openWriter();
  await writer.append(record(1, body));
  await writer.close();
  const file = await onlySegment();
  await truncate(file, (await stat(file)).size - 1);
  await write([2]);
  const { records, damage } = await readAll();
  expect(numbers(records)).toEqual([2]);
  expect(damage).toMatchObject([{ at: 0, bytes: HEADER_BYTES + body.length - 1 }]);
});

describe('whose a journal is', () => {
  test('a segment of the first version is read, whosever it is', async () => {
    const first = record(1);
    const file = path.join(folder, '00000000000000000001.journal');
    await writeFile(file, Buffer.concat([encodeHeader(first, FIRST_KEY), first.body]));
    await write([2]);
    expect(numbers((await readAll()).records)).toEqual([1, 2]);
    ensureOwned((await listSegments(folder)).slice(0, 1), 12345);
  });

  test('a segment of another database is refused', async () => {
    await write([1]);
    const segments = await listSegments(folder);
    ensureOwned(segments, OWNER);
    expect(() => ensureOwned(segments, OWNER + 1)).toThrow(
      expect.objectContaining({ code: 'RECEIVER_JOURNAL_FOREIGN', retryable: false }),
    );
  });

  test('a segment of a form that is not known is refused', async () => {
    await writeFile(path.join(folder, '00000000000000000001-x.journal'), '');
    await expect(listSegments(folder)).rejects.toMatchObject({ code: 'RECEIVER_JOURNAL_FOREIGN' });
  });
});

describe('failures', () => {
  test('a segment that somebody else has deleted does not keep the others from being deleted', async () => {
    await write([1, 2, 3], 1);
    const segments = await listSegments(folder);
    await rm(path.join(folder, path.basename(segments[0]?.file ?? '')));
    const writer = new JournalWriter({ folder, segments, owner: OWNER });
    await writer.deleteBefore(3n);
    expect(writer.segmentCount).toBe(1);
    expect(await listSegments(folder)).toEqual(segments.slice(2));
  });

  test('a folder that is gone rejects the append, and the next one works again when it is back', async () => {
    const writer = await openWriter();
    await rm(folder, { recursive: true });
    await expect(writer.append(record(1))).rejects.toMatchObject({
      code: 'RECEIVER_JOURNAL_WRITE',
      retryable: true,
    });
    await listSegments(folder);
    await writer.append(record(2));
    await writer.close();
    expect(numbers((await readAll()).records)).toEqual([2]);
  });

  test('after a failed fdatasync its file is never written again, and what came before it stays', async () => {
    const handle = await open(folder, 'r');
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
    await handle.close();
    try {
      const writer = await openWriter();
      await writer.append(record(1));
      const former = await onlySegment();
      const durable = await readFile(former);
      datasync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
      await expect(writer.append(record(2))).rejects.toMatchObject({
        code: 'RECEIVER_JOURNAL_WRITE',
        cause: { message: expect.stringContaining('EIO') },
      });
      expect(await readFile(former)).toEqual(durable);
      await writer.append(record(3));
      await writer.close();
      expect(await readFile(former)).toEqual(durable);
      expect(numbers((await readAll()).records)).toEqual([1, 3]);
    } finally {
      datasync.mockRestore();
    }
  });

  test('after close nothing is taken', async () => {
    const writer = await openWriter();
    await writer.close();
    await expect(writer.append(record(1))).rejects.toMatchObject({ code: 'RECEIVER_STOPPING' });
  });
});
