/** Looks at a database or a backup as a whole: can every byte be read, does everything that points find what it points to. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { hashFile } from '../upkeep/archive-folder.ts';
import { SCHEMA_VERSION } from '../../migrate.ts';
import { PARTITIONS } from '../../partitions.ts';
import { type Check, check } from './check.ts';
import { isSurroundings } from './damage.ts';
import { BACKUP_DATABASE, type BackupManifest, readManifest } from '../../backup-manifest.ts';
import { type Looked, openToLook } from './open-to-look.ts';
import { readTableRows } from './table-rows.ts';

/** What a look found; `position` is where the journal goes on, undefined when the database cannot be opened. */
export interface Verified {
  readonly checks: readonly Check[];
  readonly position: { readonly record: bigint; readonly rows: number } | undefined;
}

const RECOVER = 'Run "heartwood-server recover", or restore a backup.';
const OTHER_BACKUP = 'Take another backup; this one must not be restored.';

/** Looks at a backup; changes nothing in it. */
export async function verifyBackup(folder: string): Promise<Verified> {
  let manifest: BackupManifest;
  try {
    manifest = readManifest(folder);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      checks: [{ name: 'manifest', ok: false, detail, remedy: OTHER_BACKUP }],
      position: undefined,
    };
  }
  const files = await check('files', OTHER_BACKUP, async () => {
    for (const { path: name, bytes, sha256 } of manifest.files) {
      const file = path.join(folder, name);
      const found = statSync(file, { throwIfNoEntry: false });
      if (found === undefined) throw new Error(`${name} is missing`);
      if (found.size !== bytes) throw new Error(`${name} has ${found.size} bytes, not ${bytes}`);
      if ((await hashFile(file)) !== sha256) throw new Error(`${name} is not what was written`);
    }
    return `${manifest.files.length} files have the digests of ${manifest.created}`;
  });
  if (!files.ok) return { checks: [files], position: undefined };
  const { checks, position } = await verifyDatabase(
    path.join(folder, BACKUP_DATABASE),
    OTHER_BACKUP,
    manifest,
  );
  return { checks: [files, ...checks], position };
}

/** Looks at a database that nobody has open; changes nothing. */
export async function verifyDatabase(
  file: string,
  remedy: string = RECOVER,
  manifest?: BackupManifest,
): Promise<Verified> {
  let looked: Looked | undefined;
  let wayOut: string | undefined = remedy;
  const opened = await check('database opens', '', async () => {
    looked = await openToLook(file).catch((error: unknown) => {
      // What is no damage, such as a file that may not be read, says itself what to do.
      if (isSurroundings(error)) wayOut = undefined;
      throw error;
    });
    return `${file}, ${statSync(file).size} bytes`;
  });
  if (looked === undefined) return { checks: [{ ...opened, remedy: wayOut }], position: undefined };
  try {
    const checks = [opened, ...(await looksAt(looked, remedy, manifest))];
    return { checks, position: await positionOf(looked) };
  } finally {
    looked.close();
  }
}

/** Where the journal goes on; throws what DuckDB throws. */
export async function readPosition(
  file: string,
): Promise<{ readonly record: bigint; readonly rows: number } | undefined> {
  const looked = await openToLook(file, false);
  try {
    return await positionOf(looked);
  } finally {
    looked.close();
  }
}

async function positionOf(looked: Looked): Promise<Verified['position']> {
  const [row] = await rowsOf(looked, 'SELECT record, rows FROM landed_position');
  return row && { record: row[0] as bigint, rows: Number(row[1]) };
}

async function looksAt(
  looked: Looked,
  remedy: string,
  manifest: BackupManifest | undefined,
): Promise<Check[]> {
  return [
    await check(
      'schema',
      'Use the version of Heartwood that wrote it, or a newer one.',
      async () => {
        const [[version] = []] = await rowsOf(looked, 'SELECT schema_version FROM meta');
        if (Number(version) > SCHEMA_VERSION)
          throw new Error(`version ${Number(version)}, this program knows up to ${SCHEMA_VERSION}`);
        return `version ${Number(version)}`;
      },
    ),
    await check('archive', remedy, () => readArchive(looked)),
    await check('every value can be read', remedy, () => readEverything(looked)),
    ...(manifest === undefined
      ? []
      : [await check('rows as in the manifest', remedy, () => compareRows(looked, manifest))]),
    await check('record numbers are unique', remedy, () => findDoubles(looked)),
    await check('ids have their texts', remedy, () => findDangling(looked)),
    await check('extras have their spans', remedy, () => findOrphans(looked)),
    await check('position', remedy, async () => {
      const rows = await rowsOf(looked, 'SELECT record, rows FROM landed_position');
      if (rows.length !== 1)
        throw new Error(`${rows.length} positions in the journal instead of one`);
      return `journal record ${String(rows[0]?.[0])}, ${String(rows[0]?.[1])} rows of it`;
    }),
  ];
}

async function readArchive(looked: Looked): Promise<string> {
  for (const { file, bytes, sha256 } of looked.files) {
    const found = statSync(looked.pathOf(file), { throwIfNoEntry: false });
    if (found?.size !== bytes)
      throw new Error(`${file} has ${found?.size ?? 'no'} bytes, not ${bytes}`);
    if ((await hashFile(looked.pathOf(file))) !== sha256)
      throw new Error(`${file} is not what was written`);
  }
  for (const { name } of PARTITIONS) {
    const own = looked.files.filter(({ table }) => table === name);
    if (own.length === 0) continue;
    const list = own.map(({ file }) => `'${looked.pathOf(file).replaceAll("'", "''")}'`).join(', ');
    const [[found, listed] = []] = await rowsOf(
      looked,
      `SELECT (SELECT count(*) FROM read_parquet([${list}])), (SELECT sum(rows) FROM archive_files WHERE table_name = '${name}')`,
    );
    if (Number(found) !== Number(listed))
      throw new Error(`${Number(found)} rows of ${name} in the archive, ${Number(listed)} listed`);
  }
  return `${looked.files.length} files have the digests of their writing`;
}

/** Reads each block of each table, so that every checksum is computed. */
async function readEverything(looked: Looked): Promise<string> {
  const tables = await rowsOf(
    looked,
    'SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary ORDER BY table_name',
  );
  let rows = 0;
  for (const name of [
    ...tables.map(([table]) => String(table)),
    ...PARTITIONS.map((p) => p.name),
  ]) {
    const [[count] = []] = await rowsOf(
      looked,
      `SELECT count(*), bit_xor(hash(t)) FROM ${name} AS t`,
    ).catch((error: unknown) => {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
    rows += Number(count);
  }
  return `${rows} rows of ${tables.length} tables`;
}

async function compareRows(looked: Looked, { rows }: BackupManifest): Promise<string> {
  const found = await readTableRows(looked.connection);
  const wrong = Object.entries(rows).filter(([table, count]) => found[table] !== count);
  if (wrong.length > 0)
    throw new Error(
      wrong
        .map(([table, count]) => `${table} has ${found[table] ?? 'no'} rows, not ${count}`)
        .join(', '),
    );
  return `${Object.keys(rows).length} tables`;
}

async function findDoubles(looked: Looked): Promise<string> {
  let all = 0;
  for (const table of ['spans', 'logs', 'metric_points']) {
    const [[rows, distinct] = []] = await rowsOf(
      looked,
      `SELECT count(*), count(DISTINCT seq) FROM ${table}`,
    );
    if (rows !== distinct)
      throw new Error(
        `${Number(rows) - Number(distinct)} rows of ${table} are there more than once`,
      );
    all += Number(rows);
  }
  return `${all} records`;
}

/** Columns that point, by the table that they point into. */
const REFERENCES: readonly (readonly [
  table: string,
  columns: readonly string[],
  target: string,
])[] = [
  [
    'spans',
    ['name_id', 'feature_id', 'category_id', 'component_id', 'version_id', 'error_type_id'],
    'vocabulary',
  ],
  ['spans', ['session_id', 'user_id'], 'identities'],
  ['spans', ['resource_id'], 'resources'],
  ['spans', ['scope_id'], 'scopes'],
  [
    'logs',
    ['severity_text_id', 'event_name_id', 'feature_id', 'component_id', 'error_type_id'],
    'vocabulary',
  ],
  ['logs', ['session_id', 'user_id'], 'identities'],
  ['logs', ['resource_id'], 'resources'],
  ['logs', ['scope_id'], 'scopes'],
  ['metric_points', ['metric_id'], 'metrics'],
  ['metric_points', ['attribute_set_id'], 'attribute_sets'],
  ['metric_points', ['resource_id'], 'resources'],
  ['metric_points', ['scope_id'], 'scopes'],
];

async function findDangling(looked: Looked): Promise<string> {
  let found = 0;
  for (const [table, columns, target] of REFERENCES)
    for (const column of columns) {
      const [[all, lost] = []] = await rowsOf(
        looked,
        `WITH used AS (SELECT DISTINCT ${column} AS id FROM ${table} WHERE ${column} <> 0)
         SELECT (SELECT count(*) FROM used), (SELECT count(*) FROM used ANTI JOIN ${target} USING (id))`,
      );
      if (Number(lost) > 0)
        throw new Error(`${Number(lost)} ids in ${table}.${column} are not in ${target}`);
      found += Number(all);
    }
  return `${found} ids`;
}

/** Rows of days that retention is just taking away may lack the other half. */
async function findOrphans(looked: Looked): Promise<string> {
  const since = 'coalesce((SELECT max(raw_since) FROM rollup_state), make_timestamp_ns(0))';
  const [[alone, all] = []] = await rowsOf(
    looked,
    `SELECT (SELECT count(*) FROM span_extras ANTI JOIN spans USING (seq) WHERE start_time >= ${since}),
            (SELECT count(*) FROM span_extras)`,
  );
  if (Number(alone) > 0) throw new Error(`${Number(alone)} extras belong to no span`);
  return `${Number(all)} extras`;
}

const rowsOf = async (
  { connection }: Looked,
  sql: string,
): Promise<readonly (readonly unknown[])[]> => (await connection.runAndReadAll(sql)).getRows();
