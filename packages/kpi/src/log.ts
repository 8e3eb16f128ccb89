/** Logs: single log records and events in the order of their arrival. */
import { LOG_SEVERITIES, type LogSeverity } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { toEnvelope, toScope } from './envelope.ts';
import { nsToInstant } from './instant.ts';
import { toObject, toTexts } from './json.ts';
import { checkNames } from './name.ts';
import { keptWarnings, readRemoved } from './removed.ts';
import { toNs, type Window } from './window.ts';

/** Which log records. */
export interface LogFilter {
  readonly service?: string | undefined;
  /** The least severity; records without one are left out then. */
  readonly minSeverity?: LogSeverity | undefined;
  /** 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
  /** What the body holds, without regard to letter case. */
  readonly text?: string | undefined;
}

/** Which page of log records. */
export interface LogPageOptions extends ReadOptions {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** One log record with all that is stored of it. */
export type LogReport = ReturnType<typeof toLog>;

/** Reads a page of log records, those that arrived last first. Rejects an unknown service when nothing is found. */
export async function readLogs(
  reader: Reader,
  window: Window,
  { service, minSeverity, traceId, text }: LogFilter,
  { limit, cursor, ...options }: LogPageOptions,
): Promise<{ rows: LogReport[]; nextCursor: string | null; warnings: string[] }> {
  const params = {
    ...toNs(window),
    service,
    minSeverity:
      minSeverity === undefined ? undefined : LOG_SEVERITIES.indexOf(minSeverity) * 4 + 1,
    traceId: traceId?.toLowerCase(),
    text,
    before: cursor === undefined ? undefined : BigInt(cursor),
    // One more than asked for tells whether a page follows.
    limit: limit + 1,
  };
  const [stored, removed] = await Promise.all([
    reader.read('log/list', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { service }, options);
  const rows = stored.slice(0, limit).map(toLog);
  const warnings = keptWarnings(removed, window, 'logs');
  return { rows, nextCursor: stored.length > limit ? (rows.at(-1)?.seq ?? null) : null, warnings };
}

function toLog(row: QueryRow<'log/list'>) {
  const { time, observedTime, severity, body, attributes, marks, resource, scope, ...rest } = row;
  // Of a record without a body the JSON exporter of JavaScript sends one that says nothing, the protobuf exporter none.
  const isSilent = row.isJsonBody && body === 'null';
  return {
    ...rest,
    body: isSilent ? null : body,
    isJsonBody: row.isJsonBody && !isSilent,
    time: nsToInstant(time),
    timeNs: time,
    observedTime: nsToInstant(observedTime),
    severity: severity as LogSeverity | null,
    attributes: toObject(attributes),
    resource: toEnvelope(resource),
    scope: toScope(scope),
    marks: toTexts(marks),
  };
}
