/** `funnels show`: how many get how far through the steps of a funnel. */
import { defineCommand } from '../command.ts';
import { INTERVAL_CHOICES, ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import type { FlagTable } from '../flag.ts';
import { printFunnel } from './funnel-report.ts';

/** How a funnel is cut. */
export const FUNNEL_FLAGS = {
  ...ANALYTIC_FLAGS,
  by: {
    kind: 'text',
    value: 'PROPERTY',
    doc: 'Splits it by this property: feature, service, resource.<key>, any attribute by its key. Default: the breakdown of the definition.',
  },
  top: {
    kind: 'count',
    value: 'GROUPS',
    doc: 'How many groups before the rest becomes $other, at most 200. Default: 10.',
  },
  interval: {
    kind: 'choice',
    value: 'LENGTH',
    choices: INTERVAL_CHOICES,
    doc: `Adds the trend by the time of the first step, in buckets of this length: ${INTERVAL_CHOICES.join(', ')}.`,
  },
} as const satisfies FlagTable;

export const showFunnel = defineCommand({
  examples: [
    ['heartwood funnels show checkout --since 7d', 'who of the last week got how far'],
    [
      'heartwood funnel checkout --since 28d --by service',
      'the same by the service of the first step',
    ],
    ['heartwood funnel checkout --since 28d --interval 1d', 'with the trend, day by day'],
    ['heartwood funnel checkout --explain --json | jq .meta.explain', 'what ran'],
  ],
  argument: { noun: 'id of a funnel', value: 'id' },
  flags: FUNNEL_FLAGS,
  run: async ({ flags, argument, client, output, signal }) => {
    const { by, top, interval } = flags;
    const query = { ...toAnalyticQuery(flags), by, top: top ?? 10, interval };
    const params = { id: argument };
    await printFunnel(output, await client.get('/api/v1/funnels/{id}', { params, query, signal }));
  },
});
