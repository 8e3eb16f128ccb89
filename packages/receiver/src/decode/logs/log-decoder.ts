/** Export requests of logs into rows of `logs`. */
import { ENCODING, type Encoding } from '../../signal.ts';
import { JsonEnvelopes } from '../json/envelopes.ts';
import { JsonLogs } from './json-log.ts';
import { JsonScanner } from '../json/scanner.ts';
import { JsonValues } from '../json/value.ts';
import { LogRows } from './log-rows.ts';
import type { OpenRequest } from '../open-request.ts';
import { decodeProtobuf } from '../protobuf/envelopes.ts';
import { ProtobufLogs } from './protobuf-log.ts';
import type { SignalDecoder } from '../signal-decoder.ts';

export function createLogDecoder(request: OpenRequest): SignalDecoder {
  const rows = new LogRows(request);
  const protobuf = new ProtobufLogs(rows);
  const scanner = new JsonScanner(request.source);
  const values = new JsonValues(scanner, request);
  const logs = new JsonLogs(scanner, values, rows);
  const json = new JsonEnvelopes(
    scanner,
    values,
    request,
    ['resourceLogs', 'scopeLogs', 'logRecords'],
    () => logs.read(),
  );
  return (encoding: Encoding) => {
    rows.begin();
    if (encoding === ENCODING.JSON) json.decode();
    else decodeProtobuf(request, (r, end) => protobuf.read(r, end));
    rows.end();
  };
}
