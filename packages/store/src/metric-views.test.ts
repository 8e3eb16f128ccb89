import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXEMPLARS, METRIC_DISTRIBUTIONS, METRIC_POINTS } from './metric-columns.ts';
import { migrate } from './migrate.ts';
import { landingTable } from './partitions.ts';

let instance: DuckDBInstance;
let rows: (sql: string) => Promise<Record<string, unknown>[]>;

type Values = Readonly<Record<string, string | number>>;
type Table = typeof METRIC_POINTS | typeof METRIC_DISTRIBUTIONS | typeof EXEMPLARS;

/** An insertion; every column left out is 0 or empty. */
function insertion(table: Table, given: Values): string {
  const list = Object.entries(table.columns).map(([column, kind]) => {
    if (given[column] !== undefined) return given[column];
    if (kind === 'uuid') return `'00000000-0000-0000-0000-000000000000'`;
    if (kind === 'u64s' || kind === 'f64s') return '[]';
    return kind === 'text' ? `''` : kind === 'time' ? 'make_timestamp_ns(0)' : 0;
  });
  return `INSERT INTO ${landingTable(table.name)} VALUES (${list.join(', ')})`;
}

const POINT: Values = {
  time: `'2026-11-21 10:00:00.123456789'`,
  start_time: `'2026-11-21 09:00:00'`,
  received_time: `'2026-11-21 10:00:02'`,
  resource_id: 1,
  scope_id: 1,
};

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const run = (sql: string): Promise<unknown> => connection.run(sql);
  rows = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  await migrate(
    {
      execute: async (sql, values) => void (await connection.run(sql, values)),
      firstRow: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()[0],
    },
    'x',
  );
  await run(`
    INSERT INTO vocabulary VALUES (1, 1, 'shop'), (2, 2, 'requests'), (3, 3, 'latency');
    INSERT INTO resources VALUES (1, 1, 1, '{"attributes":{"service.name":"shop"}}');
    INSERT INTO scopes VALUES (1, 1, '{"name":"meter"}');
    INSERT INTO attribute_sets VALUES (1, 1, '{"a":1.0,"b":"x"}');
    INSERT INTO metrics VALUES
      (1, 1, 2, 7, 2, 1, '{"name":"requests","unit":"{request}","metadata":{"k":"v"}}'),
      (2, 2, 3, 9, 1, 0, '{"name":"latency","description":"how long"}'),
      (3, 3, 3, 10, 99, 0, '{"name":"latency"}'),
      (4, 4, 3, 11, 0, 0, '{"name":"latency"}')`);
  const exact = { metric_id: 1, attribute_set_id: 1, flags: 1, marks: 1 << 21 };
  const value = { value_kind: 1, int_value: '9007199254740993', value: 9007199254740992 };
  await run(insertion(METRIC_POINTS, { ...POINT, seq: 1, ...exact, ...value }));
  await run(
    insertion(METRIC_POINTS, { ...POINT, seq: 2, metric_id: 1, value_kind: 2, value: `'-inf'` }),
  );
  for (const [seq, metric] of [
    [3, 2],
    [4, 3],
    [5, 4],
  ] as const)
    await run(
      insertion(METRIC_POINTS, {
        ...POINT,
        seq,
        metric_id: metric,
        start_time: 'make_timestamp_ns(0)',
      }),
    );
  await run(
    insertion(METRIC_DISTRIBUTIONS, {
      seq: 3,
      count: '18446744073709551615',
      given: 5,
      sum: `'nan'`,
      max: 2.5,
      bounds: `[0.5, '-0'::DOUBLE, 'inf'::DOUBLE]`,
      bucket_counts: '[1, 18446744073709551615]',
    }),
  );
  await run(
    insertion(METRIC_DISTRIBUTIONS, {
      seq: 4,
      count: 3,
      scale: -10,
      zero_count: 1,
      zero_threshold: 0.25,
      positive_offset: -2147483648,
      positive_counts: '[1, 0, 2]',
      negative_offset: 7,
    }),
  );
  await run(
    insertion(METRIC_DISTRIBUTIONS, {
      seq: 5,
      given: 1,
      quantiles: '[0.5, 0.99]',
      quantile_values: '[1, 2.5]',
    }),
  );
  await run(
    insertion(EXEMPLARS, {
      seq: 1,
      time: `'2026-11-21 10:00:00.000000001'`,
      trace_id: `'0102030405060708090a0b0c0d0e0f10'`,
      span_id: 255,
      value_kind: 1,
      int_value: -5,
      attributes: `'{"user":"u"}'`,
    }),
  );
  await run(
    insertion(EXEMPLARS, {
      seq: 1,
      time: `'2026-11-21 10:00:01'`,
      value_kind: 2,
      value: 3,
      attributes: `'{}'`,
    }),
  );
  await run(
    `INSERT INTO hot_replaced_times VALUES (2, make_timestamp_ns(0), '{"timeUnixNano":"1"}')`,
  );
});
afterAll(() => instance.closeSync());

it('shows points as they were sent', async () => {
  const [first, second] = await rows('SELECT * FROM all_metric_points ORDER BY seq LIMIT 2');
  expect(first).toEqual({
    seq: '1',
    name: 'requests',
    type: 'sum',
    unit: '{request}',
    description: null,
    metadata: '{"k":"v"}',
    temporality: 2,
    monotonic: true,
    service: 'shop',
    time: '2026-11-21 10:00:00.123456789',
    start_time: '2026-11-21 09:00:00',
    received_time: '2026-11-21 10:00:02',
    flags: 1,
    int_value: '9007199254740993',
    double_value: null,
    attributes: '{"a":1.0,"b":"x"}',
    distribution: null,
    exemplars:
      '[{"time":"1795255200000000001","traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"00000000000000ff","value":-5,"attributes":{"user":"u"}},{"time":"1795255201000000000","value":3.0}]',
    original: null,
    marks: 1 << 21,
    resource: '{"attributes":{"service.name":"shop"}}',
    scope: '{"name":"meter"}',
  });
  expect(second).toMatchObject({
    int_value: null,
    double_value: '-Infinity',
    attributes: '{}',
    exemplars: '[]',
    original: '{"timeUnixNano":"1"}',
  });
});

it('shows what each type of distribution has, and nothing of the others', async () => {
  const found = await rows(
    'SELECT type, temporality, start_time, distribution FROM all_metric_points WHERE seq > 2 ORDER BY seq',
  );
  expect(found).toEqual([
    {
      type: 'histogram',
      temporality: 1,
      start_time: null,
      distribution:
        '{"count":18446744073709551615,"sum":{"$double":"NaN"},"max":2.5,"bounds":[0.5,-0.0,{"$double":"Infinity"}],"bucketCounts":[1,18446744073709551615]}',
    },
    {
      type: 'exponential_histogram',
      temporality: 99,
      start_time: null,
      distribution:
        '{"count":3,"scale":-10,"zeroCount":1,"zeroThreshold":0.25,"positive":{"offset":-2147483648,"bucketCounts":[1,0,2]},"negative":{"offset":7,"bucketCounts":[]}}',
    },
    {
      type: 'summary',
      temporality: 0,
      start_time: null,
      distribution: '{"count":0,"sum":0.0,"quantiles":[0.5,0.99],"quantileValues":[1.0,2.5]}',
    },
  ]);
});
