/** Metrics from the SDK and from files of other projects, through a running server, back at the API. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Meter } from '@opentelemetry/api';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { ALL_TIME, clientOf } from './system/api.ts';
import { eventually, type ServerProcess, withServer } from './system/server-process.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../shared/fixtures/otlp');
const INDEX = path.join(FOLDER, 'INDEX.md');

/** Uses instruments of every kind. */
function measure(meter: Meter): void {
  meter.createCounter('shop.orders', { unit: '{order}', description: 'Orders' }).add(3, { a: 'x' });
  meter.createUpDownCounter('shop.carts').add(-2.5);
  meter.createGauge('shop.load').record(0.25, { b: true, a: 1 });
  const histogram = meter.createHistogram('shop.latency', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 1] },
  });
  for (const value of [0.05, 0.5, 5]) histogram.record(value, { a: 'x' });
  const fine = meter.createHistogram('shop.fine');
  for (const value of [0, 1, 2, 4]) fine.record(value);
}

async function send(exporter: PushMetricExporter): Promise<void> {
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    views: [
      {
        instrumentName: 'shop.fine',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: {} },
      },
    ],
  });
  measure(provider.getMeter('test', '1'));
  await provider.shutdown();
}

/** Points of all time that the API lists; a question spans five years at most. */
async function points(server: ServerProcess): Promise<number> {
  let sum = 0;
  for (const range of [{ from: '2017-06-01', to: ALL_TIME.from }, ALL_TIME]) {
    const query = { ...range, limit: 10_000 };
    const { data } = await clientOf(server).get('/api/v1/metrics', { query });
    for (const metric of data) sum += metric.points;
  }
  return sum;
}

describe('metrics of the SDK are at the API as they were measured', () => {
  test.each([
    ['http/protobuf', ProtobufMetricExporter],
    ['http/json', JsonMetricExporter],
  ] as const)('over %s', async (_, Exporter) => {
    await withServer(async (server) => {
      await send(new Exporter({ url: `${server.otlpUrl}/v1/metrics` }));
      await eventually(
        () => points(server),
        (count) => count === 5,
      );
      const client = clientOf(server);
      const { data } = await client.get('/api/v1/metrics', { query: { service: 'shop' } });
      expect(
        data.map(({ name, type, unit, temporality, monotonic }) => [
          name,
          type,
          unit,
          temporality,
          monotonic,
        ]),
      ).toEqual([
        ['shop.carts', 'sum', null, 'cumulative', false],
        ['shop.fine', 'exponential_histogram', null, 'cumulative', null],
        ['shop.latency', 'histogram', 's', 'cumulative', null],
        ['shop.load', 'gauge', null, null, null],
        ['shop.orders', 'sum', '{order}', 'cumulative', true],
      ]);
      expect(data.every(({ services }) => services.join() === 'shop')).toBe(true);
      const read = async (name: string): Promise<unknown> =>
        (await client.get('/api/v1/metrics/points', { query: { name } })).data;
      expect(await read('shop.orders')).toMatchObject([
        { value: 3, attributes: { a: 'x' }, service: 'shop', unit: '{order}', distribution: null },
      ]);
      expect(await read('shop.carts')).toMatchObject([{ value: -2.5, attributes: {} }]);
      expect(await read('shop.load')).toMatchObject([
        { value: 0.25, attributes: { a: 1, b: true } },
      ]);
      expect(await read('shop.latency')).toMatchObject([
        {
          value: null,
          distribution: {
            count: 3,
            sum: 5.55,
            min: 0.05,
            max: 5,
            bounds: [0.1, 1],
            bucketCounts: [1, 1, 1],
          },
        },
      ]);
      expect(await read('shop.fine')).toMatchObject([
        { distribution: { count: 4, zeroCount: 1, negative: { bucketCounts: [] } } },
      ]);
    });
  });
});

test('an unusable point is counted, its neighbours are stored, and a wrong name is said to be unknown', async () => {
  await withServer(async (server) => {
    const long = Array.from({ length: 16_385 }, () => 0);
    const body = JSON.stringify({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'm',
                  histogram: { dataPoints: [{ count: 1 }, { bucketCounts: long }, { count: 3 }] },
                },
              ],
            },
          ],
        },
      ],
    });
    const answer = await fetch(`${server.otlpUrl}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      partialSuccess: { rejectedDataPoints: '1', errorMessage: expect.stringContaining('16384') },
    });
    await eventually(
      () => points(server),
      (count) => count === 2,
    );
    const wrong = await fetch(`${server.appUrl}/api/v1/metrics/points?name=n`);
    expect(wrong.status).toBe(404);
    expect(await wrong.json()).toMatchObject({ code: 'METRIC_UNKNOWN', parameter: 'name' });
  });
});

describe.skipIf(!existsSync(INDEX))('third-party metrics (skipped where they are absent)', () => {
  test('of every file exactly the points that the index counts are stored', async () => {
    await withServer(async (server) => {
      let expected = 0;
      let project = '';
      const seen = new Set<string>();
      for (const line of readFileSync(INDEX, 'utf8').split('\n')) {
        project = /^## (\S+)/.exec(line)?.[1]?.replace('/', '__') ?? project;
        const [, file, count] =
          /^\| (\S+) \|.*\| req=\d+ metrics=\d+ points=(\d+)/.exec(line) ?? [];
        if (file === undefined) continue;
        const raw = readFileSync(path.join(FOLDER, project, file));
        const text = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString();
        const bodies = /\.jsonl(\.gz)?$/.test(file)
          ? text.split('\n').filter((body) => body.trim() !== '')
          : [text];
        // Some projects hold the same request under two names; it is stored once.
        if (!bodies.some((body) => seen.has(body))) expected += Number(count);
        for (const body of bodies) {
          seen.add(body);
          const answer = await fetch(`${server.otlpUrl}/v1/metrics`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          });
          expect([file, answer.status, await answer.text()]).toEqual([file, 200, '{}']);
        }
      }
      expect(expected).toBeGreaterThan(40_000);
      await eventually(
        () => points(server),
        (count) => count === expected,
      );
    });
  });
});
