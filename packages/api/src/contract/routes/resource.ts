/** What processes use, over time and beside the features that run in them. */
import { ExplainedMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import { FeatureParams } from '../feature.ts';
import {
  FeatureResourceQuery,
  FeatureResources,
  ProcessResources,
  ResourceMeta,
  ResourceQuery,
} from '../resource.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const RESOURCE_ROUTES = {
  listResources: defineRoute({
    method: 'get',
    path: '/api/v1/system/resources',
    tag: 'resources',
    summary:
      'CPU, memory, disk and event loop of processes that send host metrics, and of this server, over time.',
    scope: 'read',
    params: NoParams,
    query: ResourceQuery,
    answer: listOf(ProcessResources, ResourceMeta),
    errors: ['SERVICE_UNKNOWN', 'INTERVAL_TOO_FINE', 'RESOURCES_TOO_MANY'],
  }),
  readFeatureResources: defineRoute({
    method: 'get',
    path: '/api/v1/features/{name}/resources',
    tag: 'resources',
    summary: 'What processes use in the minutes of runs of a feature, beside their other minutes.',
    scope: 'read',
    params: FeatureParams,
    query: FeatureResourceQuery,
    answer: answerOf(FeatureResources, ExplainedMeta),
    errors: ['FEATURE_UNKNOWN', 'SERVICE_UNKNOWN', 'RESOURCES_TOO_MANY'],
  }),
};
