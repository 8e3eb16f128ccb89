/** Health: what each check says. */
import { listOf } from '../answer.ts';
import { HealthMeta, HealthQuery, HealthRow } from '../health.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const HEALTH_ROUTES = {
  checkHealth: defineRoute({
    method: 'get',
    path: '/api/v1/health',
    tag: 'health',
    summary:
      'What each check of server, data, machine, apps and configuration says, with evidence and remedy; 200 whatever they say.',
    scope: 'read',
    params: NoParams,
    query: HealthQuery,
    answer: listOf(HealthRow, HealthMeta),
    errors: ['CHECK_UNKNOWN'],
  }),
};
