/** Sessions end to end: what a tracker of a program says of its sessions is what the server tells, and builds are reported. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, withServer } from './system/server-process.ts';

const root = path.resolve(import.meta.dirname, '..');
const app = path.join(root, 'test/apps/tracker.mjs');

test('S0-03 S0-04 S0-05 S0-06 S0-14 S0-60 a build that a program tracks is told and reported as it was', async () => {
  await withServer(async (server) => {
    const child = spawn(
      process.execPath,
      ['--import', '@heartwood/instrumentation/register', app],
      {
        cwd: root,
        env: {
          PATH: process.env['PATH'],
          HOME: server.dataDir,
          OTEL_SERVICE_NAME: 'builder',
          OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl,
        },
      },
    );
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const said = JSON.parse(line.toString()) as Record<string, unknown>;
      const client = clientOf(server);
      const query = { kind: 'work' } as const;
      const rows = await eventually(
        async () => (await client.get('/api/v1/sessions', { query })).data,
        (found) =>
          found.length === 4 &&
          found.some(({ component, state }) => component === 'left_open' && state === 'active') &&
          found.some(({ runs }) => runs === 2),
      );
      const deploy = rows.find(({ component }) => component === 'deploy_step');
      expect(deploy).toMatchObject({
        id: said['id'],
        state: said['state'],
        pauseCount: said['pauseCount'],
        metadata: { 'ci.mode': 'true', 'ci.build': '17' },
        notes: [],
      });
      // Sent as seconds, so that a double may differ in its last digit.
      expect(deploy?.activeMs).toBeCloseTo(Number(said['activeMs']), 6);
      expect(deploy?.pausedMs).toBeCloseTo(Number(said['pausedMs']), 6);
      const { data: build } = await client.get('/api/v1/sessions', {
        query: { component: 'build_process' },
      });
      expect(build.map(({ previousId }) => previousId)).toEqual([build.at(1)?.id, null]);
      const { data: report } = await client.get('/api/v1/sessions/report', {
        query: { format: 'junit', component: 'build_process' },
      });
      expect(report).toMatchObject({ tests: 3, failures: 1, errors: 0, skipped: 0 });
      expect(
        report.suites.flatMap(({ cases }) => cases.map((one) => [one.name, one.type])),
      ).toEqual([
        ['session', null],
        ['compile', null],
        ['link', 'TypeError'],
      ]);
      expect(report.text).toContain('message="no such symbol &lt;main&gt;"');
      const { data: summary } = await client.get('/api/v1/sessions/summary');
      expect(summary).toMatchObject({ sessions: 4, openSessions: 1, pauseCount: 1 });
    } finally {
      child.kill('SIGKILL');
    }
  });
});
