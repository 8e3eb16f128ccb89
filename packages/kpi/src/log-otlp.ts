/** Stored log records as an OTLP request in its JSON encoding (OTLP 1.5, opentelemetry-proto collector/logs/v1). */
import type { QueryRow } from '@heartwood/store';
import { parseOtlpMembers, toOtlpValue, type OtlpAttribute, type OtlpValue } from './otlp-value.ts';

/** An ExportLogsServiceRequest. */
export interface OtlpLogs {
  readonly resourceLogs: readonly OtlpResourceLogs[];
}

interface OtlpResourceLogs {
  readonly resource: OtlpContent;
  readonly scopeLogs: readonly OtlpScopeLogs[];
  readonly schemaUrl?: string;
}

interface OtlpScopeLogs {
  readonly scope: OtlpContent & { readonly name?: string; readonly version?: string };
  readonly logRecords: readonly OtlpLogRecord[];
  readonly schemaUrl?: string;
}

interface OtlpContent {
  readonly attributes: readonly OtlpAttribute[];
  readonly droppedAttributesCount?: number;
}

interface OtlpLogRecord extends OtlpContent {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly body?: OtlpValue;
  readonly flags?: number;
  readonly traceId?: string;
  readonly spanId?: string;
}

type Row = QueryRow<'log/otlp'>;

/** The rows under their resources and scopes, each in the order in which it comes first. */
export function toOtlpLogs(rows: readonly Row[]): OtlpLogs {
  const resources = groupBy(rows, ({ resource }) => resource ?? '{}');
  return {
    resourceLogs: [...resources].map(([content, ofResource]) => {
      const { schema, ...resource } = toContent(content);
      return {
        resource,
        scopeLogs: [...groupBy(ofResource, ({ scope }) => scope ?? '{}')].map(toScopeLogs),
        ...schema,
      };
    }),
  };
}

function toScopeLogs([content, rows]: [string, Row[]]): OtlpScopeLogs {
  const { schema, ...scope } = toContent(content);
  return {
    scope: { ...textOf(content, 'name'), ...textOf(content, 'version'), ...scope },
    logRecords: rows.map(toLogRecord),
    ...schema,
  };
}

/** What is none is left out, as every OTLP default is. */
function toLogRecord(row: Row): OtlpLogRecord {
  // Whose time was that of observation or receipt has none, and gets the same one again.
  const isUntimed =
    row.time === row.observedTime && JSON.stringify(row.marks).includes('"no_time"');
  return {
    ...(isUntimed ? {} : { timeUnixNano: row.time }),
    observedTimeUnixNano: row.observedTime,
    ...(row.severityNumber === 0 ? {} : { severityNumber: row.severityNumber }),
    ...(row.severityText === null ? {} : { severityText: row.severityText }),
    ...(row.event === null ? {} : { eventName: row.event }),
    ...bodyOf(row),
    attributes: parseOtlpMembers(row.attributes),
    ...(row.droppedAttributes === 0 ? {} : { droppedAttributesCount: row.droppedAttributes }),
    ...(row.flags === 0 ? {} : { flags: row.flags }),
    ...(row.traceId === null ? {} : { traceId: row.traceId }),
    ...(row.spanId === null ? {} : { spanId: row.spanId }),
  };
}

function bodyOf({ body, isJsonBody }: Row): { body?: OtlpValue } {
  if (body === null) return {};
  return { body: isJsonBody ? toOtlpValue(body) : { stringValue: body } };
}

/** Content of a resource or scope, as stored. */
function toContent(content: string): OtlpContent & { schema: { schemaUrl?: string } } {
  const dropped = memberOf(content, 'droppedAttributes');
  const url = memberOf(content, 'schemaUrl');
  const attributes = memberOf(content, 'attributes');
  return {
    attributes:
      attributes !== undefined && 'kvlistValue' in attributes ? attributes.kvlistValue.values : [],
    ...(dropped !== undefined && 'intValue' in dropped && dropped.intValue !== '0'
      ? { droppedAttributesCount: Number(dropped.intValue) }
      : {}),
    schema: url !== undefined && 'stringValue' in url ? { schemaUrl: url.stringValue } : {},
  };
}

function textOf<Key extends string>(content: string, key: Key): { [K in Key]?: string } {
  const value = memberOf(content, key);
  const isText = value !== undefined && 'stringValue' in value && value.stringValue !== '';
  return (isText ? { [key]: value.stringValue } : {}) as { [K in Key]?: string };
}

const memberOf = (content: string, name: string): OtlpValue | undefined =>
  parseOtlpMembers(content).find(({ key }) => key === name)?.value;

function groupBy(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
