/** Apps as they are, over the wire, into the API: exact counts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, type ServerProcess, withServer } from './system/server-process.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Runs a program to its end; fails with its output when it does not end well. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code, output).toBe(0);
  return output;
}

const SINCE = { since: '1h' } as const;

const featureRows = async (server: ServerProcess, service?: string) =>
  (await clientOf(server).get('/api/v1/features', { query: { ...SINCE, service } })).data;

test(
  'an app with the plain OpenTelemetry SDK is seen with exact counts, over each encoding and compression',
  { timeout: 60_000 },
  async () => {
    await withServer(async (server) => {
      const ways = [
        ['protobuf', 'none'],
        ['protobuf', 'gzip'],
        ['json', 'none'],
        ['json', 'gzip'],
      ] as const;
      for (const [encoding, compression] of ways) {
        const service = `plain-${encoding}-${compression}`;
        await run(['test/apps/plain-sdk.mjs'], {
          OTLP_URL: server.otlpUrl,
          OTLP_ENCODING: encoding,
          OTLP_COMPRESSION: compression,
          SERVICE_NAME: service,
          REQUESTS: '70',
        });
        // Not by its name before it is known: the answer would be that there is no such service.
        await eventually(
          async () => (await clientOf(server).get('/api/v1/services', { query: SINCE })).data,
          (rows) => rows.find((one) => one.service === service)?.spans === 140,
        );
        const [row, ...others] = await featureRows(server, service);
        expect(others).toEqual([]);
        expect(row).toMatchObject({
          feature: 'GET /orders/:id',
          category: 'web_interface',
          component: service,
          runs: 70,
          success: 63,
          failed: 7,
          successRate: 0.9,
        });
        const query = { ...SINCE, service };
        const services = await clientOf(server).get('/api/v1/services', { query });
        expect(services.data).toMatchObject([{ service, spans: 140, errors: 7 }]);
      }
      expect(await featureRows(server)).toMatchObject([{ runs: 4 * 70 }]);
    });
  },
);

describe('an app that records only failures', () => {
  test('has counts and no rates, and the answers say why', async () => {
    await withServer(async (server) => {
      const span = (id: string, attributes: Record<string, string>): object => ({
        traceId: id.repeat(32),
        spanId: id.repeat(16),
        name: 'run',
        startTimeUnixNano: `${String(Date.now() - 1000)}000000`,
        endTimeUnixNano: `${String(Date.now())}000000`,
        status: { code: 2 },
        attributes: Object.entries(attributes).map(([key, stringValue]) => ({
          key,
          value: { stringValue },
        })),
      });
      const spans = [
        span('1', { 'feature.name': 'export', 'feature.filter': 'failures_only' }),
        span('2', { 'feature.name': 'browse' }),
      ];
      const response = await fetch(`${server.otlpUrl}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
      });
      expect(response.status).toBe(200);
      await eventually(
        () => featureRows(server),
        (rows) => rows.length === 2,
      );
      const client = clientOf(server);
      const query = { since: '1h' } as const;
      const features = await client.get('/api/v1/features', {
        query: { ...query, sort: 'feature' },
      });
      expect(features.data).toMatchObject([
        { feature: 'browse', runs: 1, failed: 1, successRate: 0 },
        { feature: 'export', runs: 1, failed: 1, successRate: null },
      ]);
      const said = expect.stringMatching(/^1 of 2 runs .* leave out other runs/u) as string;
      expect(features.meta.warnings).toContainEqual(said);
      expect((await client.get('/api/stats', { query })).data.successRate).toBeNull();
      const services = await client.get('/api/v1/services', { query });
      expect(services.data).toMatchObject([{ spans: 2, errors: 2, errorRate: null }]);
      expect(services.meta.warnings).toEqual([
        expect.stringMatching(/^1 of 2 spans .* leave out other runs/u) as string,
      ]);
      const stats = await run(['packages/cli/bin/heartwood.js', 'feature-stats', 'export'], {
        HEARTWOOD_URL: server.appUrl,
      });
      expect(stats).toMatch(/success +[–-]/u);
      expect(stats).toContain('leave out other runs');
    });
  });
});

describe('the command line', () => {
  const CLI = 'packages/cli/bin/heartwood.js';

  test('lists what the server knows, and says 4 when there is no server', async () => {
    await withServer(async (server) => {
      await run(['test/apps/plain-sdk.mjs'], {
        OTLP_URL: server.otlpUrl,
        OTLP_ENCODING: 'json',
        REQUESTS: '10',
      });
      await eventually(
        () => featureRows(server),
        (rows) => rows[0]?.runs === 10,
      );
      const env = { HEARTWOOD_URL: server.appUrl };
      expect(await run([CLI, 'list-features', '--quiet'], env)).toContain('GET /orders/:id');
      const stats = JSON.parse(await run([CLI, 'feature-stats', 'GET /orders/:id', '--json'], env));
      expect(stats.data).toMatchObject({ runs: 10, failed: 1 });
      const records = JSON.parse(
        await run([CLI, 'list-records', '--status', 'failed', '--json', '--quiet'], env),
      );
      expect(records.data).toHaveLength(1);
      await server.end('SIGTERM');
      const late = spawn(process.execPath, [CLI, 'list-features'], {
        cwd: root,
        env: { PATH: process.env['PATH'], ...env },
        stdio: 'ignore',
      });
      expect(await once(late, 'exit')).toEqual([4, null]);
    });
  });
});
