/** The files of the journal: one after another, each named by the first record it holds, its database and its key. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { receiverError } from '../errors.ts';
import type { RecordKey } from './record.ts';

export interface Segment {
  readonly file: string;
  /** Number of the first record that was, or would have been, written to it. */
  readonly first: bigint;
  /** Hash seed of the database that the position in this journal stands in; the first version did not note it. */
  readonly owner: number | undefined;
  readonly key: RecordKey;
}

/** Number, owner and key stand in the name: no damage to the file takes them away. */
const NAME = /^(\d{20})(?:-([\da-f]{8})-([\da-f]{8})([\da-f]{8}))?\.journal$/;
/** Of all segments of the first version: `HWJ1`. */
const FIRST_KEY: RecordKey = { magic: 0x314a5748, seed: 0 };

/** A segment that is to begin with record `first`, with a key of its own; makes no file. */
export function createSegment(folder: string, owner: number, first: bigint): Segment {
  const random = randomBytes(8);
  const key = { magic: random.readUInt32LE(0), seed: random.readUInt32LE(4) };
  const [number, ...words] = [
    String(first).padStart(20, '0'),
    ...[owner, key.magic, key.seed].map((word) => word.toString(16).padStart(8, '0')),
  ];
  const [ownerText = '', ...keyTexts] = words;
  const name = `${number}-${ownerText}-${keyTexts.join('')}.journal`;
  return { file: path.join(folder, name), first, owner, key };
}

/**
 * Segments of the folder, oldest first; makes the folder when it is missing. Rejects with `RECEIVER_JOURNAL_FOREIGN` when
 * it holds a journal in another form.
 */
export async function listSegments(folder: string): Promise<Segment[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith('.journal'))
    .toSorted()
    .map((name) => {
      const [, first, owner, magic = '', seed = ''] = NAME.exec(name) ?? [];
      if (first === undefined)
        throw receiverError('RECEIVER_JOURNAL_FOREIGN', { path: folder, whose: 'another version' });
      const isFirstVersion = owner === undefined;
      return {
        file: path.join(folder, name),
        first: BigInt(first),
        owner: isFirstVersion ? undefined : Number.parseInt(owner, 16),
        key: isFirstVersion
          ? FIRST_KEY
          : { magic: Number.parseInt(magic, 16), seed: Number.parseInt(seed, 16) },
      };
    });
}

/** Throws `RECEIVER_JOURNAL_FOREIGN` when a segment belongs to another database: its numbers mean nothing in this one. */
export function ensureOwned(segments: readonly Segment[], owner: number): void {
  const foreign = segments.find((segment) => (segment.owner ?? owner) !== owner);
  if (foreign !== undefined)
    throw receiverError('RECEIVER_JOURNAL_FOREIGN', {
      path: path.dirname(foreign.file),
      whose: 'another database',
    });
}

/**
 * Makes durable whatever the segments hold. After a kill they may hold records that lie in the memory of the system alone,
 * and nothing may be built on a record that a power cut can still take away.
 */
export async function syncSegments(folder: string, segments: readonly Segment[]): Promise<void> {
  for (const { file } of segments)
    await syncFile(file, 'r+').catch((error: NodeJS.ErrnoException) => {
      // Landed and deleted meanwhile.
      if (error.code !== 'ENOENT') throw error;
    });
  await syncFile(folder, 'r');
}

/**
 * Deletes the segments whose every record lies before `landed`: those followed by a segment that begins at or before it.
 * The last segment stays, whoever writes to it. Resolves with what is left.
 */
export async function deleteSegmentsBefore(
  segments: readonly Segment[],
  landed: bigint,
): Promise<Segment[]> {
  const obsolete = segments.filter((_, index) => {
    const next = segments[index + 1];
    return next !== undefined && next.first <= landed;
  });
  // One that is gone already, such as by an attempt that failed at the next, is as good as deleted.
  for (const { file } of obsolete) await rm(file, { force: true });
  return segments.filter((segment) => !obsolete.includes(segment));
}

/** Makes created and deleted names of a folder durable. */
export const syncFolder = (folder: string): Promise<void> => syncFile(folder, 'r');

async function syncFile(file: string, flags: string): Promise<void> {
  const handle = await open(file, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
