/** DuckDB's interface for Node.js as values; its types come from the package itself. */
import { createRequire } from 'node:module';
import type * as NodeApi from '@duckdb/node-api';

/**
 * By require, because `import` first searches the package's 120 files for the names they export: 0.25 CPU seconds in
 * every thread that opens a database, as much as all the rest of opening it.
 */
const nodeApi = createRequire(import.meta.url)('@duckdb/node-api') as typeof NodeApi;

export const {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTableFunction,
  DuckDBTimestampNanosecondsValue,
  DuckDBUUIDValue,
  INTEGER,
  LIST,
  listValue,
  TIMESTAMP_NS,
  UBIGINT,
  UINTEGER,
  UTINYINT,
  UUID,
  VARCHAR,
} = nodeApi;
