/** Lists the files of an archive anew whose rows in the list were lost. */
import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Partition, PARTITIONS } from '../../partitions.ts';
import { quote } from '../partition-view.ts';
import { type ArchiveFolder, hashFile } from '../upkeep/archive-folder.ts';
import { readRows, timeLiteral } from '../upkeep/context.ts';
import { isSurroundings } from './damage.ts';

/**
 * Leaves out those that are `given` up. Resolves with how many files are listed now that were not, and those that stay unlisted: unfinished, unreadable, dropped
 * by retention, or written by an archiving that was interrupted, whose rows the database still holds.
 */
export async function relistArchive(
  connection: DuckDBConnection,
  folder: ArchiveFolder,
  given: ReadonlySet<string>,
): Promise<{ readonly relisted: number; readonly unlisted: readonly string[] }> {
  const listed = await readRows(connection, 'SELECT file FROM archive_files');
  const known = new Set(listed.map(([file]) => String(file)));
  const unlisted: string[] = [];
  let relisted = 0;
  for (const file of folder.ownFiles()) {
    if (known.has(file) || given.has(file)) continue;
    const partition = PARTITIONS.find(({ name }) => file.startsWith(`${name}/`));
    const isWhole = partition !== undefined && file.endsWith('.parquet');
    if (isWhole && (await list(connection, folder, partition, file))) relisted++;
    else unlisted.push(file);
  }
  return { relisted, unlisted };
}

async function list(
  connection: DuckDBConnection,
  folder: ArchiveFolder,
  { name, hotTable, time }: Partition,
  file: string,
): Promise<boolean> {
  const target = folder.pathOf(file);
  const rows = `read_parquet(${quote(target)})`;
  let found: readonly (readonly unknown[])[];
  try {
    found = await readRows(
      connection,
      `SELECT count(*), epoch_ns(min(${time})), epoch_ns(max(${time})), max(seq),
         max(${time}) < (SELECT max(raw_since) FROM rollup_state),
         EXISTS (FROM ${rows} AS f JOIN ${hotTable} AS h ON f.seq = h.seq AND f.${time} = h.${time})
       FROM ${rows}`,
    );
  } catch (error) {
    if (isSurroundings(error)) throw error;
    return false;
  }
  const [[count, first, last, seq, isDropped, isDouble] = []] = found;
  if (typeof first !== 'bigint' || isDropped === true || isDouble === true) return false;
  await connection.run(
    `INSERT INTO archive_files VALUES (${quote(name)}, ${quote(file)}, ${timeLiteral(first)}, ${timeLiteral(last as bigint)},
     ${String(seq)}, ${String(count)}, ${statSync(target).size}, ${quote(await hashFile(target))}, now()::TIMESTAMP_NS)`,
  );
  return true;
}
