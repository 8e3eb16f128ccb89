/** Brings a database to the schema of this program: new tables in an empty one, forward steps in an old one, refusal of a newer one. */
import { createHash, randomBytes } from 'node:crypto';
import { storeError } from './errors.ts';
import { partitionView } from './duckdb/partition-view.ts';
import { PARTITIONS } from './partitions.ts';
import { listSqlFiles, readSqlFile } from './sql-file.ts';

/**
 * Version of the tables in `sql/schema`. To change a table: edit its file, count up, add `sql/migrate/<version>.sql`.
 * A table that is new needs a step too, for the version, but no statement in it.
 */
export const SCHEMA_VERSION = 5;

/** What migrating needs of a connection. */
export interface MigrationTarget {
  /** Runs one statement with values for its `$names`, or several without. */
  execute(sql: string, values?: Readonly<Record<string, string | number>>): Promise<void>;
  /** The first row of a query as JSON values, undefined when there is none. */
  firstRow(sql: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** The SQL that makes a schema. */
export interface SchemaSource {
  readonly version: number;
  /** Creates those tables that are missing, in order; run whenever their text has changed, as that of views. */
  readonly tables: readonly string[];
  /** Leads from version `n - 1` to version `n`. */
  step(n: number): string;
  /** Creates or replaces macros and views, in order; run whenever their text has changed. */
  readonly views: readonly string[];
}

export const readSchema = (): SchemaSource => ({
  version: SCHEMA_VERSION,
  tables: listSqlFiles('schema').map((path) => readSqlFile(`schema/${path}`)),
  step: (n) => readSqlFile(`migrate/${n}.sql`),
  views: [
    readSqlFile('dialect/duckdb.sql'),
    // Without their files, which the opening of the database adds.
    ...PARTITIONS.map((partition) => partitionView(partition, [])),
    ...listSqlFiles('views').map((path) => readSqlFile(`views/${path}`)),
  ],
});

/**
 * Migrates in one transaction; an error leaves the database as it was.
 * Rejects with `STORE_SCHEMA_TOO_NEW` when a newer program wrote it; `path` is only for that message.
 */
export async function migrate(
  target: MigrationTarget,
  path: string,
  schema: SchemaSource = readSchema(),
): Promise<void> {
  const digest = createHash('sha256')
    .update([...schema.tables, ...schema.views].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const found = await readVersion(target);
  if (found !== undefined && found.version > schema.version)
    throw storeError('STORE_SCHEMA_TOO_NEW', { path, found: found.version, known: schema.version });
  if (found?.version === schema.version && found.digest === digest) return;

  await target.execute('BEGIN');
  try {
    for (let n = (found ?? schema).version + 1; n <= schema.version; n++)
      await target.execute(schema.step(n));
    for (const table of schema.tables) await target.execute(table);
    if (found === undefined) {
      await target.execute(readSqlFile('upkeep/stamp.sql'), {
        version: schema.version,
        hash_seed: randomBytes(4).readUInt32LE(),
      });
    }
    for (const view of schema.views) await target.execute(view);
    await target.execute(readSqlFile('upkeep/restamp.sql'), { version: schema.version, digest });
    await target.execute('COMMIT');
  } catch (error) {
    await target.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function readVersion(
  target: MigrationTarget,
): Promise<{ version: number; digest: string } | undefined> {
  const table = await target.firstRow(readSqlFile('upkeep/has-meta.sql'));
  if (table?.['found'] !== true) return undefined;
  const meta = await target.firstRow(readSqlFile('upkeep/meta.sql'));
  return meta && { version: Number(meta['version']), digest: String(meta['digest']) };
}
