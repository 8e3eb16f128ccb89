/** Data quality: what checks last found, and running them now. */
import { listOf } from '../answer.ts';
import {
  LatestQualityRow,
  QualityListMeta,
  QualityQuery,
  QualityRow,
  QualityRunBody,
  QualityRunMeta,
} from '../quality.ts';
import { definePost, defineRoute } from '../route.ts';
import { NoParams, NoQuery } from '../system.ts';

export const QUALITY_ROUTES = {
  listQuality: defineRoute({
    method: 'get',
    path: '/api/v1/quality',
    tag: 'quality',
    summary: 'What each check of data quality found when it last ran, worst first.',
    scope: 'read',
    params: NoParams,
    query: QualityQuery,
    answer: listOf(LatestQualityRow, QualityListMeta),
    errors: ['TIME_INVALID', 'TIME_OUT_OF_RANGE'],
  }),
  runQuality: definePost({
    method: 'post',
    path: '/api/v1/quality/run',
    tag: 'quality',
    summary:
      'Runs checks of data quality, one after the other, and keeps what they find for 90 days.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    body: QualityRunBody,
    answer: listOf(QualityRow, QualityRunMeta),
    errors: ['QUALITY_RUNNING'],
  }),
};
