/** Ten thousand operations under way and a thousand who watch them: what that takes of a core, and how late it is seen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { bindToCores, withBenchServer, type BenchServer } from './bench-server.ts';
import { openHelper, type HelperProcess } from './helper-process.ts';
import { quantile } from './load.ts';
import type { FollowersAsk, FollowersFigures } from './operation-followers.ts';
import type { LoadAsk, LoadFigures } from './operation-load.ts';
import type { ReferenceAsk } from './operation-reference.ts';
import { cpuSeconds } from './process-usage.ts';
import { cell, count, createTable, type Table } from './table.ts';

/** Apps, and operations of each: each operation tells once a second how far it is. */
const SENDERS = 20;
const OPERATIONS = 500;

interface Case {
  readonly title: string;
  readonly readers: number;
  /** Requests that an app makes a second. */
  readonly requests: number;
}

const CASES: readonly Case[] = [
  { title: 'nobody follows', readers: 0, requests: 1 },
  { title: 'one follower', readers: 1, requests: 1 },
  { title: '1,000 followers', readers: 1000, requests: 1 },
  {
    title: 'the same, apps that tell all the time: 20 requests/s each',
    readers: 1000,
    requests: 20,
  },
];
const WARM_S = 8;
/** Longer than what is under way may go unsaved. */
const LONG_S = 65;
const SHORT_S = 15;
/** What the server takes between frames where many follow. */
const FRAME_MS = 300;

/** What a case took. */
interface Figures {
  readonly updates: number;
  readonly core: number;
  readonly peakMb: number;
  readonly delaysMs: readonly number[];
  /** Bytes a second that come to one reader. */
  readonly readerBytes: number;
}

/** Prints a row for each case. The server has core 0, apps and readers have core 1. */
export async function measureLive(isShort: boolean): Promise<void> {
  bindToCores(process.pid, '1');
  console.log(
    `${count(SENDERS * OPERATIONS)} operations of ${SENDERS} apps, an update a second each; the reference decodes the ` +
      'same requests with protobufjs and writes as many bytes to as many.\n',
  );
  const table = createTable(
    [
      'operations',
      'updates/s',
      '% of a core',
      'reference %',
      '×',
      'peak MiB',
      'p50 ms',
      'p99 ms',
      'KiB/s each',
    ],
    58,
  );
  for (const one of CASES) await measureCase(one, isShort ? SHORT_S : LONG_S, table);
}

async function measureCase(one: Case, seconds: number, table: Table): Promise<void> {
  const ours = await withBenchServer('0', async (server) => {
    await sleep(2000);
    return measure(one, seconds, server);
  });
  const reference = await measureReference(one, ours.readerBytes);
  const times = ours.delaysMs.toSorted((a, b) => a - b);
  const time = (share: number): string =>
    times.length === 0 ? '' : cell(quantile(times, share), 0);
  table.row([
    one.title,
    count(ours.updates),
    cell(ours.core * 100, 1),
    cell(reference.core * 100, 1),
    cell(ours.core / reference.core, 2),
    cell(ours.peakMb, 0),
    time(0.5),
    time(0.99),
    cell(ours.readerBytes / 1024, 0),
  ]);
  if (ours.updates < 0.97 * SENDERS * OPERATIONS) table.note('the rate was not reached');
}

type Measured = Pick<BenchServer, 'otlpUrl' | 'appUrl' | 'cpuSeconds' | 'memoryMb'>;

async function measure(
  { readers, requests }: Case,
  seconds: number,
  server: Measured,
): Promise<Figures> {
  const load = await openHelper<LoadAsk, LoadFigures>('operation-load.ts', '1');
  const followers = await openHelper<FollowersAsk, FollowersFigures>('operation-followers.ts', '1');
  try {
    const { otlpUrl, appUrl } = server;
    await load.ask({ ask: 'begin', otlpUrl, senders: SENDERS, operations: OPERATIONS, requests });
    await followers.ask({ ask: 'open', appUrl, path: '/api/v1/operations/stream', readers });
    await sleep(WARM_S * 1000);
    await Promise.all([load.ask({ ask: 'read' }), followers.ask({ ask: 'read' })]);
    const before = { cpu: server.cpuSeconds(), at: performance.now() };
    await sleep(seconds * 1000);
    const [sent, read] = await Promise.all([
      load.ask({ ask: 'read' }),
      followers.ask({ ask: 'read' }),
    ]);
    const passedS = (performance.now() - before.at) / 1000;
    if (sent.refused > 0) throw new Error(`${String(sent.refused)} requests were refused`);
    return {
      updates: sent.records / passedS,
      core: (server.cpuSeconds() - before.cpu) / passedS,
      peakMb: server.memoryMb().peak,
      delaysMs: read.delaysMs,
      readerBytes: readers === 0 ? 0 : read.bytes / readers / passedS,
    };
  } finally {
    load.close();
    followers.close();
  }
}

async function measureReference(one: Case, readerBytes: number): Promise<Figures> {
  const helper: HelperProcess<ReferenceAsk, { readonly url: string }> = await openHelper(
    'operation-reference.ts',
    '0',
  );
  try {
    const frameBytes = Math.round((readerBytes * FRAME_MS) / 1000);
    const { url } = await helper.ask({ frameBytes, everyMs: FRAME_MS });
    return await measure(one, SHORT_S, {
      otlpUrl: url,
      appUrl: url,
      cpuSeconds: () => cpuSeconds(helper.pid),
      memoryMb: () => ({ now: 0, peak: 0 }),
    });
  } finally {
    helper.close();
  }
}
