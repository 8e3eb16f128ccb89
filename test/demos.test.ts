/** Programs that show what can be done, run as people run them against a server. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { REGISTER, root, runApp, type Ended } from './system/app-process.ts';
import { eventually, type ServerProcess, withServer } from './system/server-process.ts';

const appFile = (name: string): string => path.join(root, 'test/apps', name);

const run = (server: ServerProcess, args: readonly string[]): Promise<Ended> =>
  runApp(args, {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl,
      HEARTWOOD_LOG_DIR: path.join(server.dataDir, 'status'),
      HEARTWOOD_QUIET: 'true',
      TMPDIR: server.dataDir,
    },
  });

const preload = ['--import', REGISTER];

test(
  'S2-90: the long sync says how to watch it, fails cleanly, and leaves its operations on the server',
  { timeout: 90_000 },
  async () => {
    await withServer(async (server) => {
      const sync = [...preload, appFile('long-sync/app.mjs')];
      const well = await run(server, [...sync, '--days', '3', '--verbose', '--performance-report']);
      expect(well).toMatchObject({ code: 0, stderr: '' });
      expect(well.stdout).toMatch(/heartwood monitor operations --feature sync_conversations/);
      expect(well.stdout.match(/^day \d: 20 conversations/gm)).toHaveLength(3);
      expect(well.stdout).toMatch(
        /under way 0, over 1\nperformance: 3 of 3 days, \d+ conversations/,
      );
      const failed = await run(server, [...sync, '--fail-on-day', '2']);
      expect(failed).toMatchObject({ code: 1 });
      expect(failed.stderr).toContain('The sync failed: day 2 cannot be read');
      expect(readdirSync(path.join(server.dataDir, 'status'))).toContain(
        'completed_processes.json',
      );
      expect(readdirSync(server.dataDir).filter((name) => name.startsWith('long-sync'))).toEqual(
        [],
      );
      const operations = await eventually(
        async () => (await clientOf(server).get('/api/v1/operations')).data,
        (rows) => rows.length === 2 && rows.every(({ state }) => state === 'ended'),
      );
      const [shown] = /op-[\w-]+/.exec(well.stdout) ?? [];
      expect(operations.find(({ id }) => id === shown)).toMatchObject({
        status: 'success',
        current: 60,
        message: '60 conversations',
      });
      expect(operations.find(({ id }) => id !== shown)).toMatchObject({
        status: 'failed',
        current: 40,
      });
    });
  },
);

test(
  'S3-72: the demo of the database logger shows every kind of entry, slow and failing calls, and what the day came to',
  { timeout: 90_000 },
  async () => {
    await withServer(async (server) => {
      const folder = path.join(server.dataDir, 'database_logs');
      const ended = await run(server, [...preload, appFile('database-log/demo.mjs'), folder]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const titles = [...ended.stdout.matchAll(/^== (.+)$/gm)].map(([, title]) => title);
      expect(titles).toHaveLength(6);
      expect(ended.stdout).toContain('caught: no such lead');
      expect(ended.stdout).toMatch(/"operations": 7,\n +"success_rate": 0\.85/);
      const rows = await eventually(
        async () => (await clientOf(server).get('/api/v1/entries', { query: { limit: 100 } })).data,
        (found) => found.length === 11,
      );
      expect(new Set(rows.map(({ type }) => type))).toEqual(
        new Set([
          'database_operation',
          'sync_operation',
          'migration_operation',
          'performance_metrics',
          'error_log',
          'monitoring_data',
        ]),
      );
    });
  },
);

test(
  'S0-78: a span processor and a listener of the app get the same beside ours',
  { timeout: 90_000 },
  async () => {
    await withServer(async (server) => {
      const ended = await run(server, [appFile('own-outputs/app.mjs')]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(ended.stdout)).toEqual({
        started: ['checkout', 'import'],
        ended: [
          ['checkout', 'success'],
          ['import', 'success'],
        ],
        operations: [
          ['start', 'import', null],
          ['progress', 'import', 1],
          ['progress', 'import', 2],
          ['end', 'import', 2],
        ],
      });
      const features = await eventually(
        async () => (await clientOf(server).get('/api/v1/records')).data,
        (rows) => rows.length === 2,
      );
      expect(features.map(({ feature }) => feature).toSorted()).toEqual(['checkout', 'import']);
      const operations = (await clientOf(server).get('/api/v1/operations')).data;
      expect(operations).toMatchObject([{ feature: 'import', status: 'success', current: 2 }]);
    });
  },
);
