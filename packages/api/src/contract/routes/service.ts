/** Services. */
import { listOf } from '../answer.ts';
import { defineRoute } from '../route.ts';
import { ServiceListMeta, ServiceListQuery, ServiceRow } from '../service.ts';
import { NoParams } from '../system.ts';

export const SERVICE_ROUTES = {
  listServices: defineRoute({
    method: 'get',
    path: '/api/v1/services',
    tag: 'services',
    summary: 'Services with their spans, errors and latencies in a range.',
    scope: 'read',
    params: NoParams,
    query: ServiceListQuery,
    answer: listOf(ServiceRow, ServiceListMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
};
