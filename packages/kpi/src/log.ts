/** Logs: single log records and events by their time. */
import type { LogSeverity } from '@heartwood/semconv';
import type { QueryRow, Reader } from '@heartwood/store';
import { toEnvelope, toScope } from './envelope.ts';
import { nsToInstant } from './instant.ts';
import { toObject, toTexts } from './json.ts';
import type { LogFilter } from './log-filter.ts';
import { searchLogs, type LogSearchOptions } from './log-search.ts';
import { toOtlpLogs, type OtlpLogs } from './log-otlp.ts';
import { checkNames } from './name.ts';
import { keptWarnings, readRemoved } from './removed.ts';
import { toNs, type Window } from './window.ts';

/** One log record with all that is stored of it. */
export type LogReport = ReturnType<typeof toLogReport>;

/** A page of log records. */
export interface LogPage<Row = LogReport> {
  readonly rows: Row[];
  readonly nextCursor: string | null;
  /** Where the deadline ended the search: what lies before it (after it, oldest first) has not been looked at. */
  readonly searchedFrom: string | null;
  readonly searchedTo: string | null;
  readonly warnings: string[];
}

/**
 * Reads a page of log records by their time, newest or oldest first. Rejects an unknown service or event when nothing is
 * found.
 */
export async function readLogs(
  reader: Reader,
  window: Window,
  filter: LogFilter,
  search: LogSearchOptions,
): Promise<LogPage> {
  const { rows, ...page } = await readLogPage(reader, 'log/list', window, filter, search);
  return { ...page, rows: rows.map(toLogReport) };
}

/** The same page as an OTLP request: sent to a receiver, it gives the same records again. */
export async function readLogsAsOtlp(
  reader: Reader,
  window: Window,
  filter: LogFilter,
  search: LogSearchOptions,
): Promise<Omit<LogPage, 'rows'> & { readonly request: OtlpLogs }> {
  const { rows, ...page } = await readLogPage(reader, 'log/otlp', window, filter, search);
  return { ...page, request: toOtlpLogs(rows) };
}

async function readLogPage<Name extends 'log/list' | 'log/otlp'>(
  reader: Reader,
  name: Name,
  window: Window,
  filter: LogFilter,
  search: LogSearchOptions,
): Promise<LogPage<QueryRow<Name>>> {
  const { limit: _limit, order, cursor, ...options } = search;
  const [{ rows, nextCursor, stoppedNs }, removed] = await Promise.all([
    searchLogs(reader, name, toNs(window), filter, search),
    readRemoved(reader, window, {}, options),
  ]);
  const { service, event } = filter;
  if (rows.length === 0 && cursor === undefined && stoppedNs === null)
    await checkNames(reader, { service, event }, options);
  const warnings = keptWarnings(removed, window, 'logs');
  const stopped = stoppedNs === null ? null : nsToInstant(stoppedNs);
  if (stopped !== null)
    warnings.push(
      `The search was stopped by its deadline and went ${order === 'oldest' ? 'up to' : 'back to'} ${stopped}: there may be more beyond. The next page goes on there.`,
    );
  return {
    rows: [...rows],
    nextCursor,
    searchedFrom: order === 'oldest' ? null : stopped,
    searchedTo: order === 'oldest' ? stopped : null,
    warnings,
  };
}

/** A stored record as it is answered. */
export function toLogReport(row: QueryRow<'log/list'>) {
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
