/** The end of real processes: a detached uploader, a spool across SIGKILL and restarts, a full disk, a killed uploader. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCollector, type Collector } from '../../packages/instrumentation/testing/collector.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const EXITS = ['--require', '@heartwood/instrumentation/register', 'test/apps/exits/app.cjs'];
// What takes longer than ten seconds runs by `npm run test:delivery` alone.
const IS_LONG = process.env['FAULT_ROUNDS'] !== undefined;
const NOBODY = 'http://127.0.0.1:1';

let collector: Collector;
let folder: string;

beforeEach(async () => {
  collector = await openCollector();
  folder = mkdtempSync(join(tmpdir(), 'heartwood-exit-'));
});

afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function start(way: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [...EXITS, way], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      OTEL_SERVICE_NAME: 'shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRICS_EXPORTER: 'none',
      ...env,
    },
  });
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

const run = (way: string, env: Record<string, string>): Promise<Ended> => ended(start(way, env));

const files = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.otlp'));

async function arrive(count: number): Promise<void> {
  await vi.waitFor(() => expect(collector.spans).toHaveLength(count), 15_000);
}

describe('a process that hands over what waits', () => {
  it.each([
    ['by process.exit', 'exit', 3],
    ['by an uncaught error', 'throw', 1],
    ['by an unhandled rejection', 'reject', 1],
  ])('%s loses nothing and keeps its code', async (_, way, code) => {
    expect(await run(way, { HEARTWOOD_EXIT_UPLOAD: 'detach' })).toMatchObject({ code });
    await arrive(10);
    // Nothing stays in the temporary folder, neither telemetry nor headers.
    expect(
      readdirSync(tmpdir()).filter((name) => /^heartwood-\d+-[0-9a-f]{16}$/.test(name)),
    ).toEqual([]);
  });

  it('reaches a receiver that is being restarted', async () => {
    collector.fault = (count) => (count < 4 ? { status: 503 } : undefined);
    await run('exit', { HEARTWOOD_EXIT_UPLOAD: 'detach' });
    await arrive(10);
    expect(collector.requests).toHaveLength(4);
  });

  it('says that nobody answered', async () => {
    const { stderr } = await run('natural', {
      HEARTWOOD_EXIT_UPLOAD: 'detach',
      OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY,
    });
    expect(stderr).toContain('HEARTWOOD_SPOOL_DIR');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a spool', () => {
  it('keeps what nobody took at the end, and the next start sends it', async () => {
    const spool = { HEARTWOOD_SPOOL_DIR: folder, HEARTWOOD_EXIT_UPLOAD: 'wait' };
    expect(await run('exit', { ...spool, OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY })).toMatchObject({
      code: 3,
    });
    expect(files().length).toBeGreaterThan(0);
    await run('natural', spool);
    await arrive(20);
    expect(files()).toEqual([]);
  });

  it.runIf(IS_LONG)('keeps what a detached process could not send either', async () => {
    const spool = { HEARTWOOD_SPOOL_DIR: folder, HEARTWOOD_EXIT_UPLOAD: 'detach' };
    const app = start('exit', { ...spool, OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY });
    expect(await ended(app)).toMatchObject({ code: 3 });
    // It takes the files over, and its end makes them free.
    await vi.waitFor(() => expect(ownersOf(files())).not.toContain(app.pid), 15_000);
    await vi.waitFor(() => expect(ownersOf(files()).some(isAlive)).toBe(false), 15_000);
    expect(files().length).toBeGreaterThan(0);
    await run('natural', spool);
    await arrive(20);
    expect(files()).toEqual([]);
  });

  it('keeps what waited at a SIGKILL, and the next start sends it', async () => {
    const spool = { HEARTWOOD_SPOOL_DIR: folder };
    const app = start('wait', {
      ...spool,
      OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY,
      OTEL_BSP_SCHEDULE_DELAY: '20',
    });
    const end = ended(app);
    await vi.waitFor(() => expect(files().length).toBeGreaterThan(0), 15_000);
    app.kill('SIGKILL');
    expect(await end).toMatchObject({ signal: 'SIGKILL' });
    await run('natural', spool);
    await arrive(20);
    expect(files()).toEqual([]);
  });

  it('gives a request back when the process that sends it is killed', async () => {
    collector.fault = () => 'hang';
    const spool = { HEARTWOOD_SPOOL_DIR: folder, HEARTWOOD_EXIT_UPLOAD: 'detach' };
    await run('exit', spool);
    // By the name of the file, the uploader has it now.
    await vi.waitFor(() => expect(collector.underWay).toBe(1), 15_000);
    const [uploader = 0] = ownersOf(files());
    process.kill(uploader, 'SIGKILL');
    await vi.waitFor(() => expect(isAlive(uploader)).toBe(false), 15_000);
    collector.fault = undefined;
    await run('natural', spool);
    await arrive(20);
    expect(files()).toEqual([]);
  });

  it.runIf(mayMount())('on a full disk costs the app nothing', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'heartwood-full-'));
    expect(mount(disk)).toBe(0);
    try {
      const end = await run('exit', {
        HEARTWOOD_SPOOL_DIR: disk,
        HEARTWOOD_EXIT_UPLOAD: 'wait',
        OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY,
      });
      expect(end).toMatchObject({ code: 3 });
      expect(end.stderr).toContain('ENOSPC');
      expect(end.stderr).toContain('undelivered=10');
      expect(readdirSync(disk)).toEqual(['full']);
      // And where there is a receiver, nothing is lost.
      expect((await run('exit', { HEARTWOOD_SPOOL_DIR: disk })).code).toBe(3);
      await arrive(10);
    } finally {
      unmount(disk);
      rmSync(disk, { recursive: true, force: true });
    }
  });
});

function ownersOf(names: readonly string[]): number[] {
  return names.map((name) => Number.parseInt(name, 10));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A disk of 16 KiB, and a file that fills it. */
function mount(folderOfDisk: string): number | null {
  const { status } = mountSmall(folderOfDisk);
  spawnSync('dd', ['if=/dev/zero', `of=${join(folderOfDisk, 'full')}`, 'bs=4k']);
  return status;
}

function mayMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'heartwood-probe-'));
  const { status } = mountSmall(probe);
  if (status === 0) unmount(probe);
  rmSync(probe, { recursive: true, force: true });
  return status === 0;
}

function mountSmall(place: string): { readonly status: number | null } {
  return runTool('mount', '-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', place);
}

function unmount(place: string): void {
  runTool('umount', '--lazy', place);
}

function runTool(command: string, ...args: readonly string[]): { readonly status: number | null } {
  return spawnSync(command, args);
}
