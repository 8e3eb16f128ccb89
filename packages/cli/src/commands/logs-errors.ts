/** `logs errors`: kinds of errors of logs and runs, one of them, all of them in a few lines, or error lines as they arrive. */
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
import { describeRange, printList } from '../listing.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import { showAmount } from '../render/number.ts';
import { printError } from './error-detail.ts';
import { printErrorSummary } from './error-summary.ts';
import { followLogs } from './logs-follow.ts';
import {
  ERROR_CATEGORIES,
  ERROR_PARTS,
  GROUP_COLUMNS,
  PART_COLUMNS,
  type ErrorGroup,
  type ErrorPart,
} from './errors-columns.ts';

export const showErrors = defineCommand({
  examples: [
    ['heartwood logs errors', 'the ten most frequent kinds of errors of the last 24 hours'],
    ['heartwood logs errors --summary --since 1h', 'how many of which category, and what to do'],
    ['heartwood logs errors --category database --count 3', 'what is wrong with the database'],
    ['heartwood logs errors --follow', 'error lines of logs as they arrive'],
    ['heartwood logs errors --by feature --since 7d', 'which features they meet'],
    ['heartwood logs errors --id v1:6f1d0c2ab3e45978', 'one kind: what to do, where, whom it met'],
    ["heartwood logs errors --json | jq '.data[].action'", 'what to do about each, for scripts'],
  ],
  flags: {
    summary: {
      kind: 'switch',
      doc: 'How many of APIs, of databases and of all else, and what to do.',
    },
    follow: {
      kind: 'switch',
      short: 'f',
      doc: 'Log lines of level error and above as they arrive, until Ctrl-C; runs that fail without one are not among them.',
    },
    id: {
      kind: 'text',
      value: 'ID',
      doc: 'One kind of error with all that is known of it; the id that the list gives, with its v1: in front.',
    },
    by: {
      kind: 'choice',
      value: 'WHAT',
      choices: ERROR_PARTS,
      doc: `What a row is: ${ERROR_PARTS.join(', ')}. Default: group, a kind of error.`,
    },
    category: {
      kind: 'choice',
      value: 'CATEGORY',
      choices: ERROR_CATEGORIES,
      doc: `Only errors of this category: ${ERROR_CATEGORIES.join(', ')}.`,
    },
    component: { kind: 'text', value: 'NAME', doc: 'Only errors of this component, else service.' },
    feature: { kind: 'text', value: 'NAME', doc: 'Only errors of this feature; the exact name.' },
    service: { kind: 'text', value: 'NAME', doc: 'Only errors that this service sent.' },
    session: { kind: 'text', value: 'ID', doc: 'Only errors of this session.' },
    trace: { kind: 'text', value: 'ID', doc: 'Only errors of this trace.' },
    ...RANGE_FLAGS,
    count: {
      kind: 'count',
      short: 'n',
      value: 'ROWS',
      doc: 'How many rows at most, the most frequent, up to 500. Default: 10. With --follow: how many new lines, then it ends.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { id, category, component, feature, service, session, trace } = flags;
    if (id !== undefined) {
      for (const second of NOT_WITH_ID)
        if (flags[second] !== undefined && flags[second] !== false)
          throw cliError('FLAGS_TOGETHER', { first: '--id', second: `--${second}` });
      const question = { params: { fingerprint: id }, query: toRangeQuery(flags), signal };
      return await printError(output, await client.get('/api/v1/errors/{fingerprint}', question));
    }
    const filter = { category, component, feature, service, session, traceId: trace };
    if (flags.follow) {
      for (const [second, given] of Object.entries({
        summary: flags.summary,
        by: flags.by,
        category,
      }))
        if (given !== undefined && given !== false)
          throw cliError('FLAGS_TOGETHER', { first: '--follow', second: `--${second}` });
      return await followLogs({ flags: { ...flags, ...ERROR_LINES }, client, output, signal });
    }
    const query = { ...toRangeQuery(flags), ...filter };
    if (flags.summary) {
      for (const second of ['by', 'count'] as const)
        if (flags[second] !== undefined)
          throw cliError('FLAGS_TOGETHER', { first: '--summary', second: `--${second}` });
      return await printErrorSummary(
        output,
        await client.get('/api/v1/errors/summary', { query, signal }),
      );
    }
    const limit = flags.count ?? DEFAULT_COUNT;
    if (limit > MOST_ROWS)
      throw cliError('FLAG_VALUE_WRONG', {
        flag: '--count',
        given: String(limit),
        expected: `must be at most ${String(MOST_ROWS)}`,
        suggestion: '',
      });
    const { by } = flags;
    const { data, meta } = await client.get('/api/v1/errors', {
      query: { ...query, by, limit },
      signal,
    });
    const isGroups = by === undefined || by === 'group';
    if (isGroups) await printList(output, GROUP_COLUMNS, [{ data: data.filter(isGroup), meta }]);
    else await printList(output, PART_COLUMNS, [{ data: data.filter(isPart), meta }]);
    if (output.format === 'json' || output.format === 'ndjson') return;
    const range = describeRange(meta);
    if (data.length === 0) {
      output.note(`No error from ${range}. A longer --since may show some.`);
      return;
    }
    const more = meta.truncated ? ' There are more: a larger --count.' : '';
    const noun = isGroups ? 'kind of error' : 'row';
    const amount =
      isGroups && data.length !== 1
        ? `${String(data.length)} kinds of errors`
        : showAmount(data.length, noun);
    output.note(`${amount} from ${range}.${more}`);
    const [top] = data;
    if (top?.by === 'group') output.hint(`heartwood logs errors --id ${top.fingerprint}`);
  },
});

const isGroup = (row: ErrorGroup | ErrorPart): row is ErrorGroup => row.by === 'group';
const isPart = (row: ErrorGroup | ErrorPart): row is ErrorPart => row.by !== 'group';

/** A kind of error is one, whatever else is asked of the list. */
const NOT_WITH_ID = [
  'summary',
  'follow',
  'by',
  'count',
  'category',
  'component',
  'feature',
  'service',
  'session',
  'trace',
] as const;

const DEFAULT_COUNT = 10;
/** As many as the API gives. */
const MOST_ROWS = 500;

/** The lines that tell of errors. */
const ERROR_LINES = {
  level: 'error',
  filter: undefined,
  grep: undefined,
  exclude: undefined,
  event: undefined,
  attribute: undefined,
  all: false,
  relative: false,
} as const;
