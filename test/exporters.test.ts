/** The exporters of the JavaScript SDK against our receiver, with faults on the way: nothing lost, nothing stored twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openReceiver } from '@heartwood/receiver';
import { openStore } from '@heartwood/store';
import { expect, test } from 'vitest';
import { type Fault, openGrpcFaultProxy, openHttpFaultProxy } from './exporters/fault-proxy.ts';
import {
  EXPORTED,
  exportAll,
  type ExportedSignal,
  type Protocol,
  PROTOCOLS,
} from './exporters/signals.ts';

const BATCHES = 3;
const RECORDS = 100;
/** How often the plans below make a request that was taken come again. */
const LOST_ANSWERS = 1;
/** Breaks are far apart: after each the exporter pauses for longer. */
const PLAN: readonly Fault[] = ['refuse', 'refuse for a second', 'lose the answer', 'pass', 'cut'];

interface Ports {
  readonly http: number;
  readonly grpc: number;
}

/** Exports some batches through a proxy with faults; resolves with the exports that it took. */
async function exportThrough(
  signal: ExportedSignal,
  protocol: Protocol,
  ports: Ports,
): Promise<number> {
  const isGrpc = protocol === 'grpc';
  const proxy = isGrpc
    ? await openGrpcFaultProxy(ports.grpc, PLAN)
    : await openHttpFaultProxy(ports.http, PLAN);
  const url = `http://127.0.0.1:${proxy.port}${isGrpc ? '' : signal.path}`;
  const exporter = signal.exporters[protocol]({ url });
  try {
    let exports = 0;
    for (let batch = 0; batch < BATCHES; batch++)
      exports += await exportAll(exporter, await signal.make(RECORDS));
    expect(proxy.plan).toEqual([]);
    return exports;
  } finally {
    await exporter.shutdown();
    await proxy.end();
  }
}

test('every signal over every protocol arrives whole and once, whatever is refused, cut or lost on the way', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'exporters-'));
  try {
    const store = await openStore({ dataDir });
    const receiver = await openReceiver({ store, journalDir: path.join(dataDir, 'journal') });
    const ports: Ports = {
      http: await receiver.listenHttp('127.0.0.1', 0),
      grpc: await receiver.listenGrpc('127.0.0.1', 0),
    };
    const ways = EXPORTED.flatMap((signal) =>
      PROTOCOLS.map(async (protocol) => {
        const exports = await exportThrough(signal, protocol, ports);
        // Over HTTP the exporter repeats by itself, and reports each batch once.
        const failed = PLAN.length - 1;
        expect(exports).toBe(protocol === 'grpc' ? BATCHES + failed : BATCHES);
      }),
    );
    await Promise.all(ways);
    expect(receiver.gauges()).toMatchObject({
      duplicate_requests: ways.length * LOST_ANSWERS,
      duplicate: ways.length * LOST_ANSWERS * RECORDS,
      rejected: 0,
    });
    await receiver.close();
    await store.close();
    const database = await DuckDBInstance.create(path.join(dataDir, 'heartwood.duckdb'));
    const connection = await database.connect();
    const stored = BATCHES * RECORDS * PROTOCOLS.length;
    for (const { name, sql } of EXPORTED) {
      const rows = await connection.runAndReadAll(sql);
      expect([name, rows.getRowObjectsJson()]).toEqual([
        name,
        [{ all: stored, different: stored }],
      ]);
    }
    connection.disconnectSync();
    database.closeSync();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
