/** The registry and the SQL files brought together, and refused where they differ. */
import { placeholders } from './bind.ts';
import { storeError } from './errors.ts';
import type { QueryDefinition, QueryDefinitions } from './query.ts';
import { listSqlFiles, readSqlFile } from './sql-file.ts';

/** A question with its SQL, as the engine gets it. */
export interface Statement extends QueryDefinition {
  readonly name: string;
  readonly sql: string;
}

/** Reads the SQL of every entry; rejects with `STORE_QUERIES_INVALID`, all problems at once. */
export function loadStatements(queries: QueryDefinitions): Map<string, Statement> {
  const files = new Map(
    listSqlFiles('read').map((path) => [
      path.slice(0, -'.sql'.length),
      readSqlFile(`read/${path}`),
    ]),
  );
  const problems = registryProblems(queries, files);
  if (problems.length > 0)
    throw storeError('STORE_QUERIES_INVALID', { problems: problems.join('; ') });
  return new Map(
    Object.entries(queries).map(([name, query]) => [
      name,
      { ...query, name, sql: files.get(name) ?? '' },
    ]),
  );
}

/** What is on one side only: entries, files (name to SQL text), placeholders. */
export function registryProblems(
  queries: QueryDefinitions,
  files: ReadonlyMap<string, string>,
): string[] {
  const problems: string[] = [];
  for (const name of files.keys())
    if (!Object.hasOwn(queries, name)) problems.push(`sql/read/${name}.sql has no entry`);
  for (const [name, { params, files: range }] of Object.entries(queries)) {
    const sql = files.get(name);
    if (sql === undefined) {
      problems.push(`${name} has no file sql/read/${name}.sql`);
      continue;
    }
    const used = placeholders(sql);
    for (const param of used)
      if (!Object.hasOwn(params, param))
        problems.push(`${name} uses $${param} but does not declare it`);
    if (range !== undefined && !/^WITH /mu.test(sql))
      problems.push(`${name} names its files but has no WITH to name them in`);
    for (const param of Object.keys(params))
      if (!used.includes(param)) problems.push(`${name} declares $${param} but does not use it`);
  }
  return problems;
}
