/** Roll-ups of a store whose process is killed, and of a database that has none yet. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Statement } from '../statements.ts';
import { readTest } from '../testing/store-fixture.ts';
import { openDuckdb } from './engine.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/** Lands a batch of 2000 spans after the other, three of four of them runs, and says the record of each; hours go back and forth. */
const CHILD = `
  const { openDuckdb } = await import(${JSON.stringify(`file://${dist}/duckdb/engine.js`)});
  const { Batch } = await import(${JSON.stringify(`file://${dist}/batch-entry.js`)});
  const store = await openDuckdb({ path: process.argv[1] }, new Map());
  let { position: { record }, nextSeq } = await store.readResumeState();
  const batch = new Batch(2000);
  for (;;) {
    const { spans } = batch;
    const { offset, words, bytes } = spans;
    const set = (column, row, value) => (words[(offset[column] >> 2) + row * 2] = value);
    const times = new BigInt64Array(spans.buffer, offset.start_time, 2000);
    for (let row = 0; row < 2000; row++) {
      const seq = Number(nextSeq++);
      set('seq', row, seq);
      set('feature_id', row, seq % 4);
      set('user_id', row, 1 + (seq % 97));
      set('duration_ns', row, (seq * 7919) % 1000003);
      bytes[offset.feature_status + row] = 1 + (seq % 3);
      times[row] = (498000n + BigInt(seq % 5)) * 3600000000000n + BigInt(seq);
    }
    spans.rows = 2000;
    await store.land(batch, { record: ++record, rows: 0 });
    process.stdout.write(record + '\\n');
    if (record % 3n === 0n) await store.rebuildRollups();
  }
`;

/** The same numbers from the roll-ups and from the spans, one row each. */
const STATEMENTS = new Map<string, Statement>([
  [
    'test/rollups',
    {
      name: 'test/rollups',
      params: {},
      row: { record: 'int', hours: 'text', durations: 'text', actors: 'text' },
      sql: `SELECT (SELECT record FROM landed_position) AS record,
        (SELECT list((feature_id, hour, feature_status, r, d, f, l) ORDER BY feature_id, hour, feature_status)::VARCHAR FROM (
          SELECT feature_id, hour, feature_status, sum(runs) r, sum(duration_ns) d, min(first_time) f, max(last_seq) l
          FROM feature_hour GROUP BY ALL)) AS hours,
        (SELECT list((feature_id, hour, bucket, r) ORDER BY feature_id, hour, bucket)::VARCHAR FROM (
          SELECT feature_id, hour, bucket, sum(runs) r FROM feature_duration GROUP BY ALL)) AS durations,
        (SELECT list((feature_id, user_id, hour, r) ORDER BY feature_id, user_id, hour)::VARCHAR FROM (
          SELECT feature_id, user_id, hour, sum(runs) r FROM actor_uses GROUP BY ALL)) AS actors`,
    },
  ],
  [
    'test/spans',
    {
      name: 'test/spans',
      params: {},
      row: { record: 'int', hours: 'text', durations: 'text', actors: 'text' },
      sql: `SELECT (SELECT count(*) // 2000 FROM spans) AS record,
        (SELECT list((feature_id, hour, feature_status, r, d, f, l) ORDER BY feature_id, hour, feature_status)::VARCHAR FROM (
          SELECT feature_id, fa_hour(start_time) AS hour, feature_status, count(*) r, sum(duration_ns) d, min(start_time) f, max(seq) l
          FROM spans WHERE feature_id <> 0 GROUP BY ALL)) AS hours,
        (SELECT list((feature_id, hour, bucket, r) ORDER BY feature_id, hour, bucket)::VARCHAR FROM (
          SELECT feature_id, fa_hour(start_time) AS hour, fa_duration_bucket(duration_ns) AS bucket, count(*) r
          FROM spans WHERE feature_id <> 0 GROUP BY ALL)) AS durations,
        (SELECT list((feature_id, user_id, hour, r) ORDER BY feature_id, user_id, hour)::VARCHAR FROM (
          SELECT feature_id, user_id, fa_hour(start_time) AS hour, count(*) r
          FROM spans WHERE feature_id <> 0 GROUP BY ALL)) AS actors`,
    },
  ],
]);

let dir: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-rollups-'));
  file = path.join(dir, 'test.duckdb');
});
afterEach(async () => {
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** Lands until so many batches are acknowledged, and `delayMs` longer, then is killed. */
async function landAndDie(batches: number, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  const said: string[] = [];
  child.stdout.on('data', (data: Buffer) => said.push(data.toString()));
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the child ended with ${String(code)}`);
  });
  while (said.join('').split('\n').length <= batches)
    await Promise.race([once(child.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await stop();
}

async function readBoth(): Promise<[rollups: unknown, spans: unknown]> {
  const store = await openDuckdb({ path: file }, STATEMENTS);
  try {
    return [await readTest(store, 'rollups'), await readTest(store, 'spans')];
  } finally {
    await store.close();
  }
}

describe('roll-ups', () => {
  it.each([0, 3, 11, 29])(
    'fit the spans after a kill -9, %i ms after a landing, within the next or while they are rebuilt',
    async (delayMs) => {
      await landAndDie(3, delayMs);
      const [rollups, spans] = await readBoth();
      expect(rollups).toEqual(spans);
      expect(rollups).not.toMatchObject([{ record: 0 }]);
    },
  );

  it('S4-77: fit the spans while days are archived, and outlive those that are dropped', async () => {
    await landAndDie(3, 0);
    const store = await openDuckdb({ path: file }, STATEMENTS);
    try {
      const options = {
        keepDays: 0,
        hotDays: 1,
        maxBytes: 0,
        otherBytes: 0,
        nowMs: Date.UTC(2026, 10, 22),
      };
      const archive = { leastRows: 1, mostRows: 1000 };
      await store.keepUp({ ...options, archive });
      const before = await readTest(store, 'rollups');
      expect(before).toEqual(await readTest(store, 'spans'));
      await store.rebuildRollups();
      expect(await readTest(store, 'rollups')).toEqual(before);
      const { droppedByAge } = await store.keepUp({ ...options, archive, keepDays: 2 });
      expect(droppedByAge).toBeGreaterThan(0);
      await store.rebuildRollups();
      expect(await readTest(store, 'rollups')).toEqual(before);
    } finally {
      await store.close();
    }
  });

  it('are built when a database that has none is opened', async () => {
    await landAndDie(3, 0);
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    for (const table of ['feature_hour', 'feature_duration', 'actor_hour', 'rollup_state'])
      await connection.run(`DROP TABLE ${table}`);
    await connection.run(`UPDATE meta SET views_digest = 'of a version without roll-ups'`);
    connection.disconnectSync();
    instance.closeSync();
    const [rollups, spans] = await readBoth();
    expect(rollups).toEqual(spans);
    expect(rollups).not.toMatchObject([{ hours: '' }]);
  });
});
