/** Export requests of traces into rows of `spans` and `span_extras`. */
import { ENCODING, type Encoding } from '../../signal.ts';
import { JsonEnvelopes } from '../json/envelopes.ts';
import { JsonScanner } from '../json/scanner.ts';
import { JsonSpans } from './json-span.ts';
import { JsonValues } from '../json/value.ts';
import type { OpenRequest } from '../open-request.ts';
import { decodeProtobuf } from '../protobuf/envelopes.ts';
import { readSpan } from './protobuf-span.ts';
import type { SignalDecoder } from '../signal-decoder.ts';
import { TraceRows } from './trace-rows.ts';

export function createTraceDecoder(request: OpenRequest): SignalDecoder {
  const rows = new TraceRows(request);
  const scanner = new JsonScanner(request.source);
  const values = new JsonValues(scanner, request);
  const spans = new JsonSpans(scanner, values, rows);
  const json = new JsonEnvelopes(
    scanner,
    values,
    request,
    ['resourceSpans', 'scopeSpans', 'spans'],
    () => spans.read(),
  );
  return (encoding: Encoding) => {
    rows.begin();
    if (encoding === ENCODING.JSON) json.decode();
    else decodeProtobuf(request, (r, end) => readSpan(r, rows, end));
  };
}
