import { SELF_METRICS } from '@heartwood/semconv';
import { describe, expect, test } from 'vitest';
import type { MetricFamily, Reading } from './metric-family.ts';
import { prometheusName, renderPrometheus } from './prometheus.ts';
import { parseExposition } from './testing/exposition.ts';

const number = (value: number): Reading => ({ kind: 'number', value });

const render = (...families: MetricFamily[]): ReturnType<typeof parseExposition> =>
  parseExposition(renderPrometheus(families));

test.each([
  [SELF_METRICS.recordsReceived, 'heartwood_receiver_records_received_total'],
  [SELF_METRICS.requestBytes, 'heartwood_receiver_requests_io_bytes_total'],
  [SELF_METRICS.processCpu, 'process_cpu_time_seconds_total'],
  [SELF_METRICS.recordsWaiting, 'heartwood_receiver_records_waiting'],
  [SELF_METRICS.processMemory, 'process_memory_usage_bytes'],
  [SELF_METRICS.acknowledgement, 'heartwood_receiver_acknowledgement_duration_seconds'],
  [{ ...SELF_METRICS.diskFree, name: 'a-b c.d', unit: '1' }, 'a_b_c_d_ratio'],
])('$name is named by unit and kind', (definition, name) => {
  expect(prometheusName(definition)).toBe(name);
});

test('S4-79: every metric of ours has its own name, a sentence and a legal unit', () => {
  const definitions = Object.values(SELF_METRICS);
  expect(new Set(definitions.map(prometheusName)).size).toBe(definitions.length);
  for (const { name, unit, description } of definitions) {
    expect(name).toMatch(/^(heartwood|process|nodejs|system)(\.[a-z][a-z0-9_]*)+$/u);
    expect(unit).toMatch(/^(s|By|1|\{[a-z]+\})$/u);
    expect(description).toMatch(/^[A-Z].*\.$/u);
  }
});

describe('an independent parser reads back', () => {
  test('labels with every sign that must be escaped', () => {
    const value = 'a "quoted" \\ text\nin two lines, {x="y"} ü';
    const [family] = render({
      definition: SELF_METRICS.recordsMarked,
      points: [{ attributes: { 'heartwood.mark': value, plain: '' }, reading: number(3) }],
    });
    expect(family).toEqual({
      name: 'heartwood_receiver_records_marked_total',
      type: 'counter',
      help: SELF_METRICS.recordsMarked.description,
      samples: [
        {
          name: 'heartwood_receiver_records_marked_total',
          labels: { heartwood_mark: value, plain: '' },
          value: 3,
        },
      ],
    });
  });

  test('a help text with a backslash and a new line', () => {
    const description = 'One \\ two\nthree.';
    const [family] = render({
      definition: { ...SELF_METRICS.diskFree, description },
      points: [{ attributes: {}, reading: number(1) }],
    });
    expect(family?.help).toBe(description);
  });

  test.each([0, -1, 0.1, 1e21, 1e-7, Number.MAX_SAFE_INTEGER, Infinity, -Infinity, Number.NaN])(
    'the number %s',
    (value) => {
      const [family] = render({
        definition: SELF_METRICS.diskFree,
        points: [{ attributes: {}, reading: number(value) }],
      });
      expect(family?.samples[0]?.value).toBe(value);
    },
  );

  test('a histogram whose buckets add up, with sum and count', () => {
    const spread: Reading = { kind: 'spread', bounds: [0.5, 2], counts: [1, 2, 4], sum: 40.5 };
    const [family] = render({
      definition: SELF_METRICS.landing,
      points: [{ attributes: { a: 'b' }, reading: spread }],
    });
    expect(family?.type).toBe('histogram');
    expect(
      family?.samples.map(({ name, labels, value }) => [name.split('_').at(-1), labels, value]),
    ).toEqual([
      ['bucket', { a: 'b', le: '0.5' }, 1],
      ['bucket', { a: 'b', le: '2' }, 3],
      ['bucket', { a: 'b', le: '+Inf' }, 7],
      ['sum', { a: 'b' }, 40.5],
      ['count', { a: 'b' }, 7],
    ]);
  });

  test('nothing of a metric without a series', () => {
    expect(render({ definition: SELF_METRICS.landing, points: [] })).toEqual([]);
  });
});
