/** Metric points as OTLP bytes (opentelemetry/proto/metrics/v1/metrics.proto), ready to be put into a request. */
import type { HistogramPoint, MetricName, SumPoint } from '../delivery/ports.ts';
import { writeAttributes } from './attributes.ts';
import { FIXED64, LENGTH, VARINT, type BytesWriter } from './bytes.ts';

/** Writes a metric as an entry of ScopeMetrics with its cumulative histogram points, all of the moment `nowNs`. */
export function writeHistogram(
  out: BytesWriter,
  metric: MetricName,
  points: readonly HistogramPoint[],
  nowNs: bigint,
): void {
  writeMetric(out, metric, METRIC_HISTOGRAM, () => {
    for (const point of points) {
      out.tag(1, LENGTH);
      const start = out.open();
      writeTimes(out, point.startNs, nowNs);
      writeNs(out, 4, BigInt(point.counts.reduce((sum, count) => sum + count, 0)));
      writeDouble(out, 5, point.sum);
      out.tag(6, LENGTH);
      const countsStart = out.open();
      for (const count of point.counts) fixed64(out, BigInt(count));
      out.close(countsStart);
      out.tag(7, LENGTH);
      const boundsStart = out.open();
      for (const bound of point.bounds) out.double(bound);
      out.close(boundsStart);
      writeAttributes(out, 9, point.attributes);
      writeDouble(out, 11, point.min);
      writeDouble(out, 12, point.max);
      out.close(start);
    }
    writeCumulative(out);
  });
}

/** Writes a metric as an entry of ScopeMetrics with its cumulative sum points, all of the moment `nowNs`. */
export function writeSum(
  out: BytesWriter,
  metric: MetricName,
  points: readonly SumPoint[],
  nowNs: bigint,
): void {
  writeMetric(out, metric, METRIC_SUM, () => {
    for (const point of points) {
      out.tag(1, LENGTH);
      const start = out.open();
      writeTimes(out, point.startNs, nowNs);
      if (Number.isSafeInteger(point.value)) {
        out.tag(6, FIXED64);
        fixed64(out, BigInt.asUintN(64, BigInt(point.value)));
      } else writeDouble(out, 4, point.value);
      writeAttributes(out, 7, point.attributes);
      out.close(start);
    }
    writeCumulative(out);
    if (points[0]?.monotonic === true) {
      out.tag(3, VARINT);
      out.varint(1);
    }
  });
}

const SCOPE_METRICS_METRICS = 2;
const METRIC_SUM = 7;
const METRIC_HISTOGRAM = 9;
const CUMULATIVE = 2;

function writeMetric(
  out: BytesWriter,
  { name, description, unit }: MetricName,
  field: number,
  writeData: () => void,
): void {
  out.tag(SCOPE_METRICS_METRICS, LENGTH);
  const start = out.open();
  out.tag(1, LENGTH);
  out.string(name);
  out.tag(2, LENGTH);
  out.string(description);
  out.tag(3, LENGTH);
  out.string(unit);
  out.tag(field, LENGTH);
  const dataStart = out.open();
  writeData();
  out.close(dataStart);
  out.close(start);
}

/** `aggregation_temporality` has field 2 in Sum and in Histogram. */
function writeCumulative(out: BytesWriter): void {
  out.tag(2, VARINT);
  out.varint(CUMULATIVE);
}

function writeTimes(out: BytesWriter, startNs: bigint, nowNs: bigint): void {
  writeNs(out, 2, startNs);
  writeNs(out, 3, nowNs);
}

function writeNs(out: BytesWriter, field: number, value: bigint): void {
  out.tag(field, FIXED64);
  fixed64(out, value);
}

function writeDouble(out: BytesWriter, field: number, value: number): void {
  out.tag(field, FIXED64);
  out.double(value);
}

function fixed64(out: BytesWriter, value: bigint): void {
  out.fixed64(Number(value & 0xffff_ffffn), Number(value >> 32n));
}
