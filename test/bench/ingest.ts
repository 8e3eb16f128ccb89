/** Spans a second and CPU seconds a million spans, acknowledged and durable, beside a protobufjs decode of the same bytes. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { startServer } from '../system/server-process.ts';
import { otlpSchema } from '../../packages/receiver/src/testing/otlp-schema.ts';
import { quantile, sendLoad } from './load.ts';
import { cpuSeconds, memoryMb } from './process-usage.ts';
import { traceRequest } from './workload.ts';

interface Case {
  readonly name: string;
  readonly encoding: 'protobuf' | 'json';
  readonly gzip: boolean;
  readonly spansPerRequest: number;
  /** False: no attribute that Heartwood knows. */
  readonly features: boolean;
}

const CASES: readonly Case[] = [
  { name: 'protobuf', encoding: 'protobuf', gzip: false, spansPerRequest: 8192, features: true },
  { name: 'protobuf', encoding: 'protobuf', gzip: false, spansPerRequest: 512, features: true },
  {
    name: 'protobuf, gzip',
    encoding: 'protobuf',
    gzip: true,
    spansPerRequest: 8192,
    features: true,
  },
  {
    name: 'protobuf, gzip',
    encoding: 'protobuf',
    gzip: true,
    spansPerRequest: 512,
    features: true,
  },
  {
    name: 'protobuf, no known attribute',
    encoding: 'protobuf',
    gzip: false,
    spansPerRequest: 8192,
    features: false,
  },
  { name: 'JSON', encoding: 'json', gzip: false, spansPerRequest: 8192, features: true },
];

/** Requests that differ: repeated bodies would be recognised and not stored. */
const SPANS_PER_CASE = Number(process.env['BENCH_SPANS'] ?? 500_000);
const WARM_UP_SPANS = 150_000;

const SERVER_CPU = 0;
const LOAD_CPU = 1;

export async function benchIngest(): Promise<void> {
  pin(process.pid, LOAD_CPU);
  console.log(
    `one server core, one core for the load; ${SPANS_PER_CASE} spans a case, all acknowledged durable\n`,
  );
  console.log(
    'case                               spans/s   cpu-s/M   p50 ms   p99 ms   RSS MiB  disk B/span   × protobufjs decode   × gunzip',
  );
  for (const testCase of CASES) await runCase(testCase);
}

async function runCase({ name, encoding, gzip, spansPerRequest, features }: Case): Promise<void> {
  const count = Math.ceil((SPANS_PER_CASE + WARM_UP_SPANS) / spansPerRequest);
  const plain = Array.from(
    { length: count },
    (_, index) => traceRequest({ spans: spansPerRequest, seed: index + 1, features })[encoding],
  );
  const bodies = gzip ? plain.map((body) => gzipSync(body, { level: 6 })) : plain;
  const reference = referenceRates(spansPerRequest, features);

  const dataDir = await mkdtemp(path.join(tmpdir(), 'heartwood-bench-'));
  const server = await startServer({ dataDir });
  try {
    const pid = server.child.pid ?? 0;
    pin(pid, SERVER_CPU);
    const load = {
      url: `${server.otlpUrl}/v1/traces`,
      headers: {
        'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
        ...(gzip && { 'content-encoding': 'gzip' }),
      },
      connections: spansPerRequest >= 8192 ? 16 : 64,
    };
    const warmUp = Math.ceil(WARM_UP_SPANS / spansPerRequest);
    await sendLoad({ ...load, bodies: bodies.slice(0, warmUp) });
    const before = cpuSeconds(pid);
    const result = await sendLoad({ ...load, bodies: bodies.slice(warmUp) });
    const measured = (bodies.length - warmUp) * spansPerRequest;
    // What was acknowledged but has not landed belongs to the bill.
    await settled(server.appUrl, bodies.length * spansPerRequest);
    const cpuPerMillion = ((cpuSeconds(pid) - before) / measured) * 1e6;
    const { peak } = memoryMb(pid);
    await server.end('SIGTERM');
    const rate = measured / result.seconds;
    const cells = [
      `${name}, ${spansPerRequest} spans`.padEnd(34),
      thousands(rate).padStart(8),
      cpuPerMillion.toFixed(2).padStart(9),
      quantile(result.latenciesMs, 0.5).toFixed(0).padStart(8),
      quantile(result.latenciesMs, 0.99).toFixed(0).padStart(8),
      peak.toFixed(0).padStart(9),
      ((await folderBytes(dataDir)) / (bodies.length * spansPerRequest)).toFixed(0).padStart(12),
      (rate / reference.decode).toFixed(2).padStart(21),
      (rate / reference.gunzip).toFixed(2).padStart(10),
    ];
    console.log(cells.join(' ') + (result.refused > 0 ? `  (${result.refused} refused)` : ''));
  } finally {
    await server.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Spans a second on one core of a protobufjs decode and of a gunzip of the same requests; median of the rounds. */
function referenceRates(spans: number, features: boolean): { decode: number; gunzip: number } {
  const { request: type } = otlpSchema();
  const bodies = Array.from(
    { length: Math.max(4, Math.ceil(32_768 / spans)) },
    (_, index) => traceRequest({ spans, seed: index + 1, features }).protobuf,
  );
  const zipped = bodies.map((body) => gzipSync(body, { level: 6 }));
  const total = bodies.length * spans;
  const rateOf = (work: () => void): number => {
    const rates = Array.from({ length: 5 }, () => {
      const begin = performance.now();
      work();
      return (total / (performance.now() - begin)) * 1000;
    });
    return rates.toSorted((a, b) => a - b)[2] ?? Number.NaN;
  };
  return {
    decode: rateOf(() => {
      for (const body of bodies) type.decode(body);
    }),
    gunzip: rateOf(() => {
      for (const body of zipped) gunzipSync(body);
    }),
  };
}

async function settled(appUrl: string, spans: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${appUrl}/api/v1/system`);
    const { data } = (await answer.json()) as { data: { receiver: { stored: number } } };
    if (data.receiver.stored >= spans) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = names
    .filter((entry) => entry.isFile() && entry.name.endsWith('.duckdb'))
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Binds all threads of a process to one core; without `taskset` the figures are of all cores. */
function pin(pid: number, cpu: number): void {
  const { status } = spawnSync('taskset', ['-a', '-p', '-c', String(cpu), String(pid)]);
  if (status !== 0)
    console.log(`(not pinned: taskset is not there or refused; figures are not of one core)`);
}

const thousands = (value: number): string => `${Math.round(value / 1000)} K`;
