/** Operations end to end: a real program tells a real server, which tells whoever asks, before and after it was killed. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { OPERATION_EVENTS, type OperationEventKind } from '@heartwood/semconv';
import type { AnswerOf } from '@heartwood/api/client';
import { expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { runApp } from './system/app-process.ts';
import {
  eventually,
  startServer,
  withDataDir,
  withServer,
  type ServerProcess,
} from './system/server-process.ts';

const root = path.resolve(import.meta.dirname, '..');
const app = path.join(root, 'test/apps/cli-progress/app.mjs');
const CLI = path.join(root, 'packages/cli/bin/heartwood.js');

type Operation = AnswerOf<'/api/v1/operations'>['data'][number];

const list = async (server: ServerProcess): Promise<Operation[]> =>
  (await clientOf(server).get('/api/v1/operations')).data;

test('S2-10 S2-11 S2-12 an operation of a program is listed while it runs, and when it is over', async () => {
  await withServer(async (server) => {
    const child = spawn(
      process.execPath,
      ['--import', '@heartwood/instrumentation/register', app, 'wait'],
      {
        cwd: root,
        env: {
          PATH: process.env['PATH'],
          HOME: server.dataDir,
          OTEL_SERVICE_NAME: 'importer',
          OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl,
        },
      },
    );
    try {
      const [running] = await eventually(
        () => list(server),
        (rows) => rows.length > 0,
      );
      expect(running).toMatchObject({
        feature: 'import_files',
        service: 'importer',
        component: 'importer',
        description: 'Imports a folder',
        state: 'running',
        health: 'healthy',
        total: 20,
        unit: 'files',
        pid: child.pid,
        notes: [],
      });
      child.stdin.write('go\n');
      const [over] = await eventually(
        () => list(server),
        ([row]) => row?.state === 'ended',
      );
      expect(over).toMatchObject({ id: running?.id, status: 'success', current: 20, fraction: 1 });
      const id = running?.id ?? '';
      const events = await eventually(
        async () =>
          (await clientOf(server).get('/api/v1/operations/{id}/events', { params: { id } })).data,
        (rows) => rows.at(-1)?.kind === 'end',
      );
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index));
    } finally {
      child.kill('SIGKILL');
    }
  });
});

type Facts = Readonly<Record<string, string | number>>;

const attributesOf = (facts: Facts): object[] =>
  Object.entries(facts).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
  }));

async function tell(
  server: ServerProcess,
  kind: OperationEventKind,
  facts: Facts,
  clockAheadNs = 0n,
): Promise<void> {
  const attributes = attributesOf({ 'feature.name': 'import', ...facts });
  const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n + clockAheadNs);
  const logRecords = [{ timeUnixNano, eventName: OPERATION_EVENTS[kind], attributes }];
  const response = await fetch(`${server.otlpUrl}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  });
  expect(response.status).toBe(200);
}

const STEADY = [
  'id',
  'state',
  'status',
  'current',
  'total',
  'message',
  'startedAt',
  'endedAt',
  'notes',
] as const;

/** What does not depend on the moment of the question. */
const steady = (rows: readonly Operation[]): unknown[] =>
  rows
    .map((row) => STEADY.map((key) => row[key]))
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

test('TRAP S2-b a server that is killed lists the same operations when it is back', async () => {
  await withDataDir(async (dataDir) => {
    const server = await startServer({ dataDir });
    let again: ServerProcess | undefined;
    try {
      const ids = Array.from({ length: 12 }, (_, index) => `op-${String(index)}`);
      for (const id of ids) {
        await tell(server, 'start', { 'feature.operation.id': id, 'feature.operation.total': 9 });
        await tell(server, 'progress', {
          'feature.operation.id': id,
          'feature.operation.current': 1,
        });
      }
      // These have landed, and the one that is over is in its table.
      await tell(server, 'end', { 'feature.operation.id': 'op-0', 'feature.status': 'failed' });
      await eventually(
        async () => (await clientOf(server).get('/api/v1/logs', { query: { limit: 100 } })).data,
        (rows) => rows.length === 25,
      );
      // Of these only the journal knows when the server is killed.
      for (const id of ids.slice(1))
        await tell(server, 'progress', {
          'feature.operation.id': id,
          'feature.operation.current': 5,
          'feature.operation.message': 'half of it',
        });
      await tell(server, 'paused', { 'feature.operation.id': 'op-3' });
      await tell(server, 'end', { 'feature.operation.id': 'op-4', 'feature.status': 'success' });
      const before = await list(server);
      await server.end('SIGKILL');
      again = await startServer({ dataDir });
      expect(steady(await list(again))).toEqual(steady(before));
      expect(before).toHaveLength(12);
    } finally {
      await server.end('SIGKILL');
      await again?.end('SIGKILL');
    }
  });
});

/** Letters of a terminal that are no text, the end of a line left out. */
const controlsIn = (text: string): string[] =>
  (text.match(/\p{Cc}/gu) ?? []).filter((letter) => letter !== '\n');

const HOUR_NS = 3_600_000_000_000n;

test(
  'operations of apps that say odd things are listed with what is odd about them, and harm no terminal',
  { timeout: 90_000 },
  async () => {
    await withServer(async (server) => {
      const counted = (current: number, total: number): Facts => ({
        'feature.operation.current': current,
        'feature.operation.total': total,
      });
      const of = (id: string, facts: Facts = {}): Facts => ({
        'feature.operation.id': id,
        ...facts,
      });
      const timed = (seconds: number): Facts => ({ 'feature.operation.duration': seconds });
      const ended = (status: string): Facts => ({ 'feature.status': status });
      const name = 'sync\u001B[31m\u001B]0;owned\u0007';
      await tell(server, 'start', of('over', counted(0, 10)));
      await tell(server, 'progress', of('over', counted(12, 10)));
      await tell(server, 'start', of('changed', counted(0, 10)));
      await tell(server, 'progress', of('changed', counted(5, 20)));
      await tell(server, 'start', of('clock', timed(0)));
      await tell(server, 'heartbeat', of('clock', timed(1)), HOUR_NS);
      await tell(server, 'heartbeat', of('clock', timed(2)), -HOUR_NS);
      await tell(server, 'end', of('endless', { ...timed(5), ...ended('success') }));
      await tell(server, 'start', of('twice'));
      await tell(server, 'end', of('twice', ended('success')));
      await tell(server, 'end', of('twice', ended('failed')));
      await tell(server, 'heartbeat', of('unknown', timed(3)));
      await tell(
        server,
        'start',
        of('large', { 'feature.operation.message': 'x'.repeat(1 << 20) }),
      );
      await tell(
        server,
        'start',
        of('\u001B[2Jansi', { 'feature.name': name, 'feature.operation.message': name }),
      );
      const rows = await list(server);
      const notes = Object.fromEntries(rows.map((row) => [row.id, row.notes]));
      expect(notes).toMatchObject({
        over: ['over_total'],
        changed: ['total_changed'],
        clock: expect.arrayContaining(['clock_jumped']),
        endless: ['start_unknown'],
        twice: ['two_ends'],
        unknown: ['start_unknown'],
        large: [],
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      expect(byId.get('over')).toMatchObject({ fraction: 0.99, health: 'healthy' });
      expect(byId.get('changed')).toMatchObject({ fraction: 0.25 });
      expect(byId.get('clock')).toMatchObject({ health: 'healthy', state: 'running' });
      expect(byId.get('clock')?.durationMs).toBeLessThan(60_000);
      expect(byId.get('endless')).toMatchObject({ state: 'ended', durationMs: 5000 });
      expect(byId.get('twice')).toMatchObject({ status: 'success' });
      expect(byId.get('unknown')).toMatchObject({ state: 'running', health: 'healthy' });
      expect(byId.get('large')?.message).toHaveLength(1024);
      // The API gives names as they are; the terminal gets none of their control characters.
      expect(rows.map(({ feature }) => feature)).toContain(name);
      for (const args of [
        ['operations', 'list'],
        ['logs', 'show', '--all'],
      ]) {
        // Operations are told of at once, log records when they have landed.
        const { code, stdout } = await eventually(
          () => runApp([CLI, ...args], { env: { HEARTWOOD_URL: server.appUrl } }),
          (ended) => ended.code !== 0 || ended.stdout.includes('sync'),
        );
        expect([code, controlsIn(stdout)]).toEqual([0, []]);
      }
    });
  },
);
