/** `kill -9` during ingest: what was acknowledged is stored, and nothing is stored twice. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { type ServerProcess, startServer, withDataDir } from '../system/server-process.ts';

const CYCLES = Number(process.env['KILL_CYCLES'] ?? 20);
const CLIENTS = 4;
const SPANS_PER_REQUEST = 300;

interface Tally {
  /** Trace ids (one each request) in the order of their sending. */
  readonly sent: string[];
  readonly acknowledged: Set<string>;
  /** Answers that a server which is killed and started must not give. */
  readonly unexpected: string[];
  repeated: number;
}

test(`${CYCLES} kills lose no acknowledged span and store none twice`, async () => {
  await withDataDir(async (dataDir) => {
    const tally: Tally = { sent: [], acknowledged: new Set(), unexpected: [], repeated: 0 };
    let server = await startServer({ dataDir });
    const ended = new AbortController();
    const clients = Array.from({ length: CLIENTS }, () => send(() => server, tally, ended.signal));
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      await sleep(50 + Math.random() * 1500);
      await server.end('SIGKILL');
      server = await startServer({ dataDir });
    }
    ended.abort();
    await Promise.all(clients);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });

    const counts = await storedCounts(dataDir);
    const lost = [...tally.acknowledged].filter(
      (id) => counts.get(id)?.spans !== SPANS_PER_REQUEST,
    );
    const doubled = [...counts].filter(([, { spans, distinct }]) => spans !== distinct);
    console.log(
      `${tally.acknowledged.size * SPANS_PER_REQUEST} spans acknowledged in ${tally.acknowledged.size} requests, ` +
        `${tally.repeated} requests sent again; lost ${lost.length}, stored twice ${doubled.length}`,
    );
    expect(tally.unexpected).toEqual([]);
    expect(tally.acknowledged.size).toBeGreaterThan(CYCLES);
    expect(lost).toEqual([]);
    expect(doubled).toEqual([]);
    expect(tally.acknowledged).toEqual(new Set(tally.sent));
  });
});

/** One client: sends the next request only when the last one was acknowledged, repeating it as often as needed. */
async function send(server: () => ServerProcess, tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const traceId = randomBytes(16).toString('hex');
    const body = gzipSync(request(traceId));
    tally.sent.push(traceId);
    for (;;) {
      const answer = await post(server().otlpUrl, body);
      if (answer?.status === 200) tally.acknowledged.add(traceId);
      const expected = answer?.status === 200 ? answer.text === '{}' : isComeAgain(answer?.status);
      if (!expected) tally.unexpected.push(`${answer?.status} ${answer?.text}`);
      if (answer?.status === 200 || !expected) break;
      tally.repeated++;
      await sleep(20);
    }
  }
}

/** True for the answers that ask to send again, and for none at all. */
const isComeAgain = (status: number | undefined): boolean =>
  status === undefined || status === 429 || status === 503;

/** Undefined when the server died under the request. */
async function post(
  url: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  try {
    const answer = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body,
      signal: AbortSignal.timeout(10_000),
    });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}

function request(traceId: string): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: SPANS_PER_REQUEST }, (_, index) => ({
    traceId,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: `work ${index % 7}`,
    kind: 1,
    startTimeUnixNano: String(now + BigInt(index)),
    endTimeUnixNano: String(now + BigInt(index) + 1_000_000n),
    attributes: [
      { key: 'feature.name', value: { stringValue: `feature-${index % 5}` } },
      { key: 'session.id', value: { stringValue: traceId } },
      { key: 'n', value: { intValue: String(index) } },
    ],
  }));
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'kill-test' } }] },
        scopeSpans: [{ scope: { name: 'kill' }, spans }],
      },
    ],
  });
}

async function storedCounts(
  dataDir: string,
): Promise<Map<string, { spans: number; distinct: number }>> {
  const instance = await DuckDBInstance.create(`${dataDir}/heartwood.duckdb`);
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `select replace(trace_id::varchar, '-', '') as trace, count(*)::int as spans, count(distinct span_id)::int as "distinct"
     from spans group by 1`,
  );
  const counts = new Map(
    rows
      .getRowObjects()
      .map((row) => [
        String(row['trace']),
        { spans: Number(row['spans']), distinct: Number(row['distinct']) },
      ]),
  );
  connection.closeSync();
  instance.closeSync();
  return counts;
}
