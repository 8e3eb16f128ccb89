/** `retention show`: how many of those who start return in each period after it. */
import { defineCommand } from '../command.ts';
import type { FlagTable } from '../flag.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import { printRetention } from './retention-columns.ts';

/** How a table is split. */
export const RETENTION_FLAGS = {
  ...ANALYTIC_FLAGS,
  since: {
    ...ANALYTIC_FLAGS.since,
    doc: 'The starts of this time up to now, such as 28d or 12w. Default: as many periods as the table follows, twice as many with on_or_after.',
  },
  by: {
    kind: 'text',
    value: 'PROPERTY',
    doc: 'Splits it by the value of this property at the start: service, resource.<key>, any attribute by its key. Default: the breakdown of the definition.',
  },
  top: {
    kind: 'count',
    value: 'GROUPS',
    doc: 'How many groups before the rest becomes $other, at most 200. Default: 10.',
  },
} as const satisfies FlagTable;

export const showRetention = defineCommand({
  examples: [
    ['heartwood retention export_weekly --since 84d', 'who started in 12 weeks, and came back'],
    ['heartwood retention export_weekly --since 84d --by service', 'by the service of the start'],
    ['heartwood retention export_weekly --since 84d --json --explain', 'with the SQL that ran'],
  ],
  argument: { noun: 'id of a retention table', value: 'id' },
  flags: RETENTION_FLAGS,
  run: async ({ flags, argument, client, output, signal }) => {
    const { by, top } = flags;
    const query = { ...toAnalyticQuery(flags), by, top };
    const params = { id: argument };
    await printRetention(
      output,
      await client.get('/api/v1/retention/{id}', { params, query, signal }),
    );
  },
});
