/** The flags that narrow log records, and the pages that they are fetched in. */
import type { AnswerOf, Client, QueryOf } from '@heartwood/api/client';
import { LOG_SEVERITIES, type LogSeverity } from '@heartwood/semconv';
import { cliError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flag.ts';
import { readPages } from '../pages.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import { suggestion } from '../suggest.ts';

type Query = QueryOf<'/api/v1/logs'>;
type Answer = AnswerOf<'/api/v1/logs'>;

export const LOG_FLAGS = {
  filter: {
    kind: 'text',
    value: 'LEVEL|REGEX',
    doc: String.raw`A level, such as ERROR, and all above; else a pattern of the message and of names of events, in which \| parts alternatives as grep has it.`,
  },
  component: {
    kind: 'text',
    value: 'NAME',
    doc: 'Only lines of this component, else service: the exact name, or a pattern such as /^sync/.',
  },
  level: {
    kind: 'text',
    value: 'LEVEL',
    doc: `Only lines of at least this level: ${LOG_SEVERITIES.join(', ')}.`,
  },
  grep: {
    kind: 'text',
    value: 'REGEX',
    doc: 'Only lines with this pattern in their message or name of the event; (?i) in front takes any letter case.',
  },
  exclude: {
    kind: 'text',
    value: 'REGEX',
    doc: 'Only lines without this pattern in their message and name of the event.',
  },
  trace: { kind: 'text', value: 'ID', doc: 'Only lines of this trace.' },
  session: { kind: 'text', value: 'ID', doc: 'Only lines of this session.' },
  feature: { kind: 'text', value: 'NAME', doc: 'Only lines of this feature; the exact name.' },
  service: { kind: 'text', value: 'NAME', doc: 'Only lines sent by this service.' },
  event: { kind: 'text', value: 'NAME', doc: 'Only events of this name.' },
  attribute: {
    kind: 'texts',
    value: 'KEY=VALUE',
    doc: 'Only lines with this attribute; may be given several times.',
  },
  ...RANGE_FLAGS,
  all: {
    kind: 'switch',
    doc: 'Also the heartbeats and the progress of running operations, which are left out otherwise.',
  },
} as const satisfies FlagTable;

/** The query of these flags. */
export function toLogQuery(flags: FlagValues<typeof LOG_FLAGS>): Query {
  return {
    ...toRangeQuery(flags),
    filter: flags.filter,
    component: flags.component,
    minSeverity: flags.level === undefined ? undefined : toLevel(flags.level),
    pattern: flags.grep,
    notPattern: flags.exclude,
    traceId: flags.trace,
    session: flags.session,
    feature: flags.feature,
    service: flags.service,
    event: flags.event,
    attribute: flags.attribute === undefined ? undefined : [...flags.attribute],
    withoutProgress: !flags.all && flags.event === undefined,
  };
}

/** The pages of such a query. */
export const readLogPages = (
  client: Client,
  first: Query,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<Answer> =>
  readPages((query) => client.get('/api/v1/logs', { query, signal }), first, limit);

function toLevel(given: string): LogSeverity {
  const word = given.toLowerCase();
  const level = LOG_SEVERITIES.find((severity) => severity === (ALIASES[word] ?? word));
  if (level !== undefined) return level;
  throw cliError('FLAG_VALUE_WRONG', {
    flag: '--level',
    given,
    expected: `must be one of ${LOG_SEVERITIES.join(', ')}`,
    suggestion: suggestion(word, LOG_SEVERITIES),
  });
}

const ALIASES: Readonly<Record<string, LogSeverity>> = { warning: 'warn', critical: 'fatal' };
