/** Events by name, or by one of their properties. */
import { AnalyticMeta } from '../analytic.ts';
import { listOf } from '../answer.ts';
import { EventListQuery, EventRow } from '../event.ts';
import { defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams } from '../system.ts';

export const EVENT_ROUTES = {
  listEvents: defineRoute({
    method: 'get',
    path: '/api/v1/events',
    tag: 'events',
    summary:
      'Events with their numbers in a range, or the values of a property of theirs, most users first.',
    scope: 'read',
    params: NoParams,
    query: EventListQuery,
    answer: listOf(EventRow, AnalyticMeta),
    errors: ['EVENT_UNKNOWN', ...TOO_LARGE],
  }),
};
