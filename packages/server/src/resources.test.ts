import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerOf } from '@heartwood/api/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  countBusy,
  countMinutes,
  type OracleMinute,
} from '../../kpi/src/testing/resource-oracle.ts';
import {
  drawResourceWorld,
  toMetricRequest,
  toTraceRequest,
  type ResourceWorld,
} from '../../kpi/src/testing/resource-world.ts';
import { compose, type Server } from './compose.ts';
import { parseConfig } from './config.ts';

type Resources = AnswerOf<'/api/v1/system/resources'>;
type OfFeature = AnswerOf<'/api/v1/features/{name}/resources'>;

const WORLDS = Math.max(20, Number(process.env['HEARTWOOD_WORLDS'] ?? 0));
const MINUTE_MS = 60_000;
const TO_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 30 * MINUTE_MS;
const FROM_MS = TO_MS - 90 * MINUTE_MS;

const worlds = Array.from({ length: WORLDS }, (_, seed) => drawResourceWorld(seed, FROM_MS, TO_MS));

let dataDir: string;
let server: Server;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-resources-'));
  server = await compose(
    parseConfig({
      HEARTWOOD_DATA_DIR: dataDir,
      HEARTWOOD_OTLP_HTTP_PORT: '0',
      HEARTWOOD_OTLP_GRPC_PORT: '0',
      HEARTWOOD_API_PORT: '0',
      HEARTWOOD_MIN_FREE_DISK_MB: '0',
      HEARTWOOD_SELF_METRICS_INTERVAL: '1s',
    }),
    () => undefined,
  );
  for (const world of [...worlds, BURNER]) {
    await send('metrics', toMetricRequest(world));
    await send('traces', toTraceRequest(world));
  }
  // What was sent last is the last to land.
  await vi.waitFor(
    async () => {
      const url = `/api/v1/features/${BURNER.feature}/resources?${RANGE}`;
      const { data } = await get<Partial<OfFeature>>(url);
      if (data?.runs !== 2) throw new Error('has not landed yet');
    },
    { timeout: 20_000, interval: 100 },
  );
}, 60_000);

afterAll(async () => {
  await server.stop(10_000);
  rmSync(dataDir, { recursive: true, force: true });
});

const RANGE = `from=${new Date(FROM_MS).toISOString()}&to=${new Date(TO_MS).toISOString()}`;

/** Burns a core while the feature runs in it, and sleeps before and after. */
const BURNER: ResourceWorld = {
  service: 'burner',
  feature: 'burn',
  processes: [
    {
      resource: { 'service.instance.id': 'burner-1' },
      points: Array.from({ length: 60 }, (_, minute) => ({
        metric: 'process.cpu.time',
        attributes: { 'cpu.mode': 'user' },
        atMs: FROM_MS + minute * MINUTE_MS,
        startMs: FROM_MS,
        isDelta: false,
        // A minute's worth of CPU time in each of the minutes 21 to 30.
        value: 60 * Math.min(10, Math.max(0, minute - 20)),
      })),
      runs: [
        { fromMs: FROM_MS + 21 * MINUTE_MS, toMs: FROM_MS + 31 * MINUTE_MS - 1, memoryMb: 100 },
        { fromMs: FROM_MS + 22 * MINUTE_MS, toMs: FROM_MS + 22 * MINUTE_MS + 10, memoryMb: 300 },
      ],
    },
  ],
};

async function send(signal: string, body: object): Promise<void> {
  const sent = await fetch(`${server.otlpUrl}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(await sent.json()).toEqual({});
}

async function get<Answer>(url: string): Promise<Answer> {
  const response = await fetch(`${server.appUrl}${url}`);
  return (await response.json()) as Answer;
}

const NUMBERS = ['cpuCores', 'cpuUse', 'memoryBytes', 'machineCpu', 'loopDelayMs'] as const;

/** Equal but for the last digits, in which sums in another order differ. */
const isSame = (a: number | null | undefined, b: number | null | undefined): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
    : (a ?? null) === (b ?? null);

describe('random worlds', () => {
  test.each(worlds.map((world) => [world.service, world] as const))(
    '%s: every process uses in every minute what its points say',
    async (service, { processes }) => {
      const { data } = await get<Resources>(
        `/api/v1/system/resources?service=${service}&interval=1m&${RANGE}`,
      );
      expect(data).toHaveLength(processes.length);
      const wrong = processes.flatMap((process) => {
        const { resource } = process;
        const own = data.find(
          ({ instance, pid }) =>
            (instance ?? pid) ===
            String(resource['service.instance.id'] ?? resource['process.pid']),
        );
        const minutes = countMinutes(process, FROM_MS, TO_MS);
        expect(own?.points).toHaveLength((TO_MS - FROM_MS) / MINUTE_MS);
        return (own?.points ?? []).flatMap((point, index) => {
          const minute: OracleMinute = minutes.get(FROM_MS / MINUTE_MS + index) ?? {};
          return NUMBERS.filter((name) => !isSame(point[name], minute[name])).map((name) => ({
            start: point.start,
            name,
            told: point[name],
            counted: minute[name],
          }));
        });
      });
      expect(wrong).toEqual([]);
    },
  );

  test.each(worlds.map((world) => [world.feature, world] as const))(
    '%s: S4-20: the minutes of its runs beside the other minutes of the same processes',
    async (feature, { processes }) => {
      const { data } = await get<OfFeature>(`/api/v1/features/${feature}/resources?${RANGE}`);
      const busy = processes.map((process) => countBusy(process, FROM_MS, TO_MS));
      const sides = { during: [] as OracleMinute[], without: [] as OracleMinute[] };
      for (const [index, process] of processes.entries()) {
        const isBusy = (minute: number): boolean => busy[index]?.has(minute) ?? false;
        if (busy[index]?.size === 0) continue;
        for (const [minute, numbers] of countMinutes(process, FROM_MS, TO_MS))
          sides[isBusy(minute) ? 'during' : 'without'].push(numbers);
      }
      for (const side of ['during', 'without'] as const) {
        const told = data?.[side];
        const names = ['cpuCores', 'cpuUse', 'memoryBytes', 'loopDelayMs'] as const;
        expect(told?.minutes ?? 0).toBe(sides[side].length);
        for (const name of names) {
          const values = sides[side].flatMap((minute) => minute[name] ?? []);
          const spread = told?.[name];
          const most = values.length === 0 ? null : Math.max(...values);
          const counted = [meanOf(values), most, rankOf(values, 0.95)];
          expect(spread?.n ?? 0).toBe(values.length);
          expect([spread?.mean, spread?.max, spread?.p95]).toSatisfy((numbers: number[]) =>
            counted.every((one, at) => isSame(one, numbers.at(at))),
          );
        }
      }
    },
  );
});

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;

/** The value that so large a share lies below, between its two neighbours by distance. */
function rankOf(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted.at(Math.floor(place)), sorted.at(Math.ceil(place))];
  if (low === undefined || high === undefined || sorted.length === 0) return null;
  return low * (1 - (place % 1)) + high * (place % 1);
}

describe('a feature', () => {
  test('S3-90, S3-93: that burns CPU is told from the time in which it does not run, as an association', async () => {
    const { data } = await get<OfFeature>(`/api/v1/features/burn/resources?${RANGE}`);
    expect(data).toMatchObject({
      runs: 2,
      processes: 1,
      during: { minutes: 10, cpuCores: { n: 10, mean: 1, max: 1 } },
      without: { cpuCores: { n: 49, mean: 0, max: 0 } },
      reported: [{ key: 'memory_usage_mb', runs: 2, mean: 200, max: 300 }],
    });
    expect(data.reading).toContain('association, not cause');
    expect(data.reading).toContain('1.00 cores');
  });

  test('that never ran is refused with a name that is near', async () => {
    const response = await fetch(`${server.appUrl}/api/v1/features/bum/resources?${RANGE}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'FEATURE_UNKNOWN' });
  });
});

describe('this server', () => {
  test('S0-77, S2-121: tells its own CPU, memory and disk in the same words, and to Prometheus', async () => {
    await expect
      .poll(
        async () =>
          (await get<Resources>('/api/v1/system/resources?service=heartwood&since=10m')).data[0]
            ?.numbers,
        { timeout: 15_000 },
      )
      .toMatchObject({
        cpuCores: expect.any(Number),
        cpuUse: expect.any(Number),
        memoryBytes: expect.any(Number),
        diskUse: expect.any(Number),
      });
    const exposed = await (await fetch(`${server.appUrl}/metrics`)).text();
    expect(exposed).toMatch(/^process_cpu_utilization_ratio(?:\{[^}]*\})? [\d.e-]+$/mu);
    expect(exposed).toMatch(/^system_filesystem_utilization_ratio(?:\{[^}]*\})? 0\.\d+$/mu);
  });
});
