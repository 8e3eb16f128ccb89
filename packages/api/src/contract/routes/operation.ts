/** Operations: those under way and those that are over. */
import { z } from 'zod';
import { answerOf, listOf } from '../answer.ts';
import {
  Operation,
  OperationEventMeta,
  OperationEventQuery,
  OperationEventRow,
  OperationListMeta,
  OperationListQuery,
  OperationMeta,
  OperationParams,
  OperationQuery,
  OperationsGone,
  OperationSnapshot,
  OperationsReset,
  OperationStreamQuery,
} from '../operation.ts';
import { defineRoute, defineStream } from '../route.ts';
import { NoParams } from '../system.ts';

export const OPERATION_ROUTES = {
  listOperations: defineRoute({
    method: 'get',
    path: '/api/v1/operations',
    tag: 'operations',
    summary:
      'Operations: all that are under way, the worst first, then those that began in the range and are over.',
    scope: 'read',
    params: NoParams,
    query: OperationListQuery,
    answer: listOf(Operation, OperationListMeta),
    errors: ['SERVICE_UNKNOWN', 'OPERATIONS_LOADING'],
  }),
  // Before the single one: its name would be taken for an id.
  followOperations: defineStream({
    kind: 'stream',
    method: 'get',
    path: '/api/v1/operations/stream',
    tag: 'operations',
    summary:
      'Operations as they change, at most four times a second: the list, then what changes of it and what leaves it. Whoever comes back with the last id is given what changed since, or the list again.',
    scope: 'read',
    params: NoParams,
    query: OperationStreamQuery,
    events: {
      snapshot: OperationSnapshot,
      operation: z.array(Operation),
      gone: OperationsGone,
      reset: OperationsReset,
    },
    errors: ['OPERATIONS_LOADING', 'STREAM_ID_INVALID', 'STREAM_FULL', 'NOT_READY'],
  }),
  readOperation: defineRoute({
    method: 'get',
    path: '/api/v1/operations/{id}',
    tag: 'operations',
    summary: 'One operation: how far it is, how it does and why, what is expected of it.',
    scope: 'read',
    params: OperationParams,
    query: OperationQuery,
    answer: answerOf(Operation, OperationMeta),
    errors: ['OPERATION_UNKNOWN', 'OPERATIONS_LOADING'],
  }),
  listOperationEvents: defineRoute({
    method: 'get',
    path: '/api/v1/operations/{id}/events',
    tag: 'operations',
    summary: 'What an operation said, event by event, oldest first; a second after it came.',
    scope: 'read',
    params: OperationParams,
    query: OperationEventQuery,
    answer: listOf(OperationEventRow, OperationEventMeta),
    errors: ['OPERATION_UNKNOWN', 'OPERATIONS_LOADING'],
  }),
};
