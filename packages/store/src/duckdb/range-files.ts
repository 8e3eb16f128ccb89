/** Questions about a short range name only those files of the archive that may hold rows of it: looking at the others costs more than the answer. */
import type { QueryDefinition } from '../query.ts';
import { PARTITIONS } from '../partitions.ts';
import type { Statement } from '../statements.ts';
import { partitionSelect } from './partition-view.ts';

/** Asks for the files that {@link nameFiles} names, by the parameters `from` and `last` of the question. */
export function listFiles({ name }: Statement): Statement {
  return {
    name,
    params: { from: 'ns', last: 'ns' },
    row: { table: 'text', file: 'text' },
    sql: `SELECT table_name AS "table", file FROM archive_files
WHERE last_time >= fa_time($from) AND first_time <= fa_time($last) ORDER BY first_time, file`,
  };
}

/** The question with its views read from these files alone, rows of {@link listFiles}. */
export function nameFiles(
  statement: Statement,
  { views }: NonNullable<QueryDefinition['files']>,
  listed: readonly Readonly<Record<string, unknown>>[],
  pathOf: (file: string) => string,
): Statement {
  const tables = PARTITIONS.filter(({ name }) => views.includes(name)).map((partition) => {
    const own = listed.filter(({ table }) => table === partition.name);
    const select = partitionSelect(
      partition,
      own.map(({ file }) => pathOf(String(file))),
    );
    return `${partition.name} AS (${select})`;
  });
  return {
    ...statement,
    sql: statement.sql.replace(/^WITH /mu, () => `WITH ${tables.join(',\n')},\n`),
  };
}
