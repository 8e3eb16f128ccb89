/** How the server starts, refuses to start, and stops. */
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, startServer, withDataDir, withServer } from './system/server-process.ts';

/** What a start that fails prints. */
async function refusal(dataDir: string, env: Readonly<Record<string, string>>): Promise<string> {
  try {
    const server = await startServer({ dataDir, env });
    await server.end('SIGKILL');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the server started');
}

const span = (traceId: string): string =>
  JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId: '1234567890abcdef',
                name: 'work',
                startTimeUnixNano: '1',
                endTimeUnixNano: '2',
              },
            ],
          },
        ],
      },
    ],
  });

const post = (
  otlpUrl: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('starting', () => {
  test('prints one line when it accepts data, and answers health and readiness', async () => {
    await withServer(async (server) => {
      expect(server.output().stdout).toMatch(
        /^heartwood ready {2}otlp=http:\/\/127\.0\.0\.1:\d+ grpc=127\.0\.0\.1:\d+ app=http:\/\/127\.0\.0\.1:\d+ data=\S+\n$/,
      );
      expect(server.output().stderr).toBe('');
      for (const route of ['healthz', 'readyz'])
        expect((await fetch(`${server.appUrl}/${route}`)).status).toBe(200);
    });
  });

  test('keeps data and folder for the owner alone', async () => {
    await withServer(async ({ dataDir, otlpUrl }) => {
      await post(otlpUrl, span('a'.repeat(32)));
      expect(statSync(path.join(dataDir, 'journal')).mode & 0o077).toBe(0);
    });
  });

  test('on the data of another server is refused with its pid, and the other goes on', async () => {
    await withServer(async (server) => {
      const message = await refusal(server.dataDir, {});
      expect(message).toContain('STORE_LOCKED');
      expect(message).toContain(String(server.child.pid));
      expect((await post(server.otlpUrl, span('b'.repeat(32)))).status).toBe(200);
      await eventually(
        async () => (await clientOf(server).get('/api/v1/system')).data.store.spans,
        (spans) => spans === 1,
      );
    });
  });

  test.each(['HEARTWOOD_API_PORT', 'HEARTWOOD_OTLP_HTTP_PORT', 'HEARTWOOD_OTLP_GRPC_PORT'])(
    'on a port that is taken names %s, and leaves the data free',
    async (variable) => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      await withDataDir(async (dataDir) => {
        const message = await refusal(dataDir, { [variable]: String(port) });
        expect(message).toContain('SERVER_PORT_IN_USE');
        expect(message).toContain(variable);
        const server = await startServer({ dataDir });
        await server.end('SIGTERM');
      });
      other.close();
    },
  );

  test('on an address that others can reach is refused without tokens', async () => {
    await withDataDir(async (dataDir) => {
      expect(await refusal(dataDir, { HEARTWOOD_HOST: '0.0.0.0' })).toContain(
        'HEARTWOOD_INGEST_TOKEN must be set',
      );
      expect(readdirSync(dataDir)).toEqual([]);
    });
  });

  test('with bad settings names all of them at once', async () => {
    await withDataDir(async (dataDir) => {
      const message = await refusal(dataDir, {
        HEARTWOOD_API_PORT: 'eighty',
        HEARTWOOD_MEMORY_MB: '-1',
      });
      expect(message).toContain('HEARTWOOD_API_PORT');
      expect(message).toContain('HEARTWOOD_MEMORY_MB');
    });
  });

  test('with tokens takes and answers only those who show them', async () => {
    const ingest = 'ingest-token-0123456789';
    const read = 'read-token-0123456789';
    await withServer(
      async (server) => {
        const body = span('c'.repeat(32));
        expect((await post(server.otlpUrl, body)).status).toBe(401);
        expect((await post(server.otlpUrl, body, { authorization: `Bearer ${read}` })).status).toBe(
          401,
        );
        expect(
          (await post(server.otlpUrl, body, { authorization: `Bearer ${ingest}` })).status,
        ).toBe(200);
        const ask = (token: string): Promise<Response> =>
          fetch(`${server.appUrl}/api/v1/features`, {
            headers: { authorization: `Bearer ${token}` },
          });
        expect((await ask(ingest)).status).toBe(401);
        expect((await ask(read)).status).toBe(200);
        expect(JSON.stringify(server.output())).not.toContain(ingest);
      },
      { HEARTWOOD_INGEST_TOKEN: ingest, HEARTWOOD_READ_TOKEN: read },
    );
  });
});

test('two servers with databases of their own do not share a journal', async () => {
  await withDataDir(async (dataDir) => {
    const first = await startServer({
      dataDir,
      env: { FEATURE_TRACKING_DB_PATH: `${dataDir}/one.db` },
    });
    const message = await refusal(dataDir, { FEATURE_TRACKING_DB_PATH: `${dataDir}/two.db` });
    expect(message).toContain('STORE_LOCKED');
    expect((await post(first.otlpUrl, span('f'.repeat(32)))).status).toBe(200);
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(readdirSync(dataDir)).toContain('one.db');
  });
});

describe('stopping', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lands what was acknowledged and ends with 0',
    async (signal) => {
      await withDataDir(async (dataDir) => {
        const first = await startServer({ dataDir });
        expect((await post(first.otlpUrl, span('d'.repeat(32)))).status).toBe(200);
        expect(await first.end(signal)).toEqual({ code: 0, signal: null });
        const second = await startServer({ dataDir });
        const { data } = await clientOf(second).get('/api/v1/system');
        expect(data.store.spans).toBe(1);
        await second.end('SIGTERM');
      });
    },
  );

  test('after kill -9 the next start finds what was acknowledged', async () => {
    await withDataDir(async (dataDir) => {
      const first = await startServer({ dataDir });
      expect((await post(first.otlpUrl, span('e'.repeat(32)))).status).toBe(200);
      await first.end('SIGKILL');
      const second = await startServer({ dataDir });
      await eventually(
        async () => (await clientOf(second).get('/api/v1/system')).data.store.spans,
        (spans) => spans === 1,
      );
      await second.end('SIGTERM');
    });
  });
});
