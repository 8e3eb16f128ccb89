/** `kill -9` during ingest while closed days go to the archive and old ones go away: nothing is lost, nothing is there twice. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { type ServerProcess, startServer, withDataDir } from '../system/server-process.ts';
import { createTally, reconcile, startSenders } from './senders.ts';

const CYCLES = Number(process.env['RETENTION_CYCLES'] ?? 10);
/** Enough for a file of its own. */
const OLD_SPANS = 25_000;
const DAY_MS = 86_400_000;

const env = {
  HEARTWOOD_HOT_DAYS: '1',
  HEARTWOOD_RETENTION_DAYS: '20',
  HEARTWOOD_UPKEEP_INTERVAL: '1s',
};

test(`${CYCLES} kills while days are archived and dropped`, async () => {
  await withDataDir(async (dataDir) => {
    const tally = createTally();
    let server = await startServer({ dataDir, env });
    const senders = startSenders(2, () => server, tally);
    const kept: string[] = [];
    const dropped: string[] = [];
    try {
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        kept.push(await sendOld(server, 5));
        dropped.push(await sendOld(server, 40));
        await sleep(Math.random() * 3000);
        await server.end('SIGKILL');
        server = await startServer({ dataDir, env });
      }
      await senders.end();
      // The last run of upkeep, undisturbed.
      await sleep(6000);
      expect(await server.end('SIGTERM'), server.output().stderr).toEqual({
        code: 0,
        signal: null,
      });
    } finally {
      await Promise.all([server.end('SIGKILL'), senders.giveUp()]);
    }

    const { lost, doubled } = await reconcile(dataDir, tally);
    expect([tally.wrong, lost, doubled]).toEqual([[], [], []]);
    const { traces, files, hot } = await readOld(dataDir);
    expect(traces).toEqual(new Map(kept.map((id) => [id, OLD_SPANS])));
    expect(files).toBeGreaterThan(0);
    expect(hot).toBe(0);
    expect(dropped.filter((id) => traces.has(id))).toEqual([]);
  });
});

/** Sends spans of so many days ago until they are acknowledged; resolves with their trace id. */
async function sendOld({ otlpUrl }: ServerProcess, daysAgo: number): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const start = BigInt(Date.now() - daysAgo * DAY_MS) * 1_000_000n;
  const spans = Array.from({ length: OLD_SPANS }, (_, index) => ({
    traceId,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'old work',
    startTimeUnixNano: String(start + BigInt(index)),
    endTimeUnixNano: String(start + BigInt(index)),
  }));
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const answer = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(200);
  return traceId;
}

interface Old {
  readonly traces: Map<string, number>;
  readonly files: number;
  /** Old spans that are not in the archive. */
  readonly hot: number;
}

async function readOld(dataDir: string): Promise<Old> {
  const instance = await DuckDBInstance.create(`${dataDir}/heartwood.duckdb`);
  const connection = await instance.connect();
  // Senders send some of their spans three days late.
  const old = `start_time < make_timestamp_ns(${BigInt(Date.now() - 4 * DAY_MS) * 1_000_000n})`;
  const rows = async (sql: string): Promise<unknown[][]> =>
    (await connection.runAndReadAll(sql)).getRows();
  const traces = await rows(
    `SELECT replace(trace_id::VARCHAR, '-', ''), count(*)::INT FROM spans WHERE ${old} GROUP BY 1
     HAVING count(*) = count(DISTINCT span_id)`,
  );
  const [[files, hot] = []] = await rows(
    `SELECT (SELECT count(*)::INT FROM archive_files), (SELECT count(*)::INT FROM hot_spans WHERE ${old})`,
  );
  connection.closeSync();
  instance.closeSync();
  return {
    traces: new Map(traces.map(([id, count]) => [String(id), Number(count)])),
    files: Number(files),
    hot: Number(hot),
  };
}
