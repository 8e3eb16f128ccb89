/** Moves old rows from the database file into files of the archive, and drops them from both: never lost, never twice, at any moment. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { SPANS } from '../../columns.ts';
import { type Partition, PARTITIONS } from '../../partitions.ts';
import { readSqlFile } from '../../sql-file.ts';
import { partitionView, quote } from '../partition-view.ts';
import { inTransaction } from '../transaction.ts';
import { rebuildActiveDays } from './active-days.ts';
import type { ArchiveFile } from './archive-folder.ts';
import { dayOf, readRows, timeLiteral, type UpkeepContext } from './context.ts';
import { dropExactHours } from './exact-hours.ts';
import { dropSpanEventDays } from '../span-event-days.ts';
import { dropErrors } from './old-errors.ts';
import { addToRunIndex, dropFromRunIndex, stampRunIndex } from './run-index.ts';
import { dropSliceFilters } from './slice-filters.ts';
import { cut, readDays, type Slice } from './slices.ts';

/** When rows are worth a file, and how many it may hold. */
export interface ArchiveLimits {
  /** A day with fewer rows stays in the database file: a file costs some kilobytes, and a look at each question. */
  readonly leastRows: number;
  /** Rows sorted and deleted at once: about two seconds of a core, a tenth of a second of the writing connection. */
  readonly mostRows: number;
}

/**
 * Row groups of 20,480 rows: the spans of one trace are found in half the time that 40,960 take, at the same size. Half as
 * many rows again would bring a fifth, and twice as many footers to remember.
 */
const FILE_FORMAT =
  'FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 20480, PRESERVE_ORDER true';

const PART_BEGIN = readSqlFile('resume/part-begin.sql');
/** True of rows whose request has landed whole; a part of one may have to be taken back from the hot table. */
const LANDED_WHOLE = `seq < coalesce((${PART_BEGIN}), 18446744073709551615::UBIGINT)`;

/** Every file of the archive, oldest first. */
export async function readArchiveFiles(
  connection: DuckDBConnection,
): Promise<(ArchiveFile & { readonly table: string; readonly lastNs: bigint })[]> {
  const rows = await readRows(
    connection,
    'SELECT table_name, file, bytes, sha256, epoch_ns(last_time) FROM archive_files ORDER BY first_time, file',
  );
  return rows.map(([table, file, bytes, sha256, lastNs]) => ({
    table: String(table),
    file: String(file),
    bytes: Number(bytes),
    sha256: String(sha256),
    lastNs: lastNs as bigint,
  }));
}

/** Partitions whose view reads other files than are listed, or reads them where they do not lie. */
export async function readStaleViews(
  connection: DuckDBConnection,
  listed: readonly { readonly table: string; readonly file: string }[],
  pathOf: (file: string) => string,
): Promise<Partition[]> {
  const rows = await readRows(
    connection,
    'SELECT view_name, sql FROM duckdb_views() WHERE NOT internal',
  );
  const views = new Map(rows.map(([name, sql]) => [String(name), String(sql)]));
  return PARTITIONS.filter(({ name }) => {
    const read = views.get(name)?.match(/'(?:[^']|'')*'/gu) ?? [];
    const own = listed.filter(({ table }) => table === name).map(({ file }) => quote(pathOf(file)));
    return read.join() !== own.join();
  });
}

/** Makes the views read the files that are listed, where those lie now. */
export async function refreshViews(
  connection: DuckDBConnection,
  pathOf: (file: string) => string,
  partitions: readonly Partition[] = PARTITIONS,
): Promise<void> {
  const files = await readArchiveFiles(connection);
  for (const partition of partitions) {
    const own = files.filter(({ table }) => table === partition.name);
    await connection.run(
      partitionView(
        partition,
        own.map(({ file }) => pathOf(file)),
      ),
    );
  }
}

/** Moves whole days that ended before `before`; resolves with the rows that were moved. */
export async function archiveDays(
  context: UpkeepContext,
  before: bigint,
  { leastRows, mostRows }: ArchiveLimits,
): Promise<number> {
  let moved = 0;
  for (const partition of PARTITIONS)
    for (const day of await readDays(context.connection, partition, dayOf(before))) {
      if (day.rows < leastRows) continue;
      for (const slice of await cut(context.connection, partition, day, mostRows))
        moved += await archiveSlice(context, partition, slice);
    }
  return moved;
}

async function archiveSlice(
  context: UpkeepContext,
  partition: Partition,
  { from, to }: Slice,
): Promise<number> {
  const { connection, folder } = context;
  const { name, hotTable, time, order } = partition;
  context.proceed();
  const within = `${time} >= ${timeLiteral(from)} AND ${time} < ${timeLiteral(to)} AND ${await rolledUp(connection, partition)}`;
  // Whatever lands meanwhile has a higher number and stays; so does the rest of a request whose part this look finds.
  const [[last] = []] = await readRows(
    connection,
    `SELECT max(seq) FROM ${hotTable} WHERE ${within} AND ${LANDED_WHOLE}`,
  );
  if (typeof last !== 'bigint') return 0;
  const chosen = `${within} AND seq <= ${last}`;
  const file = folder.newName(name, from);
  const partial = quote(folder.partialPathOf(file));
  try {
    const copy = await connection.run(
      `COPY (SELECT * FROM ${hotTable} WHERE ${chosen} ORDER BY ${order}) TO ${partial} (${FILE_FORMAT})`,
    );
    const copied = copy.rowsChanged;
    context.proceed('archive written');
    const [[rows, first, latest] = []] = await readRows(
      connection,
      `SELECT count(*), epoch_ns(min(${time})), epoch_ns(max(${time})) FROM read_parquet(${partial})`,
    );
    if (Number(rows) !== copied)
      throw new Error(`${copied} rows written, ${Number(rows)} read again`);
    const { bytes, sha256 } = await folder.finish(file);
    context.proceed('archive named');
    await context.write((writer) =>
      inTransaction(writer, async () => {
        if (name === SPANS.name) await addToRunIndex(writer, `${hotTable} WHERE ${chosen}`);
        const { rowsChanged } = await writer.run(`DELETE FROM ${hotTable} WHERE ${chosen}`);
        if (rowsChanged !== copied)
          throw new Error(`${rowsChanged} rows of ${name} to delete, ${copied} in ${file}`);
        await writer.run(
          `INSERT INTO archive_files VALUES (${quote(name)}, ${quote(file)}, ${timeLiteral(first as bigint)},
           ${timeLiteral(latest as bigint)}, ${last}, ${copied}, ${bytes}, ${quote(sha256)}, now()::TIMESTAMP_NS)`,
        );
        if (name === SPANS.name) await stampRunIndex(writer);
        await refreshViews(writer, (listed) => folder.pathOf(listed), [partition]);
      }),
    );
    context.proceed('archive committed');
    return copied;
  } catch (error) {
    await removeUnlisted(context, file);
    throw error;
  }
}

/** Which rows may leave the hot table: runs whose actors are not summed yet are looked for there. */
async function rolledUp(connection: DuckDBConnection, { name }: Partition): Promise<string> {
  if (name !== SPANS.name) return 'true';
  const [[seq] = []] = await readRows(connection, 'SELECT actor_seq FROM rollup_state');
  return typeof seq === 'bigint' ? `(feature_id = 0 OR seq <= ${seq})` : 'true';
}

/** After a failure it is the manifest that knows whether the file came into use. */
async function removeUnlisted({ connection, folder }: UpkeepContext, file: string): Promise<void> {
  const listed = await readArchiveFiles(connection).catch(() => undefined);
  if (listed?.every((known) => known.file !== file)) await folder.remove([file]);
}

/** Deletes all rows from before a day; resolves with their number. */
export async function dropBefore(
  context: UpkeepContext,
  before: bigint,
  { mostRows }: ArchiveLimits,
): Promise<number> {
  const { connection } = context;
  const part = await readPartTime(connection);
  const end = dayOf(part === undefined || part > before ? before : part);
  await markRawSince(context, end);
  let dropped = await dropFiles(context, end);
  for (const partition of PARTITIONS) {
    const { hotTable, time } = partition;
    for (const day of await readDays(connection, partition, end))
      for (const { from, to } of await cut(connection, partition, day, mostRows)) {
        context.proceed();
        dropped += await context.write((writer) =>
          inTransaction(writer, async () => {
            const { rowsChanged } = await writer.run(
              `DELETE FROM ${hotTable} WHERE ${time} >= ${timeLiteral(from)} AND ${time} < ${timeLiteral(to)}
               AND ${LANDED_WHOLE} AND ${await rolledUp(writer, partition)}`,
            );
            if (partition.name === SPANS.name)
              await rebuildActiveDays(writer, { from: day.from, end: day.to });
            return rowsChanged;
          }),
        );
        context.proceed('drop committed');
      }
  }
  await context.write(async (writer) => {
    await dropSpanEventDays(writer, end);
    await writer.run(
      `DELETE FROM plan_violation_hour WHERE fa_hour_start(hour) < ${timeLiteral(end)}`,
    );
    await dropSliceFilters(writer, end);
    await dropExactHours(writer, end);
    await dropErrors(writer, end);
  });
  return dropped;
}

/**
 * Time of the oldest row of the request that has landed in part: to take it back, its hours must be built anew from all of
 * their rows.
 */
async function readPartTime(connection: DuckDBConnection): Promise<bigint | undefined> {
  const [[begin] = []] = await readRows(connection, PART_BEGIN);
  if (typeof begin !== 'bigint') return undefined;
  const oldest = PARTITIONS.map(
    ({ hotTable, time }) => `SELECT min(${time}) AS t FROM ${hotTable} WHERE seq >= ${begin}`,
  );
  const [[oldestNs] = []] = await readRows(
    connection,
    `SELECT epoch_ns(min(t)) FROM (${oldest.join(' UNION ALL ')})`,
  );
  return typeof oldestNs === 'bigint' ? oldestNs : undefined;
}

/** Hours before can no longer be built anew from what is left; said before the first row goes. */
async function markRawSince(context: UpkeepContext, before: bigint): Promise<void> {
  await context.write((writer) =>
    writer.run(
      `UPDATE rollup_state SET raw_since = ${timeLiteral(before)} WHERE raw_since < ${timeLiteral(before)}`,
    ),
  );
}

/** Takes files whose every row is older off the list, then removes them. */
async function dropFiles(context: UpkeepContext, before: bigint): Promise<number> {
  const { folder } = context;
  const old = (await readArchiveFiles(context.connection)).filter(({ lastNs }) => lastNs < before);
  if (old.length === 0) return 0;
  const names = old.map(({ file }) => quote(file)).join(', ');
  const rows = await context.write((writer) =>
    inTransaction(writer, async () => {
      const [[count] = []] = await readRows(
        writer,
        `SELECT sum(rows) FROM archive_files WHERE file IN (${names})`,
      );
      await writer.run(`DELETE FROM archive_files WHERE file IN (${names})`);
      await dropFromRunIndex(writer, before);
      await rebuildActiveDays(writer, { from: 0n, end: before });
      await stampRunIndex(writer);
      await refreshViews(
        writer,
        (file) => folder.pathOf(file),
        PARTITIONS.filter(({ name }) => old.some(({ table }) => table === name)),
      );
      return Number(count);
    }),
  );
  context.proceed('drop committed');
  // Questions asked before still read them.
  await context.settled();
  await folder.remove(old.map(({ file }) => file));
  return rows;
}
