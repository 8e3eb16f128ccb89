/** The server under measurement: on a data folder of its own, bound to cores, with its CPU time and memory. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer } from '../system/server-process.ts';
import { cpuSeconds, memoryMb } from './process-usage.ts';

export interface BenchServer {
  readonly otlpUrl: string;
  readonly grpcAddress: string;
  readonly appUrl: string;
  /** CPU seconds so far, all threads. */
  cpuSeconds(): number;
  /** Resident memory, MiB. */
  memoryMb(): { now: number; peak: number };
  /** Resolves when everything acknowledged is in the database. */
  settled(): Promise<void>;
  /** Records in the database since the start. */
  stored(): Promise<number>;
  /** Stops the server in order; resolves with the size of the database, bytes. */
  stop(): Promise<number>;
}

/** Runs `use` against a server that may use the cores of `cpus`, such as `0` or `0,1`. */
export async function withBenchServer<R>(
  cpus: string,
  use: (server: BenchServer) => Promise<R>,
): Promise<R> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'heartwood-bench-'));
  const server = await startServer({ dataDir });
  const pid = server.child.pid ?? 0;
  const receiver = async (): Promise<Record<string, number>> => {
    const answer = await fetch(`${server.appUrl}/api/v1/system`);
    const { data } = (await answer.json()) as { data: { receiver: Record<string, number> } };
    return data.receiver;
  };
  try {
    bindToCores(pid, cpus);
    return await use({
      otlpUrl: server.otlpUrl,
      grpcAddress: server.grpcAddress,
      appUrl: server.appUrl,
      cpuSeconds: () => cpuSeconds(pid),
      memoryMb: () => memoryMb(pid),
      stored: async () => (await receiver())['stored'] ?? 0,
      async settled() {
        while (((await receiver())['waiting'] ?? 0) > 0)
          await new Promise((resolve) => setTimeout(resolve, 50));
      },
      async stop() {
        await server.end('SIGTERM');
        return databaseBytes(dataDir);
      },
    });
  } finally {
    await server.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Binds all threads of a process to cores; without `taskset` the figures are of all cores, and that is said. */
export function bindToCores(pid: number, cpus: string): void {
  const { status } = spawnSync('taskset', ['-a', '-p', '-c', cpus, String(pid)]);
  if (status !== 0)
    console.log('(not pinned: taskset is not there or refused; figures are not of one core)');
}

async function databaseBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = names
    .filter((entry) => entry.isFile() && entry.name.endsWith('.duckdb'))
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
