/** A shop's events of half a year against a running server: every number is the one that a script of its own counts. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, withServer, type ServerProcess } from './system/server-process.ts';

const folder = path.resolve(import.meta.dirname, '../../shared/fixtures/otlp');
const file = path.join(folder, 'retentioneering__retentioneering-tools/ecom.otlp-logs.jsonl.gz');
const present = existsSync(file);

type Counts = Readonly<Record<string, number>>;

interface Oracle {
  readonly events: number;
  readonly users: number;
  readonly sessions: number;
  readonly by_event: Counts;
  readonly users_by_event: Counts;
  readonly events_by_platform: Counts;
  readonly dau_first_10_days: Counts;
  /** Sessions that got to each step; its name follows its number. */
  readonly session_funnel_ordered: Counts;
  readonly retention_day_exact: Readonly<
    Record<'D1' | 'D7' | 'D30', { readonly users: number; readonly returned: number }>
  >;
}

/** An OTLP request with one resource and one scope, as the file has them. */
interface Request {
  readonly resourceLogs: readonly [
    { readonly scopeLogs: readonly [{ readonly logRecords: readonly object[] }] },
  ];
}

const RANGE = { from: '2024-01-01', to: '2025-01-01', timeZone: 'UTC' };

const readOracle = (): Oracle =>
  (JSON.parse(readFileSync(path.join(folder, 'oracle.json'), 'utf8')) as { ecom: Oracle }).ecom;

const readRequests = (): Request[] =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Request);

/** Lands the requests and waits until every event is there. */
async function land(
  server: ServerProcess,
  requests: readonly Request[],
  events: number,
): Promise<void> {
  for (const request of requests) {
    const answer = await fetch(`${server.otlpUrl}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync(JSON.stringify(request))),
    });
    expect(answer.status).toBe(200);
  }
  const read = async (): Promise<number> => {
    const { meta } = await clientOf(server).get('/api/v1/events', { query: RANGE });
    return meta.sampleSize.n;
  };
  expect(await eventually(read, (n) => n >= events, 60_000)).toBe(events);
}

/** Everything that is asked of the events here. */
async function ask(server: ServerProcess, steps: readonly string[]) {
  const client = clientOf(server);
  const events = await client.get('/api/v1/events', { query: { ...RANGE, limit: 200 } });
  const platforms = await client.get('/api/v1/events', { query: { ...RANGE, by: 'platform' } });
  const funnel = await client.post('/api/v1/funnels/query', {
    body: {
      ...RANGE,
      definition: { unit: 'session', window: '366d', steps: steps.map((name) => `event:${name}`) },
    },
  });
  const retention = await client.post('/api/v1/retention/query', {
    body: {
      ...RANGE,
      definition: {
        start: 'event:any',
        return: 'event:any',
        period: 'day',
        // Days 0, 1, 2 to 6, 7, 8 to 29, 30.
        brackets: [1, 5, 1, 22, 1],
      },
    },
  });
  const entered = async (unit: 'user' | 'session'): Promise<number> => {
    const { data } = await client.post('/api/v1/funnels/query', {
      body: { ...RANGE, definition: { unit, steps: ['event:any', 'event:purchase'] } },
    });
    return data.entered;
  };
  const stickiness = await client.get('/api/v1/stickiness', { query: { ...RANGE, event: 'any' } });
  return {
    users: await entered('user'),
    sessions: await entered('session'),
    events: events.data,
    platforms: platforms.data,
    funnel: funnel.data,
    retention: retention.data,
    days: stickiness.data.days,
  };
}

/** The same records in requests of half the size, in another order, each of them sent twice. */
function rearrange(requests: readonly Request[]): Request[] {
  const halves = requests.flatMap((request) => {
    const [resource] = request.resourceLogs;
    const [scope] = resource.scopeLogs;
    const middle = scope.logRecords.length >> 1;
    return [scope.logRecords.slice(middle).toReversed(), scope.logRecords.slice(0, middle)].map(
      (logRecords): Request => ({
        resourceLogs: [{ ...resource, scopeLogs: [{ ...scope, logRecords }] }],
      }),
    );
  });
  return halves.toReversed().flatMap((request) => [request, request]);
}

const byName = (rows: readonly (readonly [string | null, number])[]): Counts =>
  Object.fromEntries(rows.map(([name, count]) => [String(name), count]));

describe.skipIf(!present)(
  'events of a shop (skipped where they are absent)',
  { timeout: 240_000 },
  () => {
    test('S4-82: every number is that of the oracle, and stays when requests are split, reordered and sent twice', async () => {
      const oracle = readOracle();
      const steps = Object.keys(oracle.session_funnel_ordered).map((key) =>
        key.replace(/^\d+ /u, ''),
      );
      const requests = readRequests();
      const asked = await withServer(async (server) => {
        await land(server, requests, oracle.events);
        return ask(server, steps);
      });

      expect([asked.users, asked.sessions]).toEqual([oracle.users, oracle.sessions]);
      expect(byName(asked.events.map(({ event, records }) => [event, records]))).toEqual(
        oracle.by_event,
      );
      expect(byName(asked.events.map(({ event, users }) => [event, users]))).toEqual(
        oracle.users_by_event,
      );
      expect(byName(asked.platforms.map(({ group, records }) => [group, records]))).toEqual(
        oracle.events_by_platform,
      );
      expect(asked.funnel.steps.map(({ converted }) => converted)).toEqual(
        Object.values(oracle.session_funnel_ordered),
      );
      const mean = asked.retention.series[0]?.mean ?? [];
      const { D1, D7, D30 } = oracle.retention_day_exact;
      expect([1, 3, 5].map((column) => [mean[column]?.size, mean[column]?.returned])).toEqual(
        [D1, D7, D30].map(({ users, returned }) => [users, returned]),
      );
      const daily = asked.days.filter(({ dau }) => dau > 0).slice(0, 10);
      expect(byName(daily.map(({ start, dau }) => [start.slice(0, 10), dau]))).toEqual(
        oracle.dau_first_10_days,
      );

      const again = await withServer(async (server) => {
        await land(server, rearrange(requests), oracle.events);
        return ask(server, steps);
      });
      expect(again).toEqual(asked);
    });
  },
);
