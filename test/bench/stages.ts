/** CPU time of each stage of the intake, from its real modules run one after the other in this process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COMPRESSION, ENCODING, TRACES } from '../../packages/receiver/src/signal.ts';
import { bindToCores, withBenchServer } from './bench-server.ts';
import { type Bodies, createBodies } from './bodies.ts';
import { loadBuilt } from './built.ts';
import { sendLoad } from './load.ts';
import { createHttpSender } from './senders.ts';
import { cell, createTable } from './table.ts';
import type { Pace } from './throughput.ts';

const STAGES = ['read', 'hash', 'gunzip', 'scan', 'decode', 'journal', 'land'] as const;
type Stage = (typeof STAGES)[number];

const BASE = { signal: 'traces', features: true, records: 8192, isExtra: false } as const;
const LOADS = [
  { ...BASE, title: 'protobuf, 8192 a request', encoding: 'protobuf', gzip: false },
  {
    ...BASE,
    title: 'protobuf, 512 a request',
    encoding: 'protobuf',
    gzip: false,
    records: 512,
    isExtra: true,
  },
  { ...BASE, title: 'protobuf, gzip', encoding: 'protobuf', gzip: true },
  {
    ...BASE,
    title: 'no known attribute',
    encoding: 'protobuf',
    gzip: false,
    features: false,
    isExtra: true,
  },
  { ...BASE, title: 'JSON', encoding: 'json', gzip: false },
] as const;

/** Prints CPU seconds a million spans by stage. */
export async function runStages(pace: Pace): Promise<void> {
  console.log('CPU seconds a million spans, by stage:\n');
  const table = createTable(['traces', ...STAGES, 'sum'], 24);
  for (const load of LOADS) {
    if (load.isExtra && pace.isShort) continue;
    const bodies = createBodies(load);
    const costs = await stageCosts(load, bodies, pace);
    costs.read = (await readCost(load, bodies, pace.warmUpSeconds / 2)) - costs.hash;
    const sum = Object.values(costs).reduce((a, b) => a + b, 0);
    table.row([load.title, ...STAGES.map((stage) => cell(costs[stage], 2)), cell(sum, 2)]);
  }
}

type Load = (typeof LOADS)[number];

async function stageCosts(
  { encoding, gzip, records }: Load,
  bodies: Bodies,
  { warmUpSeconds, seconds }: Pace,
): Promise<Record<Stage, number>> {
  const {
    openStore,
    ROW_GROUP_ROWS,
    BUILT_IN_RULES,
    Collector,
    decompress,
    DEFAULT_LIMITS,
    Gauges,
    hashRequest,
    JournalWriter,
    LandingQueue,
    PreScan,
  } = await loadBuilt();
  const folder = await mkdtemp(path.join(tmpdir(), 'heartwood-bench-'));
  const store = await openStore({ path: path.join(folder, 'bench.duckdb') });
  const state = await store.readResumeState();
  const journal = new JournalWriter({ folder, segments: [], owner: state.hashSeed });
  const preScan = new PreScan(DEFAULT_LIMITS);
  const queue = new LandingQueue({
    sink: store,
    batchRows: ROW_GROUP_ROWS,
    onLanded: () => undefined,
    onFailed: () => undefined,
  });
  const collector = new Collector({
    state,
    rules: BUILT_IN_RULES,
    limits: DEFAULT_LIMITS,
    gauges: new Gauges(),
    queue,
  });
  const clock = createStageClock();
  const warm = performance.now() + warmUpSeconds * 1000;
  const end = warm + seconds * 1000;
  let number = 1n;
  let counted = 0;
  try {
    for (let index = 0; performance.now() < end; index++) {
      const isWarm = performance.now() >= warm;
      if (!isWarm) clock.reset();
      const request = {
        signal: TRACES.number,
        encoding: encoding === 'json' ? ENCODING.JSON : ENCODING.PROTOBUF,
        compression: gzip ? COMPRESSION.GZIP : COMPRESSION.NONE,
        receivedNs: BigInt(Date.now()) * 1_000_000n,
        body: withSlack(bodies.body(index)),
      };
      clock.start();
      const hash = hashRequest(request);
      clock.stop('hash');
      const body = decompress(request.body, request.compression, DEFAULT_LIMITS.bodyBytes);
      clock.stop('gunzip');
      preScan.look(request, body);
      clock.stop('scan');
      const { full } = collector.decode({ ...request, body }, number, 0);
      clock.stop('decode');
      await journal.append({ ...request, number, hash });
      clock.stop('journal');
      collector.handOn(full);
      await queue.drain();
      clock.stop('land');
      number++;
      if (isWarm) counted += records;
    }
    await journal.close();
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
  return clock.perMillion(counted);
}

/** What a request costs that is known already: reading it, its hash, and the answer. */
async function readCost(load: Load, bodies: Bodies, seconds: number): Promise<number> {
  const { records } = load;
  bindToCores(process.pid, '1');
  const cost = await withBenchServer('0', async (server) => {
    const known: Bodies = { ...bodies, body: (index) => bodies.templates[index % 2] as Buffer };
    const sender = createHttpSender({ ...load, otlpUrl: server.otlpUrl, connections: 4 });
    const run = { sender, bodies: known, first: 0, connections: 4 };
    await sendLoad({ ...run, seconds });
    await server.settled();
    const before = server.cpuSeconds();
    const { acknowledged } = await sendLoad({ ...run, seconds });
    sender.close();
    return ((server.cpuSeconds() - before) / (acknowledged * records)) * 1e6;
  });
  return cost;
}

/** Bodies arrive with readable bytes behind them. */
function withSlack(body: Buffer): Buffer {
  const slack = Buffer.allocUnsafeSlow(body.length + 64);
  slack.set(body);
  return slack.subarray(0, body.length);
}

interface StageClock {
  start(): void;
  /** Adds the time since `start`, or since the last `stop`, to the stage. */
  stop(stage: Stage): void;
  reset(): void;
  perMillion(records: number): Record<Stage, number>;
}

function createStageClock(): StageClock {
  const micros = new Map<Stage, number>();
  let last = process.cpuUsage();
  return {
    start: () => (last = process.cpuUsage()),
    stop(stage) {
      const now = process.cpuUsage();
      const passed = now.user - last.user + now.system - last.system;
      micros.set(stage, (micros.get(stage) ?? 0) + passed);
      last = now;
    },
    reset: () => micros.clear(),
    perMillion: (records) =>
      Object.fromEntries(
        STAGES.map((stage) => [stage, (micros.get(stage) ?? 0) / records]),
      ) as Record<Stage, number>,
  };
}
