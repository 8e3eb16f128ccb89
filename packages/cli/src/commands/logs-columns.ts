/** The columns of log records. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { toneOfLevel } from '../render/log-line.ts';

/** One log record, as the API gives it. */
export type LogRow = AnswerOf<'/api/v1/logs'>['data'][number];

/** All that a record says; those with a title are shown to people. */
export const LOG_COLUMNS: readonly Column<LogRow>[] = [
  { name: 'seq', kind: 'text', read: (row) => row.seq },
  { name: 'time', title: 'time', kind: 'second', read: (row) => row.time, rank: 99 },
  { name: 'timeNs', kind: 'text', read: (row) => row.timeNs },
  { name: 'observedTime', kind: 'second', read: (row) => row.observedTime },
  {
    name: 'severity',
    title: 'level',
    kind: 'text',
    read: (row) => row.severity,
    rank: 98,
    tone: (row) => toneOfLevel(row.severity),
  },
  { name: 'severityNumber', kind: 'count', read: (row) => row.severityNumber },
  { name: 'severityText', kind: 'text', read: (row) => row.severityText },
  { name: 'component', title: 'component', kind: 'text', read: (row) => row.component, rank: 90 },
  { name: 'event', title: 'event', kind: 'text', read: (row) => row.event, rank: 80 },
  { name: 'body', title: 'message', kind: 'text', read: (row) => row.body, rank: 100 },
  { name: 'isJsonBody', kind: 'text', read: (row) => String(row.isJsonBody) },
  { name: 'errorType', title: 'error', kind: 'text', read: (row) => row.errorType, rank: 70 },
  { name: 'service', kind: 'text', read: (row) => row.service },
  { name: 'feature', kind: 'text', read: (row) => row.feature },
  { name: 'user', kind: 'text', read: (row) => row.user },
  { name: 'session', kind: 'text', read: (row) => row.session },
  { name: 'traceId', title: 'trace', kind: 'text', read: (row) => row.traceId, rank: 10 },
  { name: 'spanId', kind: 'text', read: (row) => row.spanId },
  { name: 'attributes', kind: 'text', read: (row) => toJson(row.attributes) },
  { name: 'droppedAttributes', kind: 'count', read: (row) => row.droppedAttributes },
  { name: 'flags', kind: 'count', read: (row) => row.flags },
  { name: 'resource', kind: 'text', read: (row) => toJson(row.resource) },
  { name: 'scope', kind: 'text', read: (row) => toJson(row.scope) },
  { name: 'marks', kind: 'text', read: (row) => row.marks.join(' ') },
  { name: 'original', kind: 'text', read: (row) => toJson(row.original) },
];

/** The same of records among those beside them. */
export const CONTEXT_COLUMNS: readonly Column<LogRow>[] = [
  ...LOG_COLUMNS,
  { name: 'group', title: 'group', kind: 'count', read: (row) => row.group ?? null, rank: 60 },
  { name: 'isHit', title: 'found', kind: 'text', read: (row) => String(row.isHit), rank: 65 },
];
