/** Programs that hang, each in its own way, and the server that is asked what is the matter with them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiError, type AnswerOf } from '@heartwood/api/client';
import { expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { REGISTER, root, runApp } from './system/app-process.ts';
import { eventually, type ServerProcess, withServer } from './system/server-process.ts';

const APP = path.join(root, 'test/apps/hang/app.mjs');
const HEARTBEAT = { HEARTWOOD_OPERATION_HEARTBEAT: '0.5', HEARTWOOD_QUIET: 'true' };

type Operation = AnswerOf<'/api/v1/operations'>['data'][number];

/** Runs `use` against a server and apps of it, which do not outlive it. */
async function withApps(
  use: (
    server: ServerProcess,
    start: (...args: readonly string[]) => ChildProcess,
  ) => Promise<void>,
): Promise<void> {
  const children: ChildProcess[] = [];
  const env = { HEARTWOOD_OPERATION_STALL: '4s' };
  await withServer(async (server) => {
    try {
      await use(server, (...args) => {
        const child = spawn(process.execPath, ['--import', REGISTER, APP, ...args], {
          cwd: root,
          env: {
            PATH: process.env['PATH'],
            HOME: server.dataDir,
            OTEL_SERVICE_NAME: args[0],
            OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl,
            ...HEARTBEAT,
          },
          stdio: 'ignore',
        });
        children.push(child);
        return child;
      });
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  }, env);
}

async function listOf(server: ServerProcess, service: string): Promise<Operation[]> {
  const query = { service, limit: 200 };
  try {
    return (await clientOf(server).get('/api/v1/operations', { query })).data;
  } catch (error) {
    // Until its program has begun nobody has heard of a service.
    if (error instanceof ApiError && error.code === 'SERVICE_UNKNOWN') return [];
    throw error;
  }
}

/** The operation of a program, when it is judged so and has said what it is at. */
async function judged(
  server: ServerProcess,
  service: string,
  health: Operation['health'],
): Promise<Operation | undefined> {
  const [operation] = await eventually(
    () => listOf(server, service),
    ([found]) => found?.health === health && found.message !== null,
    60_000,
  );
  return operation;
}

test(
  'S2-03: a stopped, a looping, a killed and a blocked program are each named, and well again when they go on',
  { timeout: 180_000 },
  async () => {
    await withApps(async (server, start) => {
      const go = path.join(server.dataDir, 'go');
      const stopped = start('steady');
      const looping = start('loop');
      const blocked = start('block', go);
      await judged(server, 'steady', 'healthy');
      stopped.kill('SIGSTOP');
      const lost = await judged(server, 'steady', 'lost');
      expect(lost?.reason).toMatch(
        new RegExp(
          `^no news for .+, heartbeats come every 0.5 s; last: file-\\d+.txt; service steady, process ${stopped.pid} on host`,
        ),
      );
      stopped.kill('SIGCONT');
      const back = await judged(server, 'steady', 'healthy');
      expect(back?.id).toBe(lost?.id);

      const stalled = await judged(server, 'loop', 'stalled');
      expect(stalled?.reason).toMatch(/^alive, but at 3 of 3 files for/);
      looping.kill('SIGKILL');
      expect((await judged(server, 'loop', 'lost'))?.reason).toMatch(/^no news for/);

      const held = await judged(server, 'block', 'stalled');
      expect(held?.reason).toMatch(
        new RegExp(`^the event loop of process ${blocked.pid} on host .+ has been blocked for`),
      );
      await writeFile(go, '');
      const free = await judged(server, 'block', 'healthy');
      expect(free).toMatchObject({ id: held?.id, state: 'running' });

      // Whoever stood still says nothing of the event loop afterwards.
      const params = { id: lost?.id ?? '' };
      const events = await clientOf(server).get('/api/v1/operations/{id}/events', { params });
      expect(events.data.filter(({ blockedMs }) => blockedMs !== null)).toEqual([]);
      expect(events.data.length).toBeGreaterThan(2);
    });
  },
);

test(
  'S2-03: of a hundred operations that do well none is misjudged',
  { timeout: 120_000 },
  async () => {
    await withApps(async (server, start) => {
      const child = start('many');
      let seen = 0;
      const wrong: Operation[] = [];
      await eventually(
        async () => {
          const rows = await listOf(server, 'many');
          seen = Math.max(seen, rows.length);
          wrong.push(
            ...rows.filter(({ state, health }) => state === 'running' && health !== 'healthy'),
          );
          return { rows, isOver: child.exitCode !== null };
        },
        ({ rows, isOver }) => isOver && rows.every(({ state }) => state === 'ended'),
        60_000,
      );
      expect(wrong).toEqual([]);
      expect(seen).toBe(100);
      const rows = await listOf(server, 'many');
      expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['success']));
    });
  },
);

const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

test.each([
  ['main thread', ['open'], [], 1],
  ['thread of an app', ['thread'], [], 0],
  [`main thread with ${permission}`, ['open'], [permission, '--allow-fs-read=*'], 0],
] as const)(
  'an operation that is left open in the %s holds the program no longer than it would last',
  { timeout: 60_000 },
  async (_where, args, flags, threads) => {
    const ended = await runApp([...flags, '--require', REGISTER, APP, ...args], {
      env: { ...HEARTBEAT, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
    });
    expect(ended).toMatchObject({ code: 0, isKilled: false, stdout: `threads: ${threads}\n` });
  },
);
