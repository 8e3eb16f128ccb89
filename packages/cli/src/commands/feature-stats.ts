/** `features show`: everything about one feature in a range. */
import type { AnswerOf, Client } from '@heartwood/api/client';
import { FeatureStatus } from '@heartwood/semconv';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope } from '../listing.ts';
import { printReport } from '../print-report.ts';
import {
  INTERVAL_CHOICES,
  EXPLAIN_FLAG,
  RANGE_FLAGS,
  RUN_FLAGS,
  toRangeQuery,
  toRunQuery,
} from '../range.ts';
import { csvHead, csvLine } from '../render/csv.ts';
import { toJson } from '../render/json.ts';
import { toShellWord } from '../shell-word.ts';
import { FEATURE_COLUMNS } from './feature-columns.ts';
import { featureReport } from './feature-report.ts';
import type { RecordRow } from './record-columns.ts';

type Answer = AnswerOf<'/api/v1/features/{name}'>;

export const featureStats = defineCommand({
  examples: [
    ['heartwood features show checkout', 'one feature in the last 24 hours'],
    ['heartwood features show checkout --since 7d --interval 1d', 'a week, day by day'],
    ["heartwood features show 'GET /products/:id' --service shop", 'a name with spaces in quotes'],
    ['heartwood features show checkout --json', 'all that is known, for a script'],
  ],
  argument: { noun: 'name of a feature', value: 'name' },
  flags: {
    ...RANGE_FLAGS,
    ...RUN_FLAGS,
    interval: {
      kind: 'choice',
      value: 'LENGTH',
      choices: INTERVAL_CHOICES,
      doc: `Length of a bucket of the usage: ${INTERVAL_CHOICES.join(', ')}. Default: auto.`,
    },
    ...EXPLAIN_FLAG,
  },
  run: async ({ flags, argument, client, output, signal }) => {
    const filter = toRunQuery(flags);
    const answer = await client.get('/api/v1/features/{name}', {
      params: { name: argument },
      query: {
        ...toRangeQuery(flags),
        ...filter,
        interval: flags.interval,
        explain: flags.explain,
      },
      signal,
    });
    const { data, meta } = answer;
    switch (output.format) {
      case 'json': {
        await printEnvelope(output, data, meta);
        return;
      }
      case 'ndjson': {
        await output.write(`${toJson(data)}\n`);
        break;
      }
      case 'csv': {
        await output.write(csvHead(FEATURE_COLUMNS) + csvLine(FEATURE_COLUMNS, data));
        break;
      }
      case 'md':
      case 'table': {
        const failures = await readFailures(client, answer, filter, signal);
        const parts = featureReport(answer, failures, output.view);
        await printReport(output, data.feature, parts);
        break;
      }
      default: {
        output.format satisfies never;
      }
    }
    for (const warning of meta.warnings) output.warn(warning);
    if (meta.explain !== undefined) output.note(`Counted: ${meta.explain.sentence}`);
    output.note(`${describeRange(meta)}.`);
    const name = toShellWord(data.feature);
    if (name !== undefined)
      output.hint(
        `heartwood records list --feature=${name}${data.failed > 0 ? ' --status failed' : ''}`,
      );
  },
});

const FAILURES_SHOWN = 5;

/** The latest failed runs and timeouts of the same range and filters, newest first. */
async function readFailures(
  client: Client,
  { data, meta }: Answer,
  filter: ReturnType<typeof toRunQuery>,
  signal: AbortSignal,
): Promise<RecordRow[]> {
  const statuses = [FeatureStatus.FAILED, FeatureStatus.TIMEOUT].filter(
    (status) => data[status] > 0,
  );
  const answers = await Promise.all(
    statuses.map((status) =>
      client.get('/api/v1/records', {
        query: {
          ...filter,
          status,
          feature: data.feature,
          from: meta.from,
          to: meta.to,
          limit: FAILURES_SHOWN,
        },
        signal,
      }),
    ),
  );
  return answers
    .flatMap(({ data }) => data)
    .toSorted((a, b) => (BigInt(b.seq) > BigInt(a.seq) ? 1 : -1))
    .slice(0, FAILURES_SHOWN);
}
