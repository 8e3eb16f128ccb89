/** How long an acknowledgement takes at a steady rate, alone and while questions are asked; and the memory it takes. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BenchServer, bindToCores, withBenchServer } from './bench-server.ts';
import { createBodies } from './bodies.ts';
import { type LoadResult, quantile, sendLoad } from './load.ts';
import { createHttpSender } from './senders.ts';
import { cell, count, createTable } from './table.ts';
import type { Pace } from './throughput.ts';
import { START_NS } from './workload.ts';

/** The promise is for this many spans a second. */
const OFFERED = 50_000;
/** It is a tenth of what a core of the promise takes in, so a tenth of what this core takes in is measured as well. */
const SHARE_OF_CORE = 0.1;
const LOAD = { signal: 'traces', encoding: 'protobuf', gzip: false, records: 512 } as const;
const CONNECTIONS = 64;
const IDLE_MS = 3000;

/** Bodies that the disk is given alone. */
const DISK_WRITES = 300;

/** Prints the table of rates; the server has core 0, the load core 1. */
export async function runLatency({ warmUpSeconds, seconds }: Pace): Promise<void> {
  const table = createTable(
    [
      'traces offered',
      'p50 ms',
      'p99 ms',
      'max ms',
      'refused',
      'peak MiB',
      'questions',
      'their p50 ms',
    ],
    48,
  );
  const bodies = createBodies({ ...LOAD, features: true });
  table.row(await measureDisk(bodies.body(0)));
  bindToCores(process.pid, '1');
  const perCore = await withBenchServer('0', async (server) => {
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    table.row(['nothing', '', '', '', '', cell(server.memoryMb().now, 0), '', '']);
    const sender = createHttpSender({ ...LOAD, otlpUrl: server.otlpUrl, connections: CONNECTIONS });
    const load = { sender, bodies, connections: CONNECTIONS };
    const warm = await sendLoad({ ...load, first: 0, seconds: warmUpSeconds });
    const full = await sendLoad({ ...load, first: warm.next, seconds });
    const rate = (full.acknowledged * LOAD.records) / full.seconds;
    table.row(rowOf(`all it takes: ${count(rate)} spans/s`, full, server.memoryMb().peak));
    sender.close();
    return rate;
  });
  const scaled = Math.max(1, Math.round((perCore * SHARE_OF_CORE) / 1000)) * 1000;
  // A server of its own: one that was at its limit before holds memory that these rates do not need.
  await withBenchServer('0', async (server) => {
    const sender = createHttpSender({ ...LOAD, otlpUrl: server.otlpUrl, connections: CONNECTIONS });
    const load = { sender, bodies, connections: CONNECTIONS };
    const warm = { seconds: warmUpSeconds, bodiesPerSecond: scaled / LOAD.records };
    let { next: first } = await sendLoad({ ...load, ...warm, first: 0 });
    for (const perSecond of new Set([scaled, OFFERED]))
      for (const asks of [false, true]) {
        const questions = asks ? askInLoop(server) : undefined;
        const bodiesPerSecond = perSecond / LOAD.records;
        const result = await sendLoad({ ...load, first, seconds, bodiesPerSecond });
        first = result.next;
        const answers = (await questions?.stop()) ?? [];
        const { peak } = server.memoryMb();
        const title = `${count(perSecond)} spans/s${asks ? ', questions in a loop' : ''}`;
        table.row(rowOf(title, result, peak, answers));
        await server.settled();
      }
    sender.close();
  });
}

/** What no acknowledgement can be quicker than: the same body written and synced, one after the other. */
async function measureDisk(body: Buffer): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heartwood-bench-'));
  try {
    const latenciesMs: number[] = [];
    const file = await open(path.join(folder, 'disk'), 'wx');
    for (let index = 0; index < DISK_WRITES; index++) {
      const begin = performance.now();
      await file.write(body);
      await file.datasync();
      latenciesMs.push(performance.now() - begin);
    }
    await file.close();
    latenciesMs.sort((a, b) => a - b);
    const times = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99), latenciesMs.at(-1)];
    const cells = times.map((ms) => cell(ms ?? Number.NaN, 1));
    return ['the disk alone: a request written and synced', ...cells, '', '', '', ''];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowOf(
  title: string,
  { latenciesMs, refused }: LoadResult,
  peakMb: number,
  answersMs: readonly number[] = [],
): string[] {
  return [
    title,
    cell(quantile(latenciesMs, 0.5), 1),
    cell(quantile(latenciesMs, 0.99), 1),
    cell(latenciesMs.at(-1) ?? Number.NaN, 1),
    String(refused),
    cell(peakMb, 0),
    answersMs.length === 0 ? '' : String(answersMs.length),
    answersMs.length === 0 ? '' : cell(quantile(answersMs, 0.5), 0),
  ];
}

/** What a dashboard asks again and again, over everything that was sent. */
const QUESTIONS = ['features', 'usage', 'services'];

/** Asks one question after the other; `stop` resolves with the answer times, ascending. */
function askInLoop({ appUrl }: BenchServer): { stop: () => Promise<number[]> } {
  const from = Number(START_NS / 1_000_000n);
  const range = `from=${from}&to=${from + 48 * 3600 * 1000}`;
  const timesMs: number[] = [];
  const stopping = new AbortController();
  const asking = (async () => {
    for (let index = 0; !stopping.signal.aborted; index++) {
      const begin = performance.now();
      const question = QUESTIONS[index % QUESTIONS.length] ?? '';
      const answer = await fetch(`${appUrl}/api/v1/${question}?${range}`);
      if (!answer.ok) throw new Error(`${question} was answered ${answer.status}`);
      await answer.arrayBuffer();
      timesMs.push(performance.now() - begin);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await asking;
      return timesMs.toSorted((a, b) => a - b);
    },
  };
}
