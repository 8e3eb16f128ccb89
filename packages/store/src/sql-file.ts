/** Reads SQL files of this package, from `src` and from `dist` alike. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../sql/', import.meta.url));

/** Text of `sql/<path>`, e.g. `dialect/duckdb.sql`; a line `-- include <path>` is that file, for what two questions share. */
export const readSqlFile = (path: string): string =>
  readFileSync(join(root, path), 'utf8').replaceAll(INCLUDE, (_, part: string) =>
    readSqlFile(part).trimEnd(),
  );

const INCLUDE = /^ *-- include (\S+\.sql)$/gmu;

/** Paths below `sql/<folder>` of all SQL files, relative to it, with `/`, sorted. */
export const listSqlFiles = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sql'))
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
