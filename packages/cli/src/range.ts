/** The flags that narrow what is asked about: a range of time, and what runs have in common. */
import { FEATURE_STATUSES, INTERVALS } from '@heartwood/semconv';
import { cliError } from './errors.ts';
import type { FlagTable, FlagValues } from './flag.ts';
import { localTimeZone } from './render/time.ts';

export const RANGE_FLAGS = {
  since: {
    kind: 'text',
    also: 'last',
    value: 'LENGTH|TIME',
    doc: 'The time up to now, such as 15m, 24h, 7d or 4w; or since when, as --from takes it. Default: 24h.',
  },
  from: {
    kind: 'text',
    value: 'TIME',
    doc: 'Start instead of --since: ISO 8601, epoch milliseconds, today or yesterday.',
  },
  to: { kind: 'text', also: 'until', value: 'TIME', doc: 'End, in the same forms. Default: now.' },
  'time-zone': {
    kind: 'text',
    value: 'ZONE',
    doc: 'Zone in which times are read and shown, such as Europe/Berlin. Default: that of this machine.',
  },
} as const satisfies FlagTable;

/** A bucket length, or the choice left to the server. */
export const INTERVAL_CHOICES = ['auto', ...INTERVALS] as const;

/** How numbers came about. */
export const EXPLAIN_FLAG = {
  explain: {
    kind: 'switch',
    doc: 'With --json: how the numbers came about, as meta.explain. Else: the definition in words, as a note.',
  },
} as const satisfies FlagTable;

/** The same for analytics: days are those of the project, so that two people get one number. */
export const ANALYTIC_FLAGS = {
  ...RANGE_FLAGS,
  'time-zone': {
    kind: 'text',
    value: 'ZONE',
    doc: 'Zone in which times are read and days are cut, such as Europe/Berlin. Default: that of the server (HEARTWOOD_TIME_ZONE).',
  },
  ...EXPLAIN_FLAG,
} as const satisfies FlagTable;

export const RUN_FLAGS = {
  category: { kind: 'text', value: 'NAME', doc: 'Only runs of this category.' },
  component: { kind: 'text', value: 'NAME', doc: 'Only runs of this component.' },
  service: { kind: 'text', value: 'NAME', doc: 'Only runs sent by this service.' },
  status: {
    kind: 'choice',
    value: 'STATUS',
    choices: FEATURE_STATUSES,
    doc: `Only runs that ended so: ${FEATURE_STATUSES.join(', ')}.`,
  },
} as const satisfies FlagTable;

/** A range as the API takes it. */
export interface RangeQuery {
  readonly since: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly timeZone: string | undefined;
}

/** The query of the range flags; the server reads the times. */
export function toRangeQuery(flags: FlagValues<typeof RANGE_FLAGS>): RangeQuery {
  const { since, from, to } = flags;
  if (since !== undefined && from !== undefined)
    throw cliError('FLAGS_TOGETHER', { first: '--since', second: '--from' });
  const isTime = since !== undefined && TIME.test(since.trim());
  return {
    since: isTime ? undefined : since,
    from: isTime ? since : from,
    to,
    timeZone: flags['time-zone'] ?? localTimeZone(),
  };
}

/** What begins as a time does; all else is a length, or the server says what one looks like. */
const TIME = /^(?:today|yesterday|\d{4}-\d\d.*|\d{8}|\d{10,})$/iu;

/** The query of the flags of an analytic: the zone of this machine stays at home. */
export function toAnalyticQuery(
  flags: FlagValues<typeof ANALYTIC_FLAGS>,
): RangeQuery & { readonly explain: boolean } {
  return { ...toRangeQuery(flags), timeZone: flags['time-zone'], explain: flags.explain };
}

/** The query of the flags that narrow runs. */
export function toRunQuery({
  category,
  component,
  service,
  status,
}: FlagValues<typeof RUN_FLAGS>): FlagValues<typeof RUN_FLAGS> {
  return { category, component, service, status };
}
