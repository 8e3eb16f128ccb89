/** `features list`: features with their numbers in a range, most used first. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printList } from '../listing.ts';
import { EXPLAIN_FLAG, RANGE_FLAGS, RUN_FLAGS, toRangeQuery, toRunQuery } from '../range.ts';
import { showAmount, showCount } from '../render/number.ts';
import { toShellWord } from '../shell-word.ts';
import { FEATURE_COLUMNS } from './feature-columns.ts';

type Answer = AnswerOf<'/api/v1/features'>;

/** The orders that the API knows. */
export const SORTS = [
  'runs',
  'users',
  'failed',
  'successRate',
  'p95Ms',
  'efficiency',
  'lastSeen',
  'feature',
] as const;

export const listFeatures = defineCommand({
  examples: [
    ['heartwood features list', 'features of the last 24 hours, most used first'],
    ['heartwood features list --since 7d --sort p95Ms --limit 10', 'the ten slowest of a week'],
    ['heartwood features list --status failed --service shop', 'what fails in one service'],
    ['heartwood features list --json | jq ".data[].feature"', 'names for a script'],
  ],
  flags: {
    ...RANGE_FLAGS,
    ...RUN_FLAGS,
    sort: {
      kind: 'choice',
      value: 'NUMBER',
      choices: SORTS,
      doc: `Order: ${SORTS.join(', ')}. Names and success rate ascending, all else descending. Default: runs.`,
    },
    limit: { kind: 'count', short: 'n', value: 'ROWS', doc: 'How many features. Default: 50.' },
    ...EXPLAIN_FLAG,
  },
  run: async ({ flags, client, output, signal }) => {
    const query = {
      ...toRangeQuery(flags),
      ...toRunQuery(flags),
      sort: flags.sort,
      limit: flags.limit ?? 50,
      trend: true,
      explain: flags.explain,
    };
    const answer = await client.get('/api/v1/features', { query, signal });
    await printList(output, FEATURE_COLUMNS, [answer]);
    if (output.format === 'json' || output.format === 'ndjson') return;
    const { explain } = answer.meta;
    if (explain !== undefined) output.note(`Counted: ${explain.sentence}`);
    output.note(describe(answer));
    const name = toShellWord(answer.data[0]?.feature ?? '');
    if (name !== undefined) output.hint(`heartwood features show ${name}`);
  },
});

/** Features that the API gives at once. */
const MOST_FEATURES = 10_000;

function describe({ data, meta }: Answer): string {
  const range = describeRange(meta);
  if (data.length === 0)
    return `No feature had such runs from ${range}. A longer --since may show some.`;
  const all = showAmount(meta.total, 'feature');
  return meta.total > data.length
    ? `${showCount(data.length)} of ${all} from ${range}; --limit ${String(Math.min(meta.total, MOST_FEATURES))} shows more.`
    : `${all} from ${range}.`;
}
