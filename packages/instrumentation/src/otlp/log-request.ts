/** A log record of ours as OTLP bytes (opentelemetry/proto/logs/v1/logs.proto), ready to be put into a request. */
import { ATTR_FEATURE_TRUNCATED } from '@heartwood/semconv';
import { writeAttributes, writeKeyValue, type Shortening } from './attributes.ts';
import { FIXED32, LENGTH, VARINT, type BytesWriter } from './bytes.ts';
import type { LogRecordLike, Severity } from './log-record.ts';
import { writeTime } from './span.ts';

/** Field `log_records` of ScopeLogs. */
const SCOPE_LOGS_RECORDS = 2;

/** Writes a record as an entry of ScopeLogs, tag and length included; `shortened` cuts long texts and marks that. */
export function writeLogRecord(out: BytesWriter, record: LogRecordLike, shortened = false): void {
  const limits = shortened ? SHORTENED : undefined;
  const { spanContext } = record;
  out.tag(SCOPE_LOGS_RECORDS, LENGTH);
  const start = out.open();
  writeTime(out, 1, record.time);
  out.tag(2, VARINT);
  out.varint(record.severity);
  out.tag(3, LENGTH);
  out.string(SEVERITY_TEXT[record.severity]);
  if (record.body !== undefined) {
    out.tag(5, LENGTH);
    const bodyStart = out.open();
    out.tag(1, LENGTH);
    out.string(limits === undefined ? record.body : record.body.slice(0, limits.textChars));
    out.close(bodyStart);
  }
  writeAttributes(out, 6, record.attributes, limits);
  if (limits !== undefined) writeKeyValue(out, 6, ATTR_FEATURE_TRUNCATED, true);
  if (spanContext !== undefined) {
    out.tag(8, FIXED32);
    out.fixed32(spanContext.traceFlags & 0xff);
    out.tag(9, LENGTH);
    out.hex(spanContext.traceId);
    out.tag(10, LENGTH);
    out.hex(spanContext.spanId);
  }
  writeTime(out, 11, record.observedTime ?? record.time);
  out.tag(12, LENGTH);
  out.string(record.eventName);
  out.close(start);
}

const SEVERITY_TEXT: Readonly<Record<Severity, string>> = {
  5: 'DEBUG',
  9: 'INFO',
  13: 'WARN',
  17: 'ERROR',
  21: 'FATAL',
};

const SHORTENED: Shortening = { textChars: 256, attributes: 64, listItems: 16 };
