/** Entries of database loggers, and what they tell of duplicates and batches. */
import { ExplainedMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import {
  BatchQuery,
  BatchReport,
  DuplicateQuery,
  DuplicateReport,
  EntryListMeta,
  EntryListQuery,
  EntryRow,
} from '../entry.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const ENTRY_ROUTES = {
  listEntries: defineRoute({
    method: 'get',
    path: '/api/v1/entries',
    tag: 'entries',
    summary:
      'Entries of database loggers in the form in which they were written, with their training labels, newest first.',
    scope: 'read',
    params: NoParams,
    query: EntryListQuery,
    answer: listOf(EntryRow, EntryListMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  readDuplicates: defineRoute({
    method: 'get',
    path: '/api/v1/entries/duplicates',
    tag: 'entries',
    summary:
      'How often database operations met a duplicate: in all, by operation, by day, by whom.',
    scope: 'read',
    params: NoParams,
    query: DuplicateQuery,
    answer: answerOf(DuplicateReport, ExplainedMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  readBatches: defineRoute({
    method: 'get',
    path: '/api/v1/entries/batches',
    tag: 'entries',
    summary: 'Synchronisations by the size of their batches, and the size that does best.',
    scope: 'read',
    params: NoParams,
    query: BatchQuery,
    answer: answerOf(BatchReport, ExplainedMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
};
