/** Records a second through one core: closed loop, acknowledged durable and landed, beside decode and gunzip of the same. */
import { bindToCores, withBenchServer } from './bench-server.ts';
import { type BodiesOptions, createBodies } from './bodies.ts';
import { quantile, sendLoad } from './load.ts';
import { measureReference } from './reference.ts';
import { createGrpcSender, createHttpSender } from './senders.ts';
import { cell, count, type Table } from './table.ts';

export interface ThroughputCase extends BodiesOptions {
  /** Name by which it is asked for; several cases may share one. */
  readonly name: string;
  readonly title: string;
  readonly transport: 'http' | 'grpc';
  /** Left out of the short form unless it is asked for by its name. */
  readonly isExtra?: boolean;
}

const TRACES = {
  signal: 'traces',
  encoding: 'protobuf',
  gzip: false,
  records: 8192,
  features: true,
  transport: 'http',
} as const;

export const THROUGHPUT_CASES: readonly ThroughputCase[] = [
  { ...TRACES, name: 'protobuf', title: 'traces, protobuf' },
  { ...TRACES, name: 'protobuf', title: 'traces, protobuf', records: 2048, isExtra: true },
  { ...TRACES, name: 'protobuf', title: 'traces, protobuf', records: 512 },
  { ...TRACES, name: 'gzip', title: 'traces, gzip', gzip: true },
  { ...TRACES, name: 'gzip', title: 'traces, gzip', gzip: true, records: 512, isExtra: true },
  { ...TRACES, name: 'generic', title: 'traces, no known attribute', features: false },
  { ...TRACES, name: 'json', title: 'traces, JSON', encoding: 'json' },
  { ...TRACES, name: 'logs', title: 'logs, protobuf', signal: 'logs' },
  { ...TRACES, name: 'metrics', title: 'metric points, protobuf', signal: 'metrics' },
  { ...TRACES, name: 'grpc', title: 'traces, gRPC', transport: 'grpc' },
  {
    ...TRACES,
    name: 'grpc',
    title: 'traces, gRPC',
    transport: 'grpc',
    records: 512,
    isExtra: true,
  },
];

export const THROUGHPUT_HEAD: readonly string[] = [
  'case',
  'records/s per core',
  'acknowledged/s',
  'cpu-s/M',
  'p50 ms',
  'p99 ms',
  'peak MiB',
  '× protobufjs decode',
  '× gunzip',
];

export interface Pace {
  /** Leaves out the cases marked as extra unless they are asked for by name. */
  readonly isShort: boolean;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Runs one case against a server of its own on core 0. */
export async function runThroughput(
  testCase: ThroughputCase,
  pace: Pace,
  table: Table,
): Promise<void> {
  const { title, records, transport, gzip, encoding, signal } = testCase;
  const bodies = createBodies(testCase);
  const reference = measureReference(testCase);
  bindToCores(process.pid, '1');
  await withBenchServer('0', async (server) => {
    const connections = connectionsFor(records);
    const sender =
      transport === 'grpc'
        ? createGrpcSender(server.grpcAddress, signal, connections)
        : createHttpSender({ otlpUrl: server.otlpUrl, signal, encoding, gzip, connections });
    const load = { sender, bodies, connections };
    const warm = await sendLoad({ ...load, first: 0, seconds: pace.warmUpSeconds });
    await server.settled();
    const before = server.cpuSeconds();
    const result = await sendLoad({ ...load, first: warm.next, seconds: pace.seconds });
    // What was acknowledged but has not landed belongs to the bill.
    await server.settled();
    const measured = result.acknowledged * records;
    const perCpuSecond = measured / (server.cpuSeconds() - before);
    sender.close();
    table.row([
      `${title}, ${records} a request`,
      count(perCpuSecond),
      count(measured / result.seconds),
      cell(1e6 / perCpuSecond, 2),
      cell(quantile(result.latenciesMs, 0.5), 0),
      cell(quantile(result.latenciesMs, 0.99), 0),
      cell(server.memoryMb().peak, 0),
      reference.decode === undefined ? '' : cell(perCpuSecond / reference.decode, 2),
      cell(perCpuSecond / reference.gunzip, 2),
    ]);
    if (result.refused > 0) table.note(`${result.refused} requests were asked to come again later`);
  });
}

/** Enough requests under way to keep a core busy while others wait for the disk. */
export const connectionsFor = (records: number): number => (records >= 8192 ? 16 : 64);
