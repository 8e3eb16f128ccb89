/** The real server as a child process on free ports and its own data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(root, 'packages/server/bin/heartwood-server.cjs');

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly otlpUrl: string;
  readonly grpcAddress: string;
  readonly appUrl: string;
  /** Everything printed so far. */
  output(): { stdout: string; stderr: string };
  /** Sends the signal and resolves with exit code and signal. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface ServerOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder; the repository unless given. */
  readonly cwd?: string;
}

/** Starts the server; resolves when it is ready, rejects with its output when it ends before. */
export async function startServer({
  dataDir,
  env = {},
  cwd = root,
}: ServerOptions): Promise<ServerProcess> {
  const child = spawn(MAIN, {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: dataDir,
      HEARTWOOD_DATA_DIR: dataDir,
      HEARTWOOD_OTLP_HTTP_PORT: '0',
      HEARTWOOD_OTLP_GRPC_PORT: '0',
      HEARTWOOD_API_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ready = new Promise<RegExpExecArray>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const line = /^heartwood ready {2}otlp=(\S+) grpc=(\S+) app=(\S+)/m.exec(stdout);
      if (line !== null) resolve(line);
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`server ended with ${code ?? signal}\n${stdout}\n${stderr}`));
    });
  });
  const [, otlpUrl = '', grpcAddress = '', appUrl = ''] = await ready;
  return {
    child,
    dataDir,
    otlpUrl,
    grpcAddress,
    appUrl,
    output: () => ({ stdout, stderr }),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill(signal);
        await exit;
      }
      return { code: child.exitCode, signal: child.signalCode };
    },
  };
}

/** Starts a command of the server beside the one that runs on the data. */
export const runCommand = (dataDir: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [MAIN, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: dataDir, HEARTWOOD_DATA_DIR: dataDir },
    stdio: 'ignore',
  });

/** A data folder of its own that is gone after `use`. */
export async function withDataDir<R>(use: (dataDir: string) => Promise<R>): Promise<R> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'heartwood-'));
  try {
    return await use(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Runs `use` against a server of its own; ends the server and removes the data in any case. */
export function withServer<R>(
  use: (server: ServerProcess) => Promise<R>,
  env: Readonly<Record<string, string>> = {},
  cwd: string = root,
): Promise<R> {
  return withDataDir(async (dataDir) => {
    const server = await startServer({ dataDir, env, cwd });
    try {
      return await use(server);
    } finally {
      await server.end('SIGKILL');
    }
  });
}

/** Asks `probe` again until `accept` takes its answer; fails with the last one after `timeoutMs`. */
export async function eventually<T>(
  probe: () => Promise<T>,
  accept: (value: T) => boolean,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (accept(value)) return value;
    if (performance.now() > deadline)
      throw new Error(
        `not reached within ${timeoutMs} ms: ${JSON.stringify(value)?.slice(0, 2000)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
