/** What a second core is worth, and how much disk a span takes when the server has stopped. */
import { availableParallelism } from 'node:os';
import { bindToCores, withBenchServer } from './bench-server.ts';
import { createBodies } from './bodies.ts';
import { sendLoad } from './load.ts';
import { createHttpSender } from './senders.ts';
import { cell, count, createTable } from './table.ts';
import { connectionsFor, type Pace } from './throughput.ts';

const LOAD = { signal: 'traces', encoding: 'protobuf', gzip: false, records: 8192 } as const;

/** Prints the table; on a machine of two cores the load shares the second one with the server. */
export async function runCores({ warmUpSeconds, seconds }: Pace): Promise<void> {
  const table = createTable(
    ['traces, protobuf', 'acknowledged/s', '× one core', 'disk B/span'],
    24,
  );
  const bodies = createBodies({ ...LOAD, features: true });
  const connections = connectionsFor(LOAD.records);
  let oneCore = Number.NaN;
  for (const cores of [1, 2]) {
    bindToCores(process.pid, availableParallelism() > 2 && cores === 2 ? '2' : '1');
    await withBenchServer(cores === 1 ? '0' : '0,1', async (server) => {
      const sender = createHttpSender({ ...LOAD, otlpUrl: server.otlpUrl, connections });
      const load = { sender, bodies, connections };
      const warm = await sendLoad({ ...load, first: 0, seconds: warmUpSeconds });
      const before = await server.stored();
      const begin = performance.now();
      await sendLoad({ ...load, first: warm.next, seconds });
      await server.settled();
      const stored = await server.stored();
      const rate = ((stored - before) / (performance.now() - begin)) * 1000;
      sender.close();
      if (cores === 1) oneCore = rate;
      const bytes = await server.stop();
      table.row([
        `${cores} ${cores === 1 ? 'core' : 'cores'} for the server`,
        count(rate),
        cell(rate / oneCore, 2),
        cell(bytes / stored, 1),
      ]);
    });
  }
}
