/** Records: single runs. */
import { listOf } from '../answer.ts';
import { RecordListMeta, RecordListQuery, RecordRow } from '../record.ts';
import { NAME_ERRORS, defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const RECORD_ROUTES = {
  listRecords: defineRoute({
    method: 'get',
    path: '/api/v1/records',
    tag: 'records',
    summary: 'Single runs in the order of their arrival, newest first.',
    scope: 'read',
    params: NoParams,
    query: RecordListQuery,
    answer: listOf(RecordRow, RecordListMeta),
    errors: [
      'FEATURE_UNKNOWN',
      ...NAME_ERRORS,
      'USER_UNKNOWN',
      'SESSION_UNKNOWN',
      'ERROR_TYPE_UNKNOWN',
    ],
  }),
};
