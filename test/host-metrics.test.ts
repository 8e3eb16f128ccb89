/** What a process of an app uses, from OpenTelemetry's own instrumentations of host and runtime to the answer about its features. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, withServer } from './system/server-process.ts';

const APP = path.join(import.meta.dirname, 'apps/host-metrics/app.mjs');

test('S3-93, S4-20: CPU, memory and event loop of an app, joined to the features that ran in it', async () => {
  await withServer(async (server) => {
    const app = spawn(process.execPath, [APP], {
      env: { PATH: process.env['PATH'], OTLP_URL: server.otlpUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    app.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
    expect(await once(app, 'close')).toEqual([0, null]);
    const client = clientOf(server);
    const answer = await eventually(
      async () =>
        // Unknown until it has landed.
        await client
          .get('/api/v1/features/{name}/resources', { params: { name: 'idle' } })
          .catch(() => undefined),
      (told) =>
        typeof told?.data.during.cpuCores === 'object' && told.data.during.cpuCores !== null,
    );
    const data = answer?.data;
    expect(data).toMatchObject({ runs: 1, processes: 1 });
    expect(data?.during.memoryBytes?.mean).toBeGreaterThan(1_000_000);
    const resources = await client.get('/api/v1/system/resources', {
      query: { service: 'burner', since: '10m' },
    });
    expect(resources.data).toHaveLength(1);
    expect(resources.data[0]).toMatchObject({
      service: 'burner',
      numbers: {
        cpuUse: expect.any(Number),
        machineCpu: expect.any(Number),
        machineMemory: expect.any(Number),
        loopDelayMs: expect.any(Number),
      },
    });
    // It burned what the machine gave it for most of the time in which it lived.
    const cores = Number(said);
    expect(resources.data[0]?.numbers.cpuCores).toBeGreaterThan(cores / 4);
    expect(resources.data[0]?.numbers.cpuCores).toBeLessThan(cores * 4);
  });
});
