/** What breaks while the server runs: it stops acknowledging, says so, begins again by itself, and loses nothing. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ReceiverState } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import {
  eventually,
  type ServerProcess,
  startServer,
  withDataDir,
} from '../system/server-process.ts';
import { type Fault, startWithFault } from './fault.ts';
import { createTally, reconcile, startSenders, type Tally } from './senders.ts';

const RESUMED_WITHIN_MS = 15_000;

test.each<[string, Fault]>([
  [
    'a question finds the database broken',
    {
      on: 'prepare',
      // That of the list of features, which is asked all the time; the server itself asks others as it starts.
      text: ' AS scored',
      when: 'before',
      action: 'fail',
      passes: 2,
      message: 'FATAL Error: as DuckDB says it',
    },
  ],
  [
    'a landing finds the database broken',
    {
      on: 'run',
      text: '^COMMIT',
      when: 'before',
      action: 'fail',
      // More than opening the database takes.
      passes: 10,
      message: 'FATAL Error: the same',
    },
  ],
  [
    'the disk does not take the journal',
    {
      on: 'datasync',
      when: 'before',
      action: 'fail',
      passes: 2,
      message: 'EIO: i/o error, fdatasync',
    },
  ],
])('when %s, taking stops, is said, and begins again', async (_name, fault) => {
  await withDataDir(async (dataDir) => {
    const tally = createTally();
    const server = await startWithFault(dataDir, fault);
    const senders = startSenders(4, () => server, tally);
    const watch = startWatch(server);
    try {
      // Asked all the time: whoever asks must be answered, with 503 only while there is no database.
      await eventually(
        () => watch.ask(),
        () => watch.notReady.some((said) => said.includes('the store is being reopened')),
        30_000,
      );
      const begin = performance.now();
      await eventually(
        () => watch.ask(),
        ({ readiness, features }) => readiness === 200 && features === 200,
        RESUMED_WITHIN_MS,
      );
      const acknowledged = tally.acknowledged.size;
      await eventually(
        () => Promise.resolve(tally.acknowledged.size),
        (size) => size > acknowledged + 20,
      );
      console.log(`taken again after ${Math.round(performance.now() - begin)} ms`);
      await senders.end();
      const { samples, broken } = await watch.end();
      expect(samples).toBeGreaterThan(10);
      expect(broken.slice(0, 3)).toEqual([]);
      expect(await server.end('SIGTERM'), server.output().stderr).toEqual({
        code: 0,
        signal: null,
      });
    } finally {
      await Promise.all([server.end('SIGKILL'), senders.giveUp()]);
    }
    await expectAllStored(dataDir, tally);
    expect(tally.acknowledged).toEqual(new Set(tally.sent));
  });
});

// Without questions under way: the end of a thread that DuckDB calls into ends the process, and the journal is what is left.
test('when the thread of the database ends, another one takes its place', async () => {
  await withDataDir(async (dataDir) => {
    const tally = createTally();
    const fault: Fault = { on: 'run', text: '^BEGIN', when: 'before', action: 'end', passes: 4 };
    const server = await startWithFault(dataDir, fault);
    const senders = startSenders(4, () => server, tally);
    const readiness = async (): Promise<number> => {
      const answer = await fetch(`${server.appUrl}/readyz`);
      await answer.arrayBuffer();
      return answer.status;
    };
    try {
      await eventually(readiness, (status) => status === 503, 30_000);
      await eventually(readiness, (status) => status === 200, RESUMED_WITHIN_MS);
      await senders.end();
      expect(await server.end('SIGTERM'), server.output().stderr).toEqual({
        code: 0,
        signal: null,
      });
    } finally {
      await Promise.all([server.end('SIGKILL'), senders.giveUp()]);
    }
    await expectAllStored(dataDir, tally);
    expect(tally.acknowledged).toEqual(new Set(tally.sent));
  });
});

test('a span that the database refuses goes to the dead letters, and all others are stored', async () => {
  await withDataDir(async (dataDir) => {
    await (await startServer({ dataDir })).end('SIGTERM');
    await refuseConsumers(`${dataDir}/heartwood.duckdb`);
    const tally = createTally();
    const server = await startServer({ dataDir });
    const senders = startSenders(4, () => server, tally);
    const watch = startWatch(server);
    try {
      await eventually(
        () => Promise.resolve(tally.acknowledged.size),
        (size) => size > 20,
      );
      const answer = await fetch(`${server.otlpUrl}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(ONE_OF_THREE_REFUSED),
      });
      expect([answer.status, await answer.text()]).toEqual([200, '{}']);
      const letters = path.join(dataDir, 'journal', 'dead-letters');
      await eventually(
        () => readdir(letters).catch(() => []),
        (names) => names.length === 1,
        60_000,
      );
      await eventually(
        () => watch.ask(),
        ({ readiness }) => readiness === 200,
      );
      await senders.end();
      expect((await watch.end()).broken.slice(0, 3)).toEqual([]);
      expect(await server.end('SIGTERM'), server.output().stderr).toEqual({
        code: 0,
        signal: null,
      });
      const [name = ''] = await readdir(letters);
      const letter: unknown = JSON.parse(await readFile(path.join(letters, name), 'utf8'));
      expect(letter).toMatchObject({
        reason: expect.stringContaining('CHECK constraint'),
        records: { from: 1, to: 2 },
      });
    } finally {
      await Promise.all([server.end('SIGKILL'), senders.giveUp()]);
    }
    const { lost, doubled, stored } = await reconcile(dataDir, tally);
    expect([lost, doubled]).toEqual([[], []]);
    expect(stored.get('a'.repeat(32))).toBe(2);
  });
});

const CONSUMER = 5;

/** Three spans of one trace, of which the second is a consumer. */
const ONE_OF_THREE_REFUSED = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [1, CONSUMER, 1].map((kind, index) => ({
            traceId: 'a'.repeat(32),
            spanId: String(index + 1).padStart(16, '0'),
            name: 'work',
            kind,
            startTimeUnixNano: String(Date.now() * 1e6),
            endTimeUnixNano: String(Date.now() * 1e6),
          })),
        },
      ],
    },
  ],
};

/** Gives the table of a database that nobody has open a constraint. */
async function refuseConsumers(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(file, { storage_compatibility_version: 'latest' });
  const connection = await instance.connect();
  const read = await connection.runAndReadAll(
    `SELECT string_agg('"' || column_name || '" ' || data_type, ', ' ORDER BY column_index)
     FROM duckdb_columns() WHERE table_name = 'hot_spans'`,
  );
  await connection.run('DROP TABLE hot_spans');
  await connection.run(
    `CREATE TABLE hot_spans (${String(read.getRows()[0]?.[0])}, CHECK (kind <> ${CONSUMER}))`,
  );
  connection.closeSync();
  instance.closeSync();
}

interface Watch {
  /** Reasons that were given for not being ready. */
  readonly notReady: string[];
  ask(): Promise<{ readonly readiness: number; readonly features: number }>;
  /** Ends the looks at the counters; resolves with their number and those that did not add up. */
  end(): Promise<{ readonly samples: number; readonly broken: readonly string[] }>;
}

/** Looks at the counters of the server all the time. */
function startWatch({ appUrl }: ServerProcess): Watch {
  const notReady: string[] = [];
  const broken: string[] = [];
  const ending = new AbortController();
  let samples = 0;
  const look = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const answer = await fetch(`${appUrl}/api/v1/system`);
      const { data } = (await answer.json()) as { data?: { receiver: ReceiverState } };
      for (const counts of [data?.receiver, ...(data?.receiver.signals ?? [])]) {
        if (counts === undefined) continue;
        samples++;
        const sum = PLACES.reduce((total, place) => total + counts[place], 0);
        if (sum !== counts.received) broken.push(JSON.stringify(counts));
      }
      await sleep(20);
    }
  };
  const looking = look();
  return {
    notReady,
    async ask() {
      const ready = await fetch(`${appUrl}/readyz`);
      const text = await ready.text();
      if (ready.status === 503) notReady.push(text);
      const features = await fetch(`${appUrl}/api/v1/features?since=24h`);
      await features.arrayBuffer();
      expect([200, 503]).toContain(features.status);
      return { readiness: ready.status, features: features.status };
    },
    async end() {
      ending.abort();
      await looking;
      return { samples, broken };
    },
  };
}

const PLACES = [
  'stored',
  'rejected',
  'refused',
  'duplicate',
  'deadLettered',
  'waiting',
] as const satisfies readonly (keyof ReceiverState)[];

async function expectAllStored(dataDir: string, tally: Tally): Promise<void> {
  const { lost, doubled } = await reconcile(dataDir, tally);
  expect(tally.wrong).toEqual([]);
  expect(lost).toEqual([]);
  expect(doubled).toEqual([]);
}
