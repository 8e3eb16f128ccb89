/** The flags of what is asked about activity. */
import type { QueryOf } from '@heartwood/api/client';
import { INTERVALS } from '@heartwood/semconv';
import type { FlagTable, FlagValues } from '../flag.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import type { Column } from '../render/column.ts';

export const ACTIVITY_FLAGS = {
  ...ANALYTIC_FLAGS,
  since: { ...ANALYTIC_FLAGS.since, doc: 'The time up to now, such as 28d or 12w. Default: 28d.' },
  feature: {
    kind: 'text',
    value: 'NAME',
    doc: 'Active is who ran this feature; any for any, which is the default.',
  },
  event: {
    kind: 'text',
    value: 'NAME',
    doc: 'Active is who did this event; any for any. With --feature, either counts.',
  },
  unit: {
    kind: 'choice',
    value: 'UNIT',
    choices: ['user', 'session'],
    doc: 'Who is counted: user (session where the user is unknown) or session. Default: user.',
  },
  interval: {
    kind: 'choice',
    value: 'LENGTH',
    choices: INTERVALS,
    doc: `Length of an interval: ${INTERVALS.join(', ')}. Default: 1d.`,
  },
  by: {
    kind: 'text',
    value: 'PROPERTY',
    doc: 'Splits it by this property: feature, service, resource.<key>, any attribute by its key.',
  },
  top: {
    kind: 'count',
    value: 'GROUPS',
    doc: 'How many groups before the rest becomes $other, at most 200. Default: 10.',
  },
} as const satisfies FlagTable;

/** The query of these flags. */
export function toActivityQuery(
  flags: FlagValues<typeof ACTIVITY_FLAGS>,
): QueryOf<'/api/v1/lifecycle'> {
  const { feature, event, unit, interval, by, top } = flags;
  return { ...toAnalyticQuery(flags), feature, event, unit, interval, by, top };
}

/** The group of a row; where nothing is split it has nothing to say to people. */
export const groupColumn = <Row extends { readonly group: string | null }>(
  by: string | undefined,
): Column<Row> => ({
  name: 'group',
  kind: 'text',
  read: (row) => row.group,
  rank: 100,
  cutTo: 24,
  ...(by === undefined ? {} : { title: by }),
});
