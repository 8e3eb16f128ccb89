/** Keeps the data within its age and its room: drops old days, archives closed ones, gives free room back to the disk. */
import { statSync } from 'node:fs';
import { PARTITIONS } from '../../partitions.ts';
import type { StorageUse, UpkeepOptions, UpkeepReport } from '../../upkeep.ts';
import { type ArchiveLimits, archiveDays, dropBefore, readArchiveFiles } from './archive.ts';
import { checkpoint, DAY_NS, dayOf, readRows, timeLiteral, type UpkeepContext } from './context.ts';
import { makeExactHours } from './exact-hours.ts';
import { makeFeatureDays } from './feature-days.ts';
import { dropOldOperations } from './old-operations.ts';
import { readFileUse, rewriteSparse, shrinkFile, type ShrinkLimits } from './shrink.ts';
import { addSliceFilters } from './slice-filters.ts';

/** Measured: 1.2 MB of spans stay in the database file rather than in a file of their own. */
const ARCHIVE_LIMITS: ArchiveLimits = { leastRows: 20_000, mostRows: 1_000_000 };

/** Free room is used again by what lands next, so that a quarter of the file may stay free. */
const SHRINK_LIMITS: ShrinkLimits = {
  freeShare: 0.25,
  freeBytes: 16 * 1024 * 1024,
  deadShare: 0.5,
  groups: 512,
};
/** With a limit on the size all room counts. */
const SHRINK_TO_FIT: ShrinkLimits = {
  ...SHRINK_LIMITS,
  freeShare: 0.05,
  freeBytes: 4 * 1024 * 1024,
  deadShare: 0.1,
};

/** One run of upkeep; runs must not overlap. */
export async function keepUp(
  context: UpkeepContext,
  databasePath: string,
  options: UpkeepOptions,
): Promise<UpkeepReport> {
  const began = performance.now();
  const nowNs = BigInt(options.nowMs) * 1_000_000n;
  const limits: ArchiveLimits = { ...ARCHIVE_LIMITS, ...options.archive };
  // What is dropped or archived is no longer where actors are summed from.
  await context.addActors();
  const droppedByAge =
    options.keepDays > 0
      ? await dropBefore(context, nowNs - BigInt(options.keepDays) * DAY_NS, limits)
      : 0;
  const forgotten = await dropOldOperations(context, options);
  // Before anything is written that needs room: on a full disk this is what gives some.
  const droppedBySize =
    options.maxBytes > 0 ? await dropToFit(context, databasePath, nowNs, limits, options) : 0;
  const hotSince = nowNs - BigInt(options.hotDays) * DAY_NS;
  // Before they are archived, as they lie in the order of their numbers still.
  const [filtering] = await Promise.allSettled([addSliceFilters(context)]);
  const [archiving] = await Promise.allSettled([archiveDays(context, hotSince, limits)]);
  const [adding] = await Promise.allSettled([makeFeatureDays(context, nowNs, limits.leastRows)]);
  const [telling] = await Promise.allSettled([makeExactHours(context, nowNs)]);
  const isTooLarge =
    options.maxBytes > 0 &&
    totalBytes(await readStorageUse(context, databasePath), options) > options.maxBytes;
  const shrink = { ...(isTooLarge ? SHRINK_TO_FIT : SHRINK_LIMITS), ...options.shrink };
  const moved = await shrinkFile(context, shrink);
  if (filtering.status === 'rejected') throw filtering.reason;
  if (archiving.status === 'rejected') throw archiving.reason;
  if (adding.status === 'rejected') throw adding.reason;
  if (telling.status === 'rejected') throw telling.reason;
  return {
    archivedRows: archiving.value,
    droppedByAge: droppedByAge + forgotten,
    droppedBySize,
    movedRows: moved,
    tookMs: Math.round(performance.now() - began),
    use: await readStorageUse(context, databasePath),
  };
}

/** Drops the oldest days until the rest fits. The present day stays, whatever its size: new data is more than old. */
async function dropToFit(
  context: UpkeepContext,
  databasePath: string,
  nowNs: bigint,
  limits: ArchiveLimits,
  options: UpkeepOptions,
): Promise<number> {
  let dropped = 0;
  // Each round a later day: what lands for an earlier one meanwhile is left to the next run.
  let since = 0n;
  for (;;) {
    // Deleted rows leave their room only at a checkpoint.
    if (!(await checkpoint(context))) return dropped;
    const use = await readStorageUse(context, databasePath);
    // What is free within the file can be given back, so it does not count here.
    if (totalBytes(use, options) - use.freeBytes <= options.maxBytes) return dropped;
    const oldestNs = await readOldest(context, since);
    if (oldestNs === undefined || dayOf(oldestNs) >= dayOf(nowNs)) return dropped;
    since = dayOf(oldestNs) + DAY_NS;
    await context.addActors();
    const rows = await dropBefore(context, since, limits);
    if (rows === 0) return dropped;
    dropped += rows;
    await rewriteSparse(context, SHRINK_TO_FIT);
  }
}

const totalBytes = (use: StorageUse, { otherBytes }: UpkeepOptions): number =>
  use.databaseBytes + use.archiveBytes + otherBytes;

/** Where the bytes are. */
export async function readStorageUse(
  { connection }: Pick<UpkeepContext, 'connection'>,
  databasePath: string,
): Promise<StorageUse> {
  const { freeBytes } = await readFileUse(connection);
  const files = await readArchiveFiles(connection);
  return {
    databaseBytes: sizeOf(databasePath) + sizeOf(`${databasePath}.wal`),
    freeBytes,
    archiveBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    archiveFiles: files.length,
    oldestNs: await readOldest({ connection }, 0n),
  };
}

/** Time of the oldest row that is no older than `since`. */
async function readOldest(
  { connection }: Pick<UpkeepContext, 'connection'>,
  since: bigint,
): Promise<bigint | undefined> {
  const from = timeLiteral(since);
  const oldest = PARTITIONS.map(
    ({ hotTable, time }) => `SELECT min(${time}) AS t FROM ${hotTable} WHERE ${time} >= ${from}`,
  );
  const archived = `SELECT min(first_time) FROM archive_files WHERE first_time >= ${from}`;
  const [[oldestNs] = []] = await readRows(
    connection,
    `SELECT epoch_ns(min(t)) FROM (${[...oldest, archived].join(' UNION ALL ')})`,
  );
  return typeof oldestNs === 'bigint' ? oldestNs : undefined;
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
