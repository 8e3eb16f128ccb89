/** The registry of questions: every SQL file under `sql/read` with its parameter and row types. */
import { defineQueries, type ParamsOf, type RowOf } from './query.ts';

/**
 * One entry a file: `'topic/question'` stands in `sql/read/topic/question.sql`. A missing file, a file without an
 * entry, and a `$name` on one side only stop the opening of the store.
 */
export const queries = defineQueries({
  'system/tables': { params: {}, row: { table: 'text', rows: 'int' } },
});

export type QueryName = keyof typeof queries;
export type QueryParams<Name extends QueryName> = ParamsOf<(typeof queries)[Name]['params']>;
export type QueryRow<Name extends QueryName> = RowOf<(typeof queries)[Name]['row']>;
