/** A shop's events of half a year against a running server: retention and daily users are those that a script of its own counts. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, withServer, type ServerProcess } from './system/server-process.ts';

const folder = path.resolve(import.meta.dirname, '../../shared/fixtures/otlp');
const file = path.join(folder, 'retentioneering__retentioneering-tools/ecom.otlp-logs.jsonl.gz');
const present = existsSync(file);

interface Oracle {
  readonly ecom: {
    readonly events: number;
    readonly dau_first_10_days: Readonly<Record<string, number>>;
    readonly retention_day_exact: Readonly<
      Record<'D1' | 'D7' | 'D30', { readonly users: number; readonly returned: number }>
    >;
  };
}

const RANGE = { from: '2024-01-01', to: '2025-01-01', timeZone: 'UTC' };

/** Lands all requests of the file and waits until every event is there. */
async function land(server: ServerProcess, events: number): Promise<void> {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  for (const line of lines.filter((text) => text.trim() !== '')) {
    const answer = await fetch(`${server.otlpUrl}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync(line)),
    });
    expect(answer.status).toBe(200);
  }
  const read = async (): Promise<number> => {
    const { meta } = await clientOf(server).get('/api/v1/events', { query: RANGE });
    return meta.sampleSize.n;
  };
  expect(await eventually(read, (n) => n >= events, 60_000)).toBe(events);
}

describe.skipIf(!present)(
  'events of a shop (skipped where they are absent)',
  { timeout: 120_000 },
  () => {
    test('D1, D7 and D30, and daily users, are those of the oracle', async () => {
      const { ecom } = JSON.parse(readFileSync(path.join(folder, 'oracle.json'), 'utf8')) as Oracle;
      await withServer(async (server) => {
        await land(server, ecom.events);
        const definition = {
          start: 'event:any',
          return: 'event:any',
          period: 'day',
          // Days 0, 1, 2 to 6, 7, 8 to 29, 30.
          brackets: [1, 5, 1, 22, 1],
        };
        const { data } = await clientOf(server).post('/api/v1/retention/query', {
          body: { definition, ...RANGE },
        });
        const mean = data.series[0]?.mean ?? [];
        const { D1, D7, D30 } = ecom.retention_day_exact;
        expect([1, 3, 5].map((column) => [mean[column]?.size, mean[column]?.returned])).toEqual(
          [D1, D7, D30].map(({ users, returned }) => [users, returned]),
        );

        const stickiness = await clientOf(server).get('/api/v1/stickiness', {
          query: { ...RANGE, event: 'any' },
        });
        const daily = stickiness.data.days.filter(({ dau }) => dau > 0).slice(0, 10);
        expect(
          Object.fromEntries(daily.map(({ start, dau }) => [start.slice(0, 10), dau])),
        ).toEqual(ecom.dau_first_10_days);
      });
    });
  },
);
