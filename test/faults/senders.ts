/** Senders that repeat every request until it is acknowledged, and the comparison of what they were told with what is stored. */
import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ServerProcess } from '../system/server-process.ts';

const SPANS_PER_REQUEST = 300;

/** What became of the requests; each holds the spans of one trace. */
export interface Tally {
  /** Trace ids in the order of their sending. */
  readonly sent: string[];
  readonly acknowledged: Set<string>;
  /** Answers by status, with the value of Retry-After behind it where there was one. */
  readonly answers: Map<string, number>;
  /** Answers of another kind than 200, 429 and 503. */
  readonly wrong: string[];
  repeated: number;
}

export const createTally = (): Tally => ({
  sent: [],
  acknowledged: new Set(),
  answers: new Map(),
  wrong: [],
  repeated: 0,
});

export interface Senders {
  /** Lets every sender end with an acknowledgement. */
  end(): Promise<void>;
  /** Lets every sender give up at its next failure. */
  giveUp(): Promise<void>;
}

/** Starts `count` senders over connections that are kept; `server` may change under them. */
export function startSenders(count: number, server: () => ServerProcess, tally: Tally): Senders {
  const ending = new AbortController();
  const givingUp = new AbortController();
  const agent = new Agent({ keepAlive: true });
  const all = Promise.all(
    Array.from({ length: count }, () => send(server, tally, agent, ending.signal, givingUp.signal)),
  );
  return {
    async end() {
      ending.abort();
      await all;
      agent.destroy();
    },
    async giveUp() {
      givingUp.abort();
      await all;
      agent.destroy();
    },
  };
}

async function send(
  server: () => ServerProcess,
  tally: Tally,
  agent: Agent,
  ending: AbortSignal,
  givingUp: AbortSignal,
): Promise<void> {
  while (!ending.aborted) {
    const traceId = randomBytes(16).toString('hex');
    const body = gzipSync(requestOf(traceId));
    tally.sent.push(traceId);
    for (;;) {
      // The server may die under the request: no answer is no acknowledgement.
      const answer = await post(server().otlpUrl, body, agent).catch(() => undefined);
      if (answer !== undefined) count(tally, answer);
      if (answer?.status === 200) break;
      if (givingUp.aborted) return;
      tally.repeated++;
      await sleep(20);
    }
    tally.acknowledged.add(traceId);
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

function count({ answers, wrong }: Tally, { status, retryAfter, text }: Answer): void {
  const kind = retryAfter === undefined ? String(status) : `${status} after ${retryAfter} s`;
  answers.set(kind, (answers.get(kind) ?? 0) + 1);
  if (status === 200 ? text !== '{}' : ![429, 503].includes(status)) wrong.push(`${kind}: ${text}`);
}

function post(url: string, body: Buffer, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const request = httpRequest(
      `${url}/v1/traces`,
      { method: 'POST', agent, headers, timeout: 15_000 },
      (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part: string) => (text += part))
          .on('error', reject)
          .on('end', () => {
            const { statusCode = 0, headers: answered } = response;
            resolve({ status: statusCode, retryAfter: answered['retry-after'], text });
          });
      },
    );
    request
      .on('error', reject)
      .on('timeout', () => request.destroy(new Error('no answer in 15 s')));
    request.end(body);
  });
}

function requestOf(traceId: string): string {
  // Every other request tells of three days ago: data of any age may come, and old days are treated in another way.
  const isLate = Number.parseInt(traceId.slice(-1), 16) % 2 === 0;
  const now = (BigInt(Date.now()) - (isLate ? 3n * 86_400_000n : 0n)) * 1_000_000n;
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
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'fault-test' } }] };
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'faults' }, spans }] }],
  });
}

/** What the database and the senders disagree about; empty lists are what everybody wants. */
export interface Reconciliation {
  /** Acknowledged requests that are not stored whole. */
  readonly lost: readonly string[];
  /** Requests with a span that is stored more than once. */
  readonly doubled: readonly string[];
  /** Spans of each request that are stored. */
  readonly stored: ReadonlyMap<string, number>;
}

/** Compares the database of a server that has ended with what its senders were told, and says the figures. */
export async function reconcile(dataDir: string, tally: Tally): Promise<Reconciliation> {
  const instance = await DuckDBInstance.create(`${dataDir}/heartwood.duckdb`);
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `select replace(trace_id::varchar, '-', '') as trace, count(*)::int as spans, count(distinct span_id)::int as "distinct"
     from spans group by 1`,
  );
  const stored = new Map<string, number>();
  const doubled: string[] = [];
  for (const { trace, spans, distinct } of rows.getRowObjects()) {
    stored.set(String(trace), Number(distinct));
    if (Number(spans) !== Number(distinct)) doubled.push(String(trace));
  }
  connection.closeSync();
  instance.closeSync();
  const lost = [...tally.acknowledged].filter((id) => stored.get(id) !== SPANS_PER_REQUEST);
  const answers = [...tally.answers].map(([kind, times]) => `${kind}: ${times}`).join(', ');
  console.log(
    `${tally.acknowledged.size * SPANS_PER_REQUEST} spans acknowledged in ${tally.acknowledged.size} requests, ` +
      `${tally.repeated} sent again (answers ${answers}); lost ${lost.length}, stored twice ${doubled.length}`,
  );
  return { lost, doubled, stored };
}
