/** How the numbers of another answer came about. */
import { Explain } from '../analytic.ts';
import { answerOf } from '../answer.ts';
import { ExplainMeta, ExplainQuery } from '../explain.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const EXPLAIN_ROUTES = {
  explain: defineRoute({
    method: 'get',
    path: '/api/v1/explain',
    tag: 'explain',
    summary:
      'How the numbers of another answer came about: definition, SQL, command. What that answer refuses is refused here with the same code.',
    scope: 'read',
    params: NoParams,
    query: ExplainQuery,
    answer: answerOf(Explain, ExplainMeta),
    errors: ['EXPLAIN_UNKNOWN'],
  }),
};
