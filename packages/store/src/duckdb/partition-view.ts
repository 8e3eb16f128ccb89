/** A table cut by time as questions read it: the hot table and the files of the archive as one. */
import type { Partition } from '../partitions.ts';

/** The view over a table and these files of the archive, as a statement. */
export const partitionView = (partition: Partition, files: readonly string[]): string =>
  `CREATE OR REPLACE VIEW ${partition.name} AS ${partitionSelect(partition, files)}`;

/** All rows of a table and these files of the archive. */
export function partitionSelect({ hotTable }: Partition, files: readonly string[]): string {
  const hot = `SELECT * FROM ${hotTable}`;
  if (files.length === 0) return hot;
  return `${hot} UNION ALL SELECT * FROM read_parquet([${files.map(quote).join(', ')}])`;
}

/** A text as SQL has it. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
