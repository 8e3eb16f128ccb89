import type { MetricFamily } from '@heartwood/api';
import { SELF_METRICS } from '@heartwood/semconv';
import { expect, test } from 'vitest';
import { toOtlpMetrics } from './otlp-metrics.ts';

const SOURCE = { resource: { 'service.name': 'heartwood' }, scopeVersion: '1.2.3', startNs: 5n };

const families: readonly MetricFamily[] = [
  {
    definition: SELF_METRICS.recordsReceived,
    points: [{ attributes: { a: 'b' }, reading: { kind: 'number', value: 7 } }],
  },
  {
    definition: SELF_METRICS.recordsWaiting,
    points: [{ attributes: {}, reading: { kind: 'number', value: 0 } }],
  },
  {
    definition: SELF_METRICS.processUptime,
    points: [{ attributes: {}, reading: { kind: 'number', value: 3 } }],
  },
  {
    definition: SELF_METRICS.landing,
    points: [
      {
        attributes: {},
        reading: { kind: 'spread', bounds: [1, 2], counts: [3, 0, 1], sum: 9.5 },
      },
    ],
  },
  { definition: SELF_METRICS.diskFree, points: [] },
];

test('counters, sums, gauges and histograms become the data of OTLP, cumulative since the start', () => {
  const common = { attributes: [], startTimeUnixNano: '5', timeUnixNano: '9' };
  const metric = (
    { name, unit, description }: MetricFamily['definition'],
    data: object,
  ): object => ({
    name,
    unit,
    description,
    ...data,
  });
  expect(toOtlpMetrics(families, SOURCE, 9n)).toEqual({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'heartwood' } }] },
        scopeMetrics: [
          {
            scope: { name: '@heartwood/server', version: '1.2.3' },
            metrics: [
              metric(SELF_METRICS.recordsReceived, {
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: true,
                  dataPoints: [
                    {
                      ...common,
                      attributes: [{ key: 'a', value: { stringValue: 'b' } }],
                      asInt: '7',
                    },
                  ],
                },
              }),
              metric(SELF_METRICS.recordsWaiting, {
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: false,
                  dataPoints: [{ ...common, asInt: '0' }],
                },
              }),
              metric(SELF_METRICS.processUptime, {
                gauge: { dataPoints: [{ ...common, asDouble: 3 }] },
              }),
              metric(SELF_METRICS.landing, {
                histogram: {
                  aggregationTemporality: 2,
                  dataPoints: [
                    {
                      ...common,
                      count: '4',
                      sum: 9.5,
                      bucketCounts: ['3', '0', '1'],
                      explicitBounds: [1, 2],
                    },
                  ],
                },
              }),
            ],
          },
        ],
      },
    ],
  });
});
