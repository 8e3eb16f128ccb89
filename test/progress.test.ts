/** A command line program with progress, in real processes: what the receiver, the person and the disk get of it. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCollector, type Collector } from '../packages/instrumentation/testing/collector.ts';
import { eventually } from './system/server-process.ts';

const root = path.resolve(import.meta.dirname, '..');
const app = path.join(root, 'test/apps/cli-progress/app.mjs');
const REGISTER = ['--import', '@heartwood/instrumentation/register'];

let collector: Collector & { logs: unknown[]; points: unknown[]; spans: unknown[] };

beforeAll(async () => {
  collector = (await openCollector()) as typeof collector;
});

beforeEach(() => {
  for (const records of [collector.logs, collector.points, collector.spans]) records.length = 0;
});

afterAll(async () => collector[Symbol.asyncDispose]());

interface Program {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

const environment = (env: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: tmpdir(),
  LANG: 'C.UTF-8',
  OTEL_SERVICE_NAME: 'importer',
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  ...env,
});

function start(way: string, env: Record<string, string> = {}, preload = REGISTER): Program {
  const child = spawn(process.execPath, [...preload, app, way], {
    cwd: root,
    env: environment(env),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Awaited<Program['ended']>>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Events of operations as they arrived: kind, and the attributes asked for. */
function events(...attributes: string[]): unknown[] {
  return collector.logs.flatMap(({ eventName, attributes: all }) =>
    eventName.startsWith('feature.operation.')
      ? [[eventName.slice('feature.operation.'.length), ...attributes.map((key) => all[key])]]
      : [],
  );
}

describe('the receiver', () => {
  test('S2-06: hears of the start while the program waits, and of the end before the program is gone', async () => {
    const { child, ended } = start('wait');
    await eventually(
      async () => events(),
      (seen) => seen.length > 0,
    );
    expect(child.exitCode).toBeNull();
    expect(events('feature.name', 'feature.operation.total')).toEqual([
      ['start', 'import_files', 20],
    ]);
    child.stdin?.write('go\n');
    expect(await ended).toMatchObject({ code: 0, stdout: '20 files\n' });
    expect(events('feature.status', 'feature.metadata.bytes').at(-1)).toEqual([
      'end',
      'success',
      4096,
    ]);
    const traces = new Set(collector.logs.map(({ traceId }) => traceId));
    expect([...traces]).toEqual([collector.spans[0]?.traceId]);
    expect(collector.spans[0]).toMatchObject({
      name: 'import_files',
      attributes: { 'feature.status': 'success', 'feature.component': 'importer' },
    });
  });

  test('gets the run in the metrics', async () => {
    await start('fail').ended;
    const last = (name: string): unknown =>
      collector.points.findLast(({ metric }) => metric === name);
    expect([last('feature.duration'), last('feature.active')]).toMatchObject([
      {
        metric: 'feature.duration',
        unit: 's',
        count: 1,
        attributes: {
          'feature.name': 'import_files',
          'feature.status': 'failed',
          'error.type': 'RangeError',
        },
      },
      { metric: 'feature.active', value: 0, attributes: { 'feature.name': 'import_files' } },
    ]);
  });

  test.each([
    ['natural', 0, 'success', undefined],
    ['fail', 0, 'failed', undefined],
    ['exit', 3, 'cancelled', 'process exited'],
    ['throw', 1, 'cancelled', 'process exited'],
    ['SIGINT', null, 'cancelled', 'process exited'],
  ])(
    'after the end %s has the end, and the exit code stays %s',
    async (way, code, status, reason) => {
      const { child, ended } = start(way);
      // Not at its first line: before the first turn of its loop is over, the signal ends any process at once.
      if (way === 'SIGINT') {
        child.stderr?.on('data', (text) => {
          if (String(text).includes('10%')) child.kill('SIGINT');
        });
      }
      expect((await ended).code).toBe(code);
      expect(events('feature.status', 'feature.reason').at(-1)).toEqual(['end', status, reason]);
    },
  );
});

describe('the person', () => {
  test('reads lines where lines stay, and the output of the program is its own', async () => {
    const { stdout, stderr } = await start('fail').ended;
    expect(stdout).toBe('20 files\n');
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toBe('import_files: started (about 20 files): Imports a folder');
    expect(lines[1]).toMatch(/^import_files: 10% \(2\/20 files, .*\): file-2\.txt$/);
    expect(lines.at(-1)).toMatch(/^✗ import_files: failed after .* s: too many files$/);
  });

  const noScript = spawnSync('script', ['--version']).error !== undefined;
  test.skipIf(noScript)(
    `S2-14: sees a bar in a terminal${noScript ? ' (skipped: script not installed)' : ''}`,
    async () => {
      const command = `stty cols 120; ${[process.execPath, ...REGISTER, app].join(' ')}`;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        cwd: root,
        env: environment({ TERM: 'xterm' }),
      });
      const stdout = await text(child.stdout);
      expect(stdout).toMatch(/. import_files \[█+░+\] +\d+% {2}\d+\/20 files/);
      expect(stdout).toMatch(/✓.* import_files: 20 files in .*: all imported\r\n20 files/);
    },
  );

  test('S2-83: sees nothing of it when it is to be quiet', async () => {
    expect(await start('natural', { FASTINTERCOM_QUIET: 'true' }).ended).toEqual({
      code: 0,
      stdout: '20 files\n',
      stderr: '',
    });
    expect(events()[0]).toEqual(['start']);
  });

  test('S2-80: sees, and the receiver hears, nothing when progress is off', async () => {
    const env = { HEARTWOOD_PROGRESS_ENABLED: 'false' };
    expect(await start('natural', env).ended).toEqual({
      code: 0,
      stdout: '20 files\n',
      stderr: '',
    });
    expect(events()).toEqual([]);
  });

  test('may go away: a closed pipe ends nothing', async () => {
    const { child, ended } = start('natural');
    child.stderr?.destroy();
    expect(await ended).toMatchObject({ code: 0, stdout: '20 files\n' });
  });

  test('S2-110: needs no SDK to see it', async () => {
    const { code, stderr } = await start('natural', {}, []).ended;
    expect(code).toBe(0);
    expect(stderr).toContain('✓ import_files: 20 files');
  });
});

describe('the disk', () => {
  test('S2-81: several programs share a folder', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'progress-'));
    const env = { HEARTWOOD_LOG_DIR: folder, HEARTWOOD_QUIET: 'true' };
    await Promise.all(['natural', 'fail', 'exit'].map((way) => start(way, env, []).ended));
    const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
    const lines = read('progress.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; pid: number });
    expect(new Set(lines.map(({ pid }) => pid)).size).toBe(3);
    expect(lines.filter(({ event }) => event === 'start')).toHaveLength(3);
    expect(lines.filter(({ event }) => event === 'end')).toHaveLength(3);
    expect(JSON.parse(read('active_processes.json'))).toEqual([]);
    expect(JSON.parse(read('status_summary.json'))).toMatchObject({
      active: 0,
      by_status: { success: 1, failed: 1, cancelled: 1 },
    });
    rmSync(folder, { recursive: true });
  });
});
