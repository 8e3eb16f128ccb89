/** Metrics as text for Prometheus: exposition format 0.0.4, names as OpenTelemetry's compatibility rules make them. */
import type { MetricDefinition } from '@heartwood/semconv';
import type { MetricFamily, MetricPoint } from './metric-family.ts';

/** Renders families; one without a series is left out. */
export function renderPrometheus(families: readonly MetricFamily[]): string {
  return families
    .filter(({ points }) => points.length > 0)
    .map(renderFamily)
    .join('');
}

/**
 * The name of a metric for Prometheus: unit as a word behind it, `_total` behind counters
 * (opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics, "Metric Metadata").
 */
export function prometheusName({ name, unit, kind }: MetricDefinition): string {
  const base = name.replaceAll(/[^a-zA-Z0-9_:]/gu, '_');
  const word = UNIT_WORDS[unit];
  const withUnit = word === undefined ? base : `${base}_${word}`;
  return kind === 'counter' ? `${withUnit}_total` : withUnit;
}

/** Annotations in braces, such as `{record}`, are no units. */
const UNIT_WORDS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes', 1: 'ratio' };

const TYPES = {
  counter: 'counter',
  upDownCounter: 'gauge',
  gauge: 'gauge',
  histogram: 'histogram',
} as const;

function renderFamily({ definition, points }: MetricFamily): string {
  const name = prometheusName(definition);
  const help = definition.description.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  const lines = points.flatMap((point) => renderPoint(name, point));
  return `# HELP ${name} ${help}\n# TYPE ${name} ${TYPES[definition.kind]}\n${lines.join('')}`;
}

function renderPoint(name: string, { attributes, reading }: MetricPoint): string[] {
  const labels = Object.entries(attributes).map(
    ([key, value]) => `${key.replaceAll(/[^a-zA-Z0-9_]/gu, '_')}="${escape(value)}"`,
  );
  if (reading.kind === 'number') return [line(name, labels, reading.value)];
  let below = 0;
  const buckets = reading.counts.map((count, index) => {
    below += count;
    const bound = reading.bounds[index];
    return line(
      `${name}_bucket`,
      [...labels, `le="${bound === undefined ? '+Inf' : String(bound)}"`],
      below,
    );
  });
  return [
    ...buckets,
    line(`${name}_sum`, labels, reading.sum),
    line(`${name}_count`, labels, below),
  ];
}

const line = (name: string, labels: readonly string[], value: number): string =>
  `${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`} ${toText(value)}\n`;

const escape = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Go's ParseFloat knows no `Infinity` but takes every other number as JavaScript writes it. */
const toText = (value: number): string =>
  value === Number.POSITIVE_INFINITY
    ? '+Inf'
    : value === Number.NEGATIVE_INFINITY
      ? '-Inf'
      : String(value);
