/** The files of the journal: one after another, named by the first record they hold. */
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

export interface Segment {
  readonly file: string;
  /** Number of the first record that was, or would have been, written to it. */
  readonly first: bigint;
}

const SUFFIX = '.journal';

/** Path of the segment that begins with record `first`; names sort in the order of their numbers. */
export const segmentFile = (folder: string, first: bigint): string =>
  path.join(folder, `${String(first).padStart(20, '0')}${SUFFIX}`);

/** Segments of the folder, oldest first; makes the folder when it is missing. */
export async function listSegments(folder: string): Promise<Segment[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  return names
    .filter((name) => /^\d{20}\.journal$/.test(name))
    .toSorted()
    .map((name) => ({
      file: path.join(folder, name),
      first: BigInt(name.slice(0, -SUFFIX.length)),
    }));
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
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
