/** Health: what each check says, what trying things out gives, and the settings in force. */
import { listOf } from '../answer.ts';
import {
  ConfigMeta,
  ConfigRow,
  DiagnosisMeta,
  DiagnosisQuery,
  HealthMeta,
  HealthQuery,
  HealthRow,
} from '../health.ts';
import { defineRoute } from '../route.ts';
import { NoParams, NoQuery } from '../system.ts';

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
  diagnose: defineRoute({
    method: 'get',
    path: '/api/v1/diagnosis',
    tag: 'health',
    summary:
      'Tries out the server and its database: turns, questions, a scan, the newest record, the archive; writes nothing.',
    scope: 'read',
    params: NoParams,
    query: DiagnosisQuery,
    answer: listOf(HealthRow, DiagnosisMeta),
    errors: [],
  }),
  listConfig: defineRoute({
    method: 'get',
    path: '/api/v1/config',
    tag: 'health',
    summary: 'The settings in force, with where each comes from; secrets are hidden.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    answer: listOf(ConfigRow, ConfigMeta),
    errors: [],
  }),
};
