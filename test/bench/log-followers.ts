/** What readers of the stream of logs cost beside what they read of. */
import { bindToCores, withBenchServer, type BenchServer } from './bench-server.ts';
import { openFollowers } from './followers.ts';
import { quantile } from './load.ts';
import { cell, createTable, type Table } from './table.ts';

/** Readers of a row, each beside the same load. */
const READERS = [0, 1, 1000, 2000];
/** Requests a second, each with one record. */
const RATE = 4;
const SHORT_S = 10;
const LONG_S = 40;

/** A row for each number of readers. */
export async function measureLogFollowers(isShort: boolean): Promise<void> {
  bindToCores(process.pid, '1');
  const table = createTable(['followers of logs', 'p50 ms', 'p99 ms', 'KiB/s', 'CPU ms/s', 'MiB']);
  await withBenchServer('0', async (server) => {
    await send(server, 2);
    for (const readers of READERS)
      await measure(server, readers, isShort ? SHORT_S : LONG_S, table);
  });
}

async function measure(
  server: BenchServer,
  readers: number,
  seconds: number,
  table: Table,
): Promise<void> {
  const followers = await openFollowers(server.appUrl, '/api/v1/logs/stream', readers);
  await send(server, 2);
  const before = { cpu: server.cpuSeconds(), bytes: followers.bytes, at: performance.now() };
  followers.delaysMs.length = 0;
  await send(server, seconds);
  const passedS = (performance.now() - before.at) / 1000;
  const cpuMs = (server.cpuSeconds() - before.cpu) * 1000;
  const times = followers.delaysMs.toSorted((a, b) => a - b);
  const time = (share: number): string =>
    times.length === 0 ? '' : cell(quantile(times, share), 0);
  table.row([
    String(readers),
    time(0.5),
    time(0.99),
    cell((followers.bytes - before.bytes) / 1024 / passedS, 0),
    cell(cpuMs / passedS, 1),
    cell(server.memoryMb().now, 0),
  ]);
  followers.close();
}

/** Sends records, one a request, that say when they were sent. */
async function send({ otlpUrl }: BenchServer, seconds: number): Promise<void> {
  for (let index = 0; index < seconds * RATE; index++) {
    const sentMs = performance.timeOrigin + performance.now();
    const record = {
      timeUnixNano: `${String(Math.round(sentMs))}000000`,
      severityNumber: 9,
      body: { stringValue: `sent at ${sentMs.toFixed(3)}` },
    };
    const answer = await fetch(`${otlpUrl}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
    });
    if (!answer.ok) throw new Error(`logs were answered ${String(answer.status)}`);
    await answer.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 1000 / RATE));
  }
}
