/** Apps that log with pino, winston and the log bridge of OpenTelemetry, and what of it is found again on a server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { REGISTER, root, runApp } from './system/app-process.ts';
import { eventually, type ServerProcess, startServer } from './system/server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ dataDir: await mkdtemp(path.join(tmpdir(), 'heartwood-')) });
});

afterAll(async () => {
  await server.end('SIGKILL');
  await rm(server.dataDir, { recursive: true, force: true });
});

test.each([
  ['pino', '--require', 'test/apps/pino/app.cjs', '@opentelemetry/instrumentation-pino'],
  ['winston', '--import', 'test/apps/winston/app.mjs', '@opentelemetry/winston-transport'],
  ['bridge', '--import', 'test/apps/log-bridge/app.mjs', 'shop'],
])(
  'S2-04: what an app logs with %s comes with severity, trace, component, session, feature and error',
  async (service, flag, app, scope) => {
    const ended = await runApp([flag, REGISTER, path.join(root, app)], {
      env: { OTEL_SERVICE_NAME: service, OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl },
    });
    expect(ended.code).toBe(0);
    const client = clientOf(server);
    const rows = await eventually(
      async () => {
        const { data } = await client.get('/api/v1/logs', { query: { limit: 100 } });
        return data.filter((row) => row.service === service);
      },
      (found) => found.length >= 3,
    );
    const feature = { feature: 'checkout', component: 'cart', session: 'visit-1' };
    expect(rows.toSorted((a, b) => a.severityNumber - b.severityNumber)).toMatchObject([
      {
        body: 'not in a feature',
        severity: 'debug',
        severityText: 'debug',
        traceId: null,
        component: service,
        feature: null,
        scope: { name: scope },
      },
      { ...feature, body: 'order of 3 items', severity: 'info', attributes: { items: 3 } },
      {
        ...feature,
        body: 'payment failed',
        severity: 'error',
        attributes: {
          'exception.type': 'RangeError',
          'exception.message': 'card 7 was refused',
        },
      },
    ]);
    const [run] = await eventually(
      async () => (await client.get('/api/v1/records', { query: { service } })).data,
      (found) => found.length > 0,
    );
    const traces = rows.filter(({ session }) => session !== null).map(({ traceId }) => traceId);
    expect(traces).toEqual([run?.traceId, run?.traceId]);
    const bySession = await client.get('/api/v1/logs', {
      query: { service, session: 'visit-1', feature: 'checkout', component: 'cart' },
    });
    expect(bySession.data).toHaveLength(2);
  },
);
