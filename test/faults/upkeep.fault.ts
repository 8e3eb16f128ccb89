import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batch, type Position } from '../../packages/store/src/batch.ts';
import type { Statement } from '../../packages/store/src/statements.ts';
import type { Store } from '../../packages/store/src/store.ts';
import { CONTRACT_STATEMENTS, readTest } from '../../packages/store/src/testing/store-fixture.ts';
import { writeRow } from '../../packages/store/src/testing/write-row.ts';
import type { UpkeepOptions } from '../../packages/store/src/upkeep.ts';
import { openDatabase } from '../../packages/store/src/duckdb/database.ts';
import { openDuckdb } from '../../packages/store/src/duckdb/engine.ts';
import type { UpkeepPoint } from '../../packages/store/src/duckdb/upkeep/context.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const dist = path.resolve(import.meta.dirname, '../../packages/store/dist');

const STATEMENTS = new Map<string, Statement>([
  ...CONTRACT_STATEMENTS,
  ...Object.entries({
    'test/all': {
      row: { rows: 'int', seqs: 'int', sum: 'ns', extras: 'int', joined: 'int', logs: 'int' },
      sql: `SELECT (SELECT count(*) FROM spans) AS "rows", (SELECT count(DISTINCT seq) FROM spans) AS seqs,
            (SELECT coalesce(sum(epoch_ns(start_time)::HUGEINT), 0) FROM spans) AS "sum", (SELECT count(*) FROM span_extras) AS extras,
            (SELECT count(*) FROM spans JOIN span_extras USING (seq)) AS joined, (SELECT count(*) FROM logs) AS logs`,
    },
    'test/hot': { row: { rows: 'int' }, sql: 'SELECT count(*) AS "rows" FROM hot_spans' },
    'test/runs': { row: { runs: 'int' }, sql: 'SELECT sum(runs) AS runs FROM feature_hour' },
    'test/raw': { row: { since: 'ns' }, sql: 'SELECT raw_since AS since FROM rollup_state' },
    'test/types': {
      row: { differences: 'int' },
      sql: `SELECT count(*) AS differences FROM (
              SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE table_name IN ('spans', 'span_extras', 'logs')
              EXCEPT SELECT table_name[5:], column_name, data_type FROM duckdb_columns() WHERE table_name LIKE 'hot_%')`,
    },
    'test/slow': {
      row: { n: 'int' },
      sql: 'SELECT count(*) AS n FROM spans, range(3000) WHERE hash(seq, range) % 3 < 4',
    },
    'test/attach': { row: { n: 'int' }, sql: `ATTACH '/tmp/elsewhere.duckdb'` },
    'test/database-file': {
      row: { n: 'int' },
      sql: `SELECT count(*) AS n FROM read_blob('/etc/*')`,
    },
  } as const).map(
    ([name, { row, sql }]) => [name, { name, params: {}, row, sql }] as [string, Statement],
  ),
]);

const OPTIONS: UpkeepOptions = {
  nowMs: NOW_MS,
  keepDays: 0,
  hotDays: 2,
  maxBytes: 0,
  otherBytes: 0,
  archive: { leastRows: 10, mostRows: 1000 },
};

let dir: string;
let file: string;
let store: Store;
let seq: bigint;
let record: bigint;

const SETTINGS = {
  get path() {
    return file;
  },
  threads: 1,
  memoryLimitMiB: 896,
  spillMiB: 512,
  checkpointMiB: 64,
  readers: 1,
  crashAt: undefined,
};
const open = (): Promise<Store> => openDuckdb({ path: file, threads: 1 }, STATEMENTS);

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-upkeep-'));
  file = path.join(dir, 'test.duckdb');
  [seq, record] = [1n, 1n];
  store = await open();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Lands spans spread over a day so many days ago, a quarter with extras, and a log each hundred; random bytes do not compress. */
async function landDay(
  daysAgo: number,
  count: number,
  randomEach = 0,
  position: Position = { record: record++, rows: 0 },
): Promise<void> {
  const batch = new Batch(count);
  const dayNs = BigInt(Math.floor(NOW_MS / DAY_MS) - daysAgo) * BigInt(DAY_MS) * 1_000_000n;
  for (let i = 0; i < count; i++) {
    const time = dayNs + (BigInt(i) * 86_399_000_000_000n) / BigInt(count);
    const trace_id = (BigInt(i) * 0x9e3779b97f4a7c15n).toString(16).padStart(32, '0').slice(-32);
    writeRow(batch.spans, {
      seq,
      start_time: time,
      trace_id,
      span_id: seq * 0x9e3779b97f4a7n,
      feature_id: 1n,
      feature_status: 1,
      attributes: `{"n":${i},"random":"${randomBytes(randomEach).toString('base64')}"}`,
    });
    if (i % 4 === 0) writeRow(batch.spanExtras, { seq, start_time: time, events: '[]' });
    if (i % 100 === 0) writeRow(batch.logs, { seq, time });
    seq++;
  }
  await store.land(batch, position);
}

const all = async (): Promise<Record<string, unknown>> => (await readTest(store, 'all'))[0] ?? {};
const hotRows = async (): Promise<unknown> => (await readTest(store, 'hot'))[0]?.['rows'];
const archiveFiles = (): string[] =>
  readdirSync(`${file}.archive`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('.parquet'))
    .toSorted();

describe('the archive', () => {
  it('takes closed days out of the database file, and questions answer as before', async () => {
    for (const daysAgo of [5, 4, 3, 2, 1, 0]) await landDay(daysAgo, 500);
    const before = await all();
    const report = await store.keepUp(OPTIONS);
    expect(report.archivedRows).toBe(3 * (500 + 125));
    expect(report.use).toMatchObject({ archiveFiles: 6 });
    expect(await hotRows()).toBe(3 * 500);
    expect(await all()).toEqual(before);
    expect(await readTest(store, 'types')).toEqual([{ differences: 0 }]);
    await store.close();
    store = await open();
    expect(await all()).toEqual(before);
  });

  it('keeps days with few rows where they are', async () => {
    await landDay(5, 9);
    expect(await store.keepUp(OPTIONS)).toMatchObject({ archivedRows: 0 });
    expect(archiveFiles()).toEqual([]);
  });

  it('cuts a day with many rows into several files', async () => {
    await landDay(5, 3000);
    const before = await all();
    await store.keepUp(OPTIONS);
    expect(archiveFiles().filter((name) => name.startsWith('spans/')).length).toBeGreaterThan(2);
    expect(await hotRows()).toBe(0);
    expect(await all()).toEqual(before);
  });

  it('takes records that come late for a day into a further file', async () => {
    await landDay(5, 500);
    await store.keepUp(OPTIONS);
    await landDay(5, 300);
    expect(await all()).toMatchObject({ rows: 800, seqs: 800, joined: 200 });
    await store.keepUp(OPTIONS);
    expect(await hotRows()).toBe(0);
    expect(await all()).toMatchObject({ rows: 800, seqs: 800, joined: 200 });
  });

  it('lets batches land and questions be answered meanwhile, each record once at any moment', async () => {
    for (let daysAgo = 9; daysAgo > 2; daysAgo--) await landDay(daysAgo, 500);
    let going = true;
    const keeping = store.keepUp(OPTIONS).finally(() => (going = false));
    let landed = 3500;
    let looks = 0;
    // oxlint-disable-next-line no-unmodified-loop-condition -- by the end of the run
    while (going) {
      await landDay(0, 10);
      landed += 10;
      const { rows, seqs, extras, joined } = await all();
      expect([rows, seqs]).toEqual([landed, landed]);
      expect(joined).toBe(extras);
      looks++;
    }
    expect((await keeping).archivedRows).toBe(3500 + 875);
    expect(looks).toBeGreaterThan(3);
  });

  it('reaches no file beside its own', async () => {
    writeFileSync(path.join(dir, 'secret.txt'), 'secret');
    await landDay(5, 500);
    await store.keepUp(OPTIONS);
    for (const question of ['file', 'attach', 'database-file'])
      await expect(readTest(store, question)).rejects.toMatchObject({
        code: 'STORE_QUERY_FAILED',
        message: expect.stringContaining('disabled by configuration'),
      });
  });

  it('moves with its database to another folder', async () => {
    await landDay(5, 500);
    await store.keepUp(OPTIONS);
    const before = await all();
    await store.close();
    const moved = mkdtempSync(path.join(tmpdir(), 'heartwood-moved-'));
    renameSync(dir, path.join(moved, 'data'));
    dir = moved;
    file = path.join(moved, 'data', 'test.duckdb');
    store = await open();
    expect(await all()).toEqual(before);
  });

  it('refuses to open without one of its files, and names it', async () => {
    await landDay(5, 500);
    await store.keepUp(OPTIONS);
    await store.close();
    const [name = ''] = archiveFiles();
    const gone = path.join(`${file}.archive`, name);
    renameSync(gone, path.join(dir, 'aside'));
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_ARCHIVE_DAMAGED',
      message: expect.stringContaining(name),
    });
    renameSync(path.join(dir, 'aside'), gone);
    store = await open();
    expect(await all()).toMatchObject({ rows: 500 });
  });

  it('is taken up without a write when nothing has moved, so that a full disk does not matter', async () => {
    await landDay(5, 500);
    await store.keepUp(OPTIONS);
    await store.close();
    const database = await openDatabase(SETTINGS);
    try {
      expect(existsSync(`${file}.wal`)).toBe(false);
      const rows = await database.writer.runAndReadAll('SELECT count(*) FROM spans');
      expect(rows.getRowsJson()).toEqual([['500']]);
    } finally {
      database.close();
    }
    store = await open();
  });

  it.runIf(process.platform === 'linux')('leaves nothing open when it cannot open', async () => {
    await landDay(5, 500);
    await store.keepUp(OPTIONS);
    await store.close();
    for (const name of archiveFiles()) rmSync(path.join(`${file}.archive`, name));
    await expect(openDatabase(SETTINGS)).rejects.toMatchObject({ code: 'STORE_ARCHIVE_DAMAGED' });
    const open = readdirSync('/proc/self/fd').map(targetOf);
    expect(open).not.toContain(file);
  });

  it('leaves alone what another database has put there', async () => {
    await store.close();
    const foreign = path.join(`${file}.archive`, '2026-01-01.01234567.0123456789ab.parquet');
    writeFileSync(foreign, 'not ours');
    store = await open();
    expect(existsSync(foreign)).toBe(true);
  });
});

describe('retention', () => {
  it('gives no number twice, even when every record of it is archived or gone', async () => {
    await landDay(9, 500);
    const { nextSeq } = await store.readResumeState();
    expect(nextSeq).toBe(501n);
    await store.keepUp(OPTIONS);
    expect(await hotRows()).toBe(0);
    expect(await store.readResumeState()).toMatchObject({ nextSeq });
    // Roll-ups are complete then, and know how far they are.
    await store.rebuildRollups();
    await store.keepUp({ ...OPTIONS, keepDays: 1 });
    expect(await all()).toMatchObject({ rows: 0 });
    expect(await store.readResumeState()).toMatchObject({ nextSeq });
  });

  it('S0-54 S2-124 S3-114: drops days beyond the age, from the archive and from the database file, and nothing younger', async () => {
    for (const daysAgo of [9, 8, 7, 6, 5, 1, 0]) await landDay(daysAgo, 500);
    await store.keepUp({ ...OPTIONS, hotDays: 8 });
    expect(archiveFiles().length).toBeGreaterThan(0);
    const report = await store.keepUp({ ...OPTIONS, hotDays: 8, keepDays: 6 });
    expect(report.droppedByAge).toBe(3 * (500 + 125 + 5));
    expect(await all()).toMatchObject({
      rows: 4 * 500,
      seqs: 4 * 500,
      extras: 4 * 125,
      joined: 4 * 125,
    });
    expect(archiveFiles()).toEqual([]);
    expect(report.use.oldestNs).toBe(
      BigInt(Math.floor(NOW_MS / DAY_MS) - 6) * BigInt(DAY_MS) * 1_000_000n,
    );
    expect(await readTest(store, 'raw')).toEqual([{ since: String(report.use.oldestNs) }]);
  });

  it('waits with the removal of a file for the questions that read it', async () => {
    await landDay(9, 2000);
    await store.keepUp(OPTIONS);
    const slow = readTest(store, 'slow');
    // In the queue before the run of upkeep begins.
    const [[answer], report] = await Promise.all([slow, store.keepUp({ ...OPTIONS, keepDays: 6 })]);
    expect(answer).toEqual({ n: 2000 * 3000 });
    expect(report.droppedByAge).toBe(2000 + 500 + 20);
    expect(archiveFiles()).toEqual([]);
  });

  it('drops the oldest days until the rest fits, keeps the present one, and the folder really becomes smaller', async () => {
    for (let daysAgo = 8; daysAgo >= 0; daysAgo--) await landDay(daysAgo, 2000, 2000);
    await store.keepUp({ ...OPTIONS, hotDays: 5 });
    const before = folderBytes(dir);
    const maxBytes = Math.floor(before * 0.6);
    const shrink = { freeBytes: 1_000_000 };
    const report = await store.keepUp({ ...OPTIONS, hotDays: 5, maxBytes, shrink });
    expect(report.droppedBySize).toBeGreaterThan(0);
    expect(folderBytes(dir)).toBeLessThanOrEqual(maxBytes * 1.1);
    const { rows, seqs } = await all();
    expect(seqs).toBe(rows);
    expect(Number(rows) % 2000).toBe(0);
    await store.keepUp({ ...OPTIONS, maxBytes: 1, shrink });
    expect(await all()).toMatchObject({ rows: 2000 });
  });

  it('ends although runs of a day that is being dropped land meanwhile', async () => {
    for (const daysAgo of [5, 4, 0]) await landDay(daysAgo, 500);
    const toFit = { ...OPTIONS, hotDays: 30, maxBytes: 1 };
    let going = true;
    const keeping = store.keepUp(toFit).finally(() => (going = false));
    // oxlint-disable-next-line no-unmodified-loop-condition -- by the end of the run
    while (going) await landDay(5, 10);
    expect((await keeping).droppedBySize).toBeGreaterThanOrEqual(2 * (500 + 125 + 5));
    await store.keepUp(toFit);
    expect(await all()).toMatchObject({ rows: 500, seqs: 500 });
  });

  it('drops what is too much even when nothing can be archived, and says why', async () => {
    for (const daysAgo of [5, 4, 0]) await landDay(daysAgo, 500, 8000);
    await store.checkpoint();
    const { databaseBytes } = await store.readStorageUse();
    writeFileSync(path.join(`${file}.archive`, 'spans'), 'no folder');
    const toFit = { ...OPTIONS, maxBytes: Math.floor(databaseBytes * 0.8) };
    await expect(store.keepUp(toFit)).rejects.toMatchObject({
      code: 'STORE_UPKEEP_FAILED',
      message: expect.stringContaining('EEXIST'),
    });
    expect(await all()).toMatchObject({ rows: 2 * 500, seqs: 2 * 500 });
  });

  it('leaves a request that has landed in part where it can be taken back from', async () => {
    for (const daysAgo of [6, 5, 4, 0]) await landDay(daysAgo, 500);
    const part = { decoder: 1, firstSeq: seq };
    await landDay(5, 300, 0, { record, rows: 300, part });
    await store.keepUp(OPTIONS);
    expect(await hotRows()).toBe(500 + 300);
    await store.keepUp({ ...OPTIONS, keepDays: 3, maxBytes: 1 });
    // The day of its rows and later ones stay, so that their hours can be built anew.
    expect(await all()).toMatchObject({ rows: 3 * 500 + 300, seqs: 3 * 500 + 300 });
    await store.takeBackPart();
    expect(await all()).toMatchObject({ rows: 3 * 500, seqs: 3 * 500 });
    expect(await readTest(store, 'runs')).toEqual([{ runs: 4 * 500 }]);
    await store.keepUp({ ...OPTIONS, keepDays: 3 });
    expect(await all()).toMatchObject({ rows: 500, seqs: 500 });
    expect(await readTest(store, 'runs')).toEqual([{ runs: 4 * 500 }]);
  });

  it('counts what else is there, such as the journal', async () => {
    await landDay(3, 500);
    await landDay(0, 500);
    const { use } = await store.keepUp({ ...OPTIONS, hotDays: 30 });
    const maxBytes = use.databaseBytes + 1_000_000;
    const more = { ...OPTIONS, hotDays: 30, maxBytes };
    expect(await store.keepUp(more)).toMatchObject({ droppedBySize: 0 });
    expect(await store.keepUp({ ...more, otherBytes: 2_000_000 })).toMatchObject({
      droppedBySize: 500 + 125 + 5,
    });
  });

  it('gives free room within the database file back to the disk, and loses nothing by it', async () => {
    for (let daysAgo = 3; daysAgo >= 0; daysAgo--) await landDay(daysAgo, 2000, 2000);
    await store.checkpoint();
    const before = statSync(file).size;
    const report = await store.keepUp({
      ...OPTIONS,
      hotDays: 30,
      keepDays: 1,
      shrink: { freeBytes: 1_000_000 },
    });
    expect(report.droppedByAge).toBe(2 * (2000 + 500 + 20));
    expect(statSync(file).size).toBeLessThan(before * 0.75);
    expect(await all()).toMatchObject({ rows: 4000, seqs: 4000, extras: 1000, joined: 1000 });
  });

  it('ends when the store is closed, and the rest is done the next time', async () => {
    for (let daysAgo = 9; daysAgo > 2; daysAgo--) await landDay(daysAgo, 500);
    const keeping = store.keepUp(OPTIONS).catch((error: unknown) => error);
    await store.close();
    expect(await keeping).toMatchObject({ code: expect.stringMatching(/^STORE_/) });
    store = await open();
    expect(await all()).toMatchObject({ rows: 3500, seqs: 3500 });
    await store.keepUp(OPTIONS);
    expect(await hotRows()).toBe(0);
    expect(await all()).toMatchObject({ rows: 3500, seqs: 3500 });
  });
});

describe('kill -9', () => {
  const CHILD = `
    const { openStore } = await import(${JSON.stringify(`file://${dist}/index.js`)});
    const [path, crashAt, options] = process.argv.slice(1);
    const store = await openStore({ path, crashAt, threads: 1 });
    await store.keepUp(JSON.parse(options));
    await store.close();
  `;

  it.each<[UpkeepPoint, Partial<UpkeepOptions>, number]>([
    ['archive written', {}, 6],
    ['archive named', {}, 6],
    ['archive committed', {}, 6],
    ['drop committed', { keepDays: 4 }, 5],
    [
      'move committed',
      { hotDays: 30, keepDays: 4, shrink: { freeBytes: 0, freeShare: 0, deadShare: 0.1 } },
      5,
    ],
  ])(
    'at "%s" neither loses nor doubles a record',
    { timeout: 30_000 },
    async (point, more, days) => {
      // Only a file of some size has an end to move.
      const [each, randomEach] = point === 'move committed' ? [1000, 2000] : [200, 0];
      for (let daysAgo = 5; daysAgo >= 0; daysAgo--) await landDay(daysAgo, each, randomEach);
      if (point === 'drop committed') await store.keepUp(OPTIONS);
      if (point === 'move committed') await store.checkpoint();
      await store.close();
      const options = JSON.stringify({ ...OPTIONS, ...more });
      const ended = spawnSync(
        process.execPath,
        ['--input-type=module', '-e', CHILD, file, point, options],
        { env: { ...process.env, NODE_OPTIONS: '' }, encoding: 'utf8' },
      );
      expect([ended.signal, ended.stderr]).toEqual(['SIGKILL', '']);
      store = await open();
      const rows = days * each;
      const whole = { rows, seqs: rows, extras: rows / 4, joined: rows / 4, logs: rows / 100 };
      // The other tables may not have come to their turn.
      const { rows: left, seqs } = await all();
      expect([left, seqs]).toEqual([rows, rows]);
      expect(archiveFiles().filter((name) => name.endsWith('.partial'))).toEqual([]);
      await store.keepUp({ ...OPTIONS, ...more });
      expect(await all()).toMatchObject(whole);
      expect((await store.readStorageUse()).archiveFiles).toBe(archiveFiles().length);
    },
  );

  it('leaves a database that other programs read as well', async () => {
    await landDay(5, 500);
    await landDay(0, 500);
    await store.keepUp(OPTIONS);
    await store.close();
    const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll('SELECT count(*) FROM feature_usage');
    expect(rows.getRowsJson()).toEqual([['1000']]);
    connection.disconnectSync();
    instance.closeSync();
    store = await open();
  });
});

const folderBytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, name) => sum + statSync(path.join(folder, name)).size,
    0,
  );

/** What a descriptor of this process is open on; empty when it was closed meanwhile. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(path.join('/proc/self/fd', descriptor));
  } catch {
    return '';
  }
}
