import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../../packages/store/src/batch.ts';
import { openDuckdb } from '../../packages/store/src/duckdb/engine.ts';
import type { Store } from '../../packages/store/src/store.ts';
import { CONTRACT_STATEMENTS, readTest } from '../../packages/store/src/testing/store-fixture.ts';
import { writeRow } from '../../packages/store/src/testing/write-row.ts';
import { recoverDatabase } from '../../packages/store/src/duckdb/backup/recover.ts';
import { restoreBackup } from '../../packages/store/src/duckdb/backup/restore.ts';
import { verifyBackup, verifyDatabase } from '../../packages/store/src/duckdb/backup/verify.ts';

const dist = path.resolve(import.meta.dirname, '../../packages/store/dist');
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const DAY_NS = 86_400_000_000_000n;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-backup-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (file: string): Promise<Store> =>
  openDuckdb({ path: file, threads: 1 }, CONTRACT_STATEMENTS);

/** Lands `count` spans of one record so many days ago. */
async function land(store: Store, record: number, count: number, daysAgo = 0): Promise<void> {
  const batch = new Batch(count);
  const start = BigInt(NOW_MS) * 1_000_000n - BigInt(daysAgo) * DAY_NS;
  for (let i = 0; i < count; i++)
    writeRow(batch.spans, {
      seq: BigInt(record * 100_000 + i),
      start_time: start + BigInt(i),
      attributes: `{"n":${i}}`,
    });
  await store.land(batch, { record: BigInt(record), rows: 0 });
}

const count = async (file: string): Promise<Record<string, unknown>> => {
  const store = await open(file);
  try {
    return (await readTest(store, 'count'))[0] ?? {};
  } finally {
    await store.close();
  }
};

const wrong = (checks: readonly { readonly name: string; readonly ok: boolean }[]): string[] =>
  checks.filter(({ ok }) => !ok).map(({ name }) => name);

describe('a backup', () => {
  let store: Store;
  let file: string;
  beforeEach(async () => {
    file = path.join(dir, 'data', 'heartwood.duckdb');
    store = await open(file);
    await land(store, 1, 500, 9);
    await store.keepUp({
      nowMs: NOW_MS,
      keepDays: 0,
      hotDays: 1,
      maxBytes: 0,
      otherBytes: 0,
      archive: { leastRows: 10 },
    });
    await land(store, 2, 500);
  });
  afterEach(() => store.close());

  it('made while batches land holds what had landed, whole, and can be restored', async () => {
    const to = path.join(dir, 'backup');
    let going = true;
    let record = 2;
    const landing = (async () => {
      // oxlint-disable-next-line no-unmodified-loop-condition -- by the end of the backup
      while (going) await land(store, ++record, 2000);
    })();
    const manifest = await store.backUp(to).finally(() => (going = false));
    await landing;
    const { checks } = await verifyBackup(to);
    expect(wrong(checks)).toEqual([]);
    const restored = path.join(dir, 'restored');
    expect(await restoreBackup(to, restored)).toEqual(manifest);
    const landed = Number(manifest.position.record);
    expect(landed).toBeGreaterThanOrEqual(2);
    expect(await count(path.join(restored, 'heartwood.duckdb'))).toMatchObject({
      rows: 1000 + (landed - 2) * 2000,
      seqs: 1000 + (landed - 2) * 2000,
      record: landed,
    });
    expect(await readTest(store, 'count')).toMatchObject([{ rows: 1000 + (record - 2) * 2000 }]);
  });

  it('lets checkpoints go on afterwards', async () => {
    await store.backUp(path.join(dir, 'one'));
    await land(store, 3, 500);
    await store.checkpoint();
    expect(statSync(`${file}.wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    await store.backUp(path.join(dir, 'two'));
    expect(wrong((await verifyBackup(path.join(dir, 'two'))).checks)).toEqual([]);
  });

  it('goes over nothing', async () => {
    mkdirSync(path.join(dir, 'there'));
    await expect(store.backUp(path.join(dir, 'there'))).rejects.toMatchObject({
      code: 'STORE_BACKUP_EXISTS',
    });
    expect(readdirSync(path.join(dir, 'there'))).toEqual([]);
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      'a flipped bit in the database',
      (folder) => flip(path.join(folder, 'heartwood.duckdb'), 20_000),
      'files',
    ],
    [
      'a database cut short',
      (folder) => truncateSync(path.join(folder, 'heartwood.duckdb'), 20_000),
      'files',
    ],
    [
      'a file of the archive that is gone',
      (folder) => rmSync(path.join(folder, 'heartwood.duckdb.archive'), { recursive: true }),
      'files',
    ],
    ['no manifest', (folder) => rmSync(path.join(folder, 'backup.json')), 'manifest'],
    [
      'a manifest that counts other rows',
      (folder) => edit(folder, (text) => text.replace('"spans": 1000', '"spans": 1001')),
      'rows as in the manifest',
    ],
    [
      'a manifest that points elsewhere',
      (folder) =>
        edit(folder, (text) => text.replace('"heartwood.duckdb"', '"../heartwood.duckdb"')),
      'manifest',
    ],
  ])('with %s is found out and not restored', async (_name, tamper, failing) => {
    const to = path.join(dir, 'backup');
    await store.backUp(to);
    tamper(to);
    expect(wrong((await verifyBackup(to)).checks)).toEqual([failing]);
    const target = path.join(dir, 'restored');
    await expect(restoreBackup(to, target)).rejects.toMatchObject({ code: 'STORE_BACKUP_INVALID' });
    expect(existsSync(target)).toBe(false);
  });

  it('is restored into an empty folder, never over data', async () => {
    const to = path.join(dir, 'backup');
    await store.backUp(to);
    await expect(restoreBackup(to, path.join(dir, 'data'))).rejects.toMatchObject({
      code: 'STORE_RESTORE_TARGET',
    });
    mkdirSync(path.join(dir, 'empty'));
    await restoreBackup(to, path.join(dir, 'empty'));
    expect(await count(path.join(dir, 'empty', 'heartwood.duckdb'))).toMatchObject({ rows: 1000 });
  });
});

const edit = (folder: string, change: (text: string) => string): void => {
  const file = path.join(folder, 'backup.json');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
};

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

const BATCHES = 12;
const EACH = 300;

/** Ends by SIGKILL, so that the WAL stays. */
const CHILD = `
  const { openStore } = await import(${JSON.stringify(`file://${dist}/index.js`)});
  const { Batch } = await import(${JSON.stringify(`file://${dist}/batch-entry.js`)});
  const store = await openStore({ path: process.argv[1], threads: 1 });
  let seq = 1;
  for (let record = 1; record <= ${BATCHES}; record++) {
    const batch = new Batch(${EACH});
    for (let row = 0; row < ${EACH}; row++) {
      const at = (batch.spans.offset.seq >> 2) + row * 2;
      batch.spans.words[at] = seq++;
      batch.spans.words[at + 1] = 0;
    }
    batch.spans.rows = ${EACH};
    await store.land(batch, { record: BigInt(record), rows: 0 });
    if (record === 2) await store.checkpoint();
  }
  process.kill(process.pid, 'SIGKILL');
`;

describe('recover', () => {
  let source: string;
  let walBytes: number;
  beforeAll(() => {
    source = mkdtempSync(path.join(tmpdir(), 'heartwood-damage-'));
    const ended = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', CHILD, path.join(source, 'x.duckdb')],
      { env: { ...process.env, NODE_OPTIONS: '' }, encoding: 'utf8' },
    );
    if (ended.signal !== 'SIGKILL') throw new Error(ended.stderr);
    rmSync(path.join(source, 'x.duckdb.lock'), { force: true });
    walBytes = statSync(path.join(source, 'x.duckdb.wal')).size;
  });
  afterAll(() => rmSync(source, { recursive: true, force: true }));

  const copy = (): string => {
    for (const name of ['x.duckdb', 'x.duckdb.wal'])
      cpSync(path.join(source, name), path.join(dir, name));
    return path.join(dir, 'x.duckdb');
  };
  const damage = (file: string, change: (bytes: Buffer) => Buffer): void =>
    writeFileSync(file, change(readFileSync(file)));

  it('changes nothing where nothing is wrong', async () => {
    const file = copy();
    expect(await recoverDatabase(file)).toMatchObject({ outcome: 'sound', aside: undefined });
    expect(readdirSync(dir).toSorted()).toEqual(['x.duckdb', 'x.duckdb.wal']);
    expect(wrong((await verifyDatabase(file)).checks)).toEqual([]);
    expect(await count(file)).toMatchObject({ rows: BATCHES * EACH, record: BATCHES });
  });

  it.each<[string, (wal: Buffer) => Buffer, number]>([
    ['a tail of zeros', (wal) => Buffer.concat([wal, Buffer.alloc(4096)]), BATCHES],
    ['a flipped bit in the middle', (wal) => flipped(wal, Math.floor(wal.length / 2)), 3],
    ['a flipped bit at the end', (wal) => flipped(wal, wal.length - 60), 8],
    ['a zeroed page', (wal) => Buffer.from(wal).fill(0, 8192, 12_288), 2],
    ['a page of noise', (wal) => Buffer.from(wal).fill(0xa5, 16_384, 20_480), 2],
  ])(
    'cuts a WAL with %s there, keeps whole batches alone, and the damaged file aside',
    async (_name, change, least) => {
      const file = copy();
      damage(`${file}.wal`, change);
      const broken = readFileSync(`${file}.wal`);
      await expect(open(file)).rejects.toMatchObject({
        code: 'STORE_DAMAGED',
        message: expect.stringContaining('recover'),
      });
      expect(wrong((await verifyDatabase(file)).checks)).toEqual(['database opens']);
      const { outcome, aside = '', cutWalBytes } = await recoverDatabase(file);
      expect(outcome).toBe('cut');
      expect(cutWalBytes).toBeGreaterThan(0);
      expect(readFileSync(path.join(aside, 'x.duckdb.wal')).equals(broken)).toBe(true);
      const { rows, seqs, record } = await count(file);
      expect(Number(record)).toBeGreaterThanOrEqual(least);
      expect([rows, seqs]).toEqual([Number(record) * EACH, Number(record) * EACH]);
      expect(wrong((await verifyDatabase(file)).checks)).toEqual([]);
    },
  );

  it(
    'opens or recovers a WAL cut at any place, with whole batches alone',
    { timeout: 60_000 },
    async () => {
      for (let step = 1; step <= 5; step++) {
        const file = copy();
        truncateSync(`${file}.wal`, Math.floor((walBytes * step) / 6) + step);
        await recoverDatabase(file);
        const { rows, record } = await count(file);
        expect(rows).toBe(Number(record) * EACH);
        expect(Number(record)).toBeGreaterThanOrEqual(2);
        rmSync(dir, { recursive: true });
        mkdirSync(dir);
      }
    },
  );

  it('saves the other tables and row groups when a block of the data file is damaged, and counts what is lost', async () => {
    const file = path.join(dir, 'y.duckdb');
    const store = await open(file);
    await land(store, 1, 2000);
    await store.close();
    const pristine = readFileSync(file);
    const outcomes = new Set<string>();
    for (let at = 12_288 + 100; at < pristine.length; at += 262_144) {
      writeFileSync(file, flipped(pristine, at));
      const recovery = await recoverDatabase(file);
      outcomes.add(recovery.outcome);
      const { rows } = await count(file);
      const lost = recovery.lost.find(({ table }) => table === 'hot_spans')?.lostRows ?? 0;
      const all = recovery.outcome === 'empty' ? 0 : 2000;
      expect(Number(rows) + (recovery.outcome === 'empty' ? 0 : lost)).toBe(all);
    }
    expect([...outcomes].some((outcome) => outcome === 'salvaged' || outcome === 'empty')).toBe(
      true,
    );
  });

  it('begins anew beside what it kept when the data file is no database any more', async () => {
    const file = copy();
    damage(file, (bytes) => Buffer.from(bytes).fill(0, 0, 12_288));
    const { outcome, aside = '' } = await recoverDatabase(file);
    expect(outcome).toBe('empty');
    expect(readdirSync(aside).toSorted()).toEqual(['x.duckdb', 'x.duckdb.wal']);
    expect(await count(file)).toMatchObject({ rows: 0, record: 0 });
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
