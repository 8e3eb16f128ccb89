/** Senders that repeat every request until it is acknowledged, and the comparison of what they were told with what is stored. */
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ServerProcess } from '../system/server-process.ts';
import { countKinds, newRequestId, readStored, RECORDS, requestOf } from './requests.ts';

/** What became of the requests: spans, log records and metric points in turn. */
export interface Tally {
  /** Ids in the order of their sending. */
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
    const id = newRequestId(tally.sent.length);
    const { path, body: text } = requestOf(id);
    const body = gzipSync(text);
    tally.sent.push(id);
    for (;;) {
      // The server may die under the request: no answer is no acknowledgement.
      const answer = await post(server().otlpUrl + path, body, agent).catch(() => undefined);
      if (answer !== undefined) count(tally, answer);
      if (answer?.status === 200) break;
      if (givingUp.aborted) return;
      tally.repeated++;
      await sleep(20);
    }
    tally.acknowledged.add(id);
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
      url,
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

/** What the database and the senders disagree about; empty lists are what everybody wants. */
export interface Reconciliation {
  /** Acknowledged requests that are not stored whole. */
  readonly lost: readonly string[];
  /** Requests with a record that is stored more than once. */
  readonly doubled: readonly string[];
  /** Records of each request that are stored. */
  readonly stored: ReadonlyMap<string, number>;
}

/** Compares the database of a server that has ended with what its senders were told, and says the figures. */
export async function reconcile(dataDir: string, tally: Tally): Promise<Reconciliation> {
  const instance = await DuckDBInstance.create(`${dataDir}/heartwood.duckdb`);
  const connection = await instance.connect();
  const rows = await readStored(connection);
  connection.closeSync();
  instance.closeSync();
  const stored = new Map(Array.from(rows, ([id, { different }]) => [id, different]));
  const doubled = [...rows].flatMap(([id, { rows, different }]) => (rows > different ? [id] : []));
  const lost = [...tally.acknowledged].filter((id) => stored.get(id) !== RECORDS);
  const kinds = Object.entries(countKinds(tally.acknowledged));
  // A signal that was never sent would show nothing.
  for (const [name, requests] of kinds)
    if (requests === 0 && tally.acknowledged.size > 20) throw new Error(`no ${name} were sent`);
  const answers = [...tally.answers].map(([kind, times]) => `${kind}: ${times}`).join(', ');
  console.log(
    `${kinds.map(([name, requests]) => `${requests * RECORDS} ${name}`).join(', ')} acknowledged in ${tally.acknowledged.size} requests, ` +
      `${tally.repeated} sent again (answers ${answers}); lost ${lost.length}, stored twice ${doubled.length}`,
  );
  return { lost, doubled, stored };
}
