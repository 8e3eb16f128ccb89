/** Traces: the recent ones, and every span of one in the order of its tree. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { toEnvelope, toScope } from './envelope.ts';
import { QuestionError } from './errors.ts';
import { msToNs, nsToInstant, nsToMs } from './instant.ts';
import { toCount, toObject, toObjects, toText, toTexts } from './json.ts';
import { checkNames } from './name.ts';
import { keptWarnings, readRemoved } from './removed.ts';
import { placeInTree } from './tree.ts';
import { toNs, type Window } from './window.ts';

/** Most spans of one trace that are read; the earliest are kept. */
const MAX_TRACE_SPANS = 10_000;

/** A trace in a list. */
export interface TraceSummary {
  readonly traceId: string;
  readonly root: string | null;
  readonly service: string | null;
  readonly startTime: string;
  readonly durationMs: number;
  readonly spans: number;
  readonly errors: number;
  readonly services: number;
  readonly features: string[];
}

/** Which traces. */
export interface TraceListOptions extends ReadOptions {
  readonly service?: string | undefined;
  readonly feature?: string | undefined;
  readonly errors?: boolean | undefined;
  readonly minDurationMs?: number | undefined;
  readonly limit: number;
}

/** Reads traces with a span in the window, latest first. Rejects unknown names when nothing is found. */
export async function readTraces(
  reader: Reader,
  window: Window,
  { service, feature, errors, minDurationMs, limit, ...options }: TraceListOptions,
): Promise<{ rows: TraceSummary[]; truncated: boolean; warnings: string[] }> {
  const minDurationNs = minDurationMs === undefined ? undefined : msToNs(minDurationMs);
  const params = { ...toNs(window), service, feature, errors, minDurationNs, limit: limit + 1 };
  const [stored, removed] = await Promise.all([
    reader.read('trace/list', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { service, feature }, options);
  const rows = stored.slice(0, limit).map(({ startTime, features, ...row }) => ({
    ...row,
    startTime: nsToInstant(startTime),
    features: toTexts(features),
  }));
  const warnings = keptWarnings(removed, window, 'traces');
  return { rows, truncated: stored.length > limit, warnings };
}

/** Reads every span of a trace. Rejects with `TRACE_UNKNOWN` when none is stored. */
export async function readTrace(
  reader: Reader,
  traceId: string,
  options: ReadOptions = {},
): Promise<{ trace: TraceReport; endTime: string; truncated: boolean }> {
  const id = traceId.toLowerCase();
  const [range] = await reader.read('trace/range', { traceId: id }, options);
  if (range?.from == null || range.last === null)
    throw new QuestionError('TRACE_UNKNOWN', 'traceId', { value: id });
  const params = {
    traceId: id,
    from: BigInt(range.from),
    last: BigInt(range.last),
    limit: MAX_TRACE_SPANS + 1,
  };
  const stored = await reader.read('trace/spans', params, options);
  const rows = stored.slice(0, MAX_TRACE_SPANS);
  const [first] = rows;
  if (first === undefined) throw new QuestionError('TRACE_UNKNOWN', 'traceId', { value: id });
  const startNs = BigInt(first.startTime);
  const endNs = rows.reduce((latest, row) => {
    const end = BigInt(row.startTime) + BigInt(row.durationNs);
    return end > latest ? end : latest;
  }, startNs);
  const nodes = rows.map((row) => ({ ...row, spanId: row.spanId ?? '' }));
  const trace: TraceReport = {
    traceId: id,
    startTime: nsToInstant(startNs),
    durationMs: nsToMs(endNs - startNs),
    spans: placeInTree(nodes).map(({ node, depth, orphan }) => toSpan(node, depth, orphan)),
    errors: rows.filter(({ status }) => status === 'error').length,
    services: [...new Set(rows.flatMap(({ service }) => service ?? []))].toSorted(),
  };
  return { trace, endTime: nsToInstant(endNs), truncated: stored.length > rows.length };
}

/** A trace with its spans. */
export interface TraceReport {
  readonly traceId: string;
  readonly startTime: string;
  readonly durationMs: number;
  readonly spans: SpanReport[];
  readonly errors: number;
  readonly services: string[];
}

/** One span with all that is stored of it. */
export type SpanReport = ReturnType<typeof toSpan>;

type SpanKindName = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
type SpanStatusName = 'unset' | 'ok' | 'error';
type SpanRow = QueryRow<'trace/spans'>;

function toSpan(row: SpanRow & { readonly spanId: string }, depth: number, orphan: boolean) {
  const marks = toTexts(row.marks);
  return {
    spanId: row.spanId,
    parentSpanId: row.parentSpanId,
    depth,
    orphan,
    name: row.name ?? '',
    kind: (row.kind ?? 'unspecified') as SpanKindName,
    startTime: nsToInstant(row.startTime),
    startNs: row.startTime,
    durationNs: row.durationNs,
    durationMs: marks.includes('negative_duration') ? null : nsToMs(row.durationNs),
    status: (row.status ?? 'unset') as SpanStatusName,
    statusMessage: row.statusMessage,
    feature: row.feature,
    featureStatus: row.featureStatus,
    service: row.service,
    resource: toEnvelope(row.resource),
    scope: toScope(row.scope),
    attributes: toObject(row.attributes),
    events: toObjects(row.events).map(toEvent),
    links: toObjects(row.links).map(toLink),
    traceState: row.traceState,
    flags: row.flags,
    droppedAttributes: row.droppedAttributes,
    droppedEvents: row.droppedEvents,
    droppedLinks: row.droppedLinks,
    marks,
    original: row.original,
  };
}

function toEvent(event: Readonly<Record<string, unknown>>) {
  const given = event['time'];
  const time = typeof given === 'number' || typeof given === 'string' ? String(given) : '';
  return {
    name: toText(event['name']) ?? '',
    time: /^\d{1,20}$/u.test(time) && time !== '0' ? nsToInstant(time) : null,
    attributes: toObject(event['attributes']),
    droppedAttributes: toCount(event['droppedAttributes']),
  };
}

function toLink(link: Readonly<Record<string, unknown>>) {
  return {
    traceId: toText(link['traceId']) ?? '',
    spanId: toText(link['spanId']) ?? '',
    traceState: toText(link['traceState']),
    flags: toCount(link['flags']),
    attributes: toObject(link['attributes']),
    droppedAttributes: toCount(link['droppedAttributes']),
  };
}
