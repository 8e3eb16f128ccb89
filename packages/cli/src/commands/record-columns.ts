/** The columns of single runs. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { toneOfStatus, toneOfTier } from '../render/tone.ts';

/** One run, as the API gives it. */
export type RecordRow = AnswerOf<'/api/v1/records'>['data'][number];

/** All that a run says; those with a title are shown to people. */
export const RECORD_COLUMNS: readonly Column<RecordRow>[] = [
  { name: 'seq', kind: 'text', read: (row) => row.seq },
  { name: 'startTime', title: 'start', kind: 'second', read: (row) => row.startTime, rank: 98 },
  {
    name: 'feature',
    title: 'feature',
    kind: 'text',
    read: (row) => row.feature,
    rank: 100,
    cutTo: 20,
  },
  {
    name: 'status',
    title: 'status',
    kind: 'text',
    read: (row) => row.status,
    rank: 99,
    tone: (row) => toneOfStatus(row.status),
  },
  { name: 'durationMs', title: 'ms', kind: 'ms', read: (row) => row.durationMs, rank: 97 },
  {
    name: 'tier',
    title: 'tier',
    kind: 'text',
    read: (row) => row.tier,
    rank: 10,
    tone: (row) => toneOfTier(row.tier),
  },
  {
    name: 'efficiency',
    title: 'efficiency',
    kind: 'score',
    read: (row) => row.efficiency,
    rank: 20,
  },
  {
    name: 'errorType',
    title: 'error',
    kind: 'text',
    read: (row) => row.errorType,
    rank: 90,
    cutTo: 12,
  },
  {
    name: 'errorMessage',
    title: 'message',
    kind: 'text',
    read: (row) => row.errorMessage,
    rank: 50,
    cutTo: 20,
  },
  { name: 'user', title: 'user', kind: 'text', read: (row) => row.user, rank: 40, cutTo: 8 },
  { name: 'session', kind: 'text', read: (row) => row.session },
  {
    name: 'service',
    title: 'service',
    kind: 'text',
    read: (row) => row.service,
    rank: 30,
    cutTo: 10,
  },
  { name: 'component', kind: 'text', read: (row) => row.component },
  { name: 'category', kind: 'text', read: (row) => row.category },
  { name: 'version', kind: 'text', read: (row) => row.version },
  { name: 'iterations', kind: 'count', read: (row) => row.iterations },
  { name: 'inputSizeBytes', kind: 'count', read: (row) => row.inputSizeBytes },
  { name: 'outputSizeBytes', kind: 'count', read: (row) => row.outputSizeBytes },
  { name: 'endTime', kind: 'second', read: (row) => row.endTime },
  { name: 'traceId', title: 'trace', kind: 'text', read: (row) => row.traceId, rank: 35 },
  { name: 'spanId', kind: 'text', read: (row) => row.spanId },
  { name: 'mapped', kind: 'text', read: (row) => String(row.mapped) },
  { name: 'metadata', kind: 'text', read: (row) => toJson(row.metadata) },
];
