/** Export requests of metrics into rows of `metric_points`, `metric_distributions` and `exemplars`. */
import { ENCODING, type Encoding } from '../../signal.ts';
import { JsonEnvelopes } from '../json/envelopes.ts';
import { JsonMetrics } from './json-metric.ts';
import { JsonScanner } from '../json/scanner.ts';
import { JsonValues } from '../json/value.ts';
import { MetricRows } from './metric-rows.ts';
import type { OpenRequest } from '../open-request.ts';
import { decodeProtobuf } from '../protobuf/envelopes.ts';
import { ProtobufMetrics } from './protobuf-metric.ts';
import type { SignalDecoder } from '../signal-decoder.ts';

export function createMetricDecoder(request: OpenRequest): SignalDecoder {
  const rows = new MetricRows(request);
  const protobuf = new ProtobufMetrics(rows);
  const scanner = new JsonScanner(request.source);
  const values = new JsonValues(scanner, request);
  const metrics = new JsonMetrics(scanner, values, rows);
  const json = new JsonEnvelopes(
    scanner,
    values,
    request,
    ['resourceMetrics', 'scopeMetrics', 'metrics'],
    () => metrics.read(),
  );
  return (encoding: Encoding) => {
    rows.begin();
    if (encoding === ENCODING.JSON) json.decode();
    else decodeProtobuf(request, (r, end) => protobuf.read(r, end));
  };
}
