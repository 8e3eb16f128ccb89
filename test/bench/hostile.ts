/** How fast item bombs are refused, and what looking for them costs everybody else: `npm run bench hostile`. */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { DEFAULT_LIMITS } from '../../packages/receiver/src/limits.ts';
import { PreScan } from '../../packages/receiver/src/pre-scan/pre-scan.ts';
import { COMPRESSION, ENCODING } from '../../packages/receiver/src/signal.ts';
import {
  compressed,
  ITEM_BOMBS,
  type ItemBomb,
} from '../../packages/receiver/src/testing/item-bombs.ts';
import { withDataDir, startServer } from '../system/server-process.ts';
import { createBodies, type SignalName } from './bodies.ts';
import { cpuSeconds, memoryMb } from './process-usage.ts';
import { measureReference } from './reference.ts';
import { cell, createTable } from './table.ts';

/** Times that each bomb is sent: the first finds the decoders cold. */
const TIMES = 7;

/** Prints both tables. */
export async function benchHostile(): Promise<boolean> {
  await withDataDir(async (dataDir) => {
    const server = await startServer({ dataDir });
    try {
      console.log('Millions of things in some KiB of gzip, sent to the server:\n');
      const table = createTable([
        'bomb',
        'KiB',
        'status',
        'median ms',
        'worst ms',
        'CPU ms',
        'RSS +MiB',
      ]);
      for (const bomb of ITEM_BOMBS)
        table.row(await measureBomb(server.otlpUrl, server.child.pid ?? 0, bomb));
    } finally {
      await server.end('SIGKILL');
    }
  });
  console.log(
    '\nWhat the look for bombs costs ordinary requests, beside protobufjs decoding the same spans:\n',
  );
  const table = createTable(['request', 'MiB', 'ns a record', '% of protobufjs'], 32);
  for (const row of ordinaryCosts()) table.row(row);
  return true;
}

async function measureBomb(url: string, pid: number, bomb: ItemBomb): Promise<string[]> {
  const body = compressed(bomb);
  const target = new URL(bomb.path, url);
  await send(target, bomb, body);
  resetPeak(pid);
  const before = memoryMb(pid).now;
  const cpuBefore = cpuSeconds(pid);
  const waits: number[] = [];
  let status = 0;
  for (let time = 0; time < TIMES; time++) {
    const begin = performance.now();
    status = await send(target, bomb, body);
    waits.push(performance.now() - begin);
  }
  const sorted = waits.toSorted((a, b) => a - b);
  return [
    bomb.name,
    cell(body.length / 1024, 0),
    String(status),
    cell(sorted[TIMES >> 1] ?? Number.NaN, 0),
    cell(sorted.at(-1) ?? Number.NaN, 0),
    cell(((cpuSeconds(pid) - cpuBefore) / TIMES) * 1000, 0),
    cell(memoryMb(pid).peak - before, 0),
  ];
}

/** Makes the highest resident memory the present one (proc(5), `clear_refs`). */
const resetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

function send(target: URL, { type }: ItemBomb, body: Buffer): Promise<number> {
  const headers = {
    'content-type': type,
    'content-encoding': 'gzip',
    'content-length': body.length,
  };
  return new Promise((resolve, reject) => {
    const sent = request(target, { method: 'POST', headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const SIZES = [512, 2048, 8192, 32_768];
const ROUND_RECORDS = 65_536;

function* ordinaryCosts(): Generator<string[]> {
  for (const encoding of ['protobuf', 'json'] as const) {
    const base = { signal: 'traces' as SignalName, encoding, gzip: false, features: true };
    const { decode = Number.NaN } = measureReference({ ...base, records: 8192 });
    for (const records of SIZES) {
      const [first] = createBodies({ ...base, records }, records).templates;
      if (first === undefined) continue;
      // Readable bytes behind the end, as the receiver's bodies have them.
      const body = Buffer.concat([first, Buffer.alloc(16)]).subarray(0, first.length);
      const ns = nanosecondsOfLook(
        body,
        encoding === 'json' ? ENCODING.JSON : ENCODING.PROTOBUF,
        records,
      );
      yield [
        `${records} spans, ${encoding}`,
        cell(first.length / 1024 / 1024, 1),
        cell(ns, 1),
        cell((ns / 1e9) * decode * 100, 2),
      ];
    }
  }
}

function nanosecondsOfLook(body: Buffer, encoding: number, records: number): number {
  const preScan = new PreScan(DEFAULT_LIMITS);
  const look = (): void => {
    for (let seen = 0; seen < ROUND_RECORDS; seen += records)
      preScan.look({ signal: 1, encoding, compression: COMPRESSION.NONE }, body);
  };
  for (let round = 0; round < 5; round++) look();
  const rounds = Array.from({ length: 7 }, () => {
    const before = process.cpuUsage();
    for (let time = 0; time < 4; time++) look();
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / (4 * Math.ceil(ROUND_RECORDS / records) * records);
  });
  return rounds.toSorted((a, b) => a - b)[3] ?? Number.NaN;
}
