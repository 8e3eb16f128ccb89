/** `features slowness`: whether those who met a slow run come back less. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { showMs } from '../render/number.ts';
import { printAnalytic } from './print-analytic.ts';

type Data = AnswerOf<'/api/v1/features/{name}/slowness'>['data'];
type Group = Data['slow'];
type Row = Group & { readonly side: string };

const columnsOf = (unit: 'user' | 'session'): readonly Column<Row>[] => [
  { name: 'side', title: 'days', kind: 'text', read: (row) => row.side, rank: 99 },
  { name: 'n', title: 'counted', kind: 'count', read: (row) => row.n, rank: 98 },
  { name: 'actors', title: `of ${unit}s`, kind: 'count', read: (row) => row.actors, rank: 70 },
  { name: 'returned', title: 'returned', kind: 'count', read: (row) => row.returned, rank: 90 },
  { name: 'rate', title: 'share', kind: 'share', read: (row) => row.rate, rank: 95 },
  {
    name: 'low',
    title: 'at least',
    kind: 'share',
    read: (row) => row.interval?.low ?? null,
    rank: 85,
  },
  {
    name: 'high',
    title: 'at most',
    kind: 'share',
    read: (row) => row.interval?.high ?? null,
    rank: 84,
  },
  { name: 'immature', title: 'too young', kind: 'count', read: (row) => row.immature, rank: 60 },
];

export const showSlowness = defineCommand({
  examples: [
    ['heartwood features slowness checkout', 'who came back after slow runs, and after fast ones'],
    ['heartwood features slowness checkout --slow-ms 800', 'slower than the own target'],
    ['heartwood features slowness checkout --return-to any --since 12w', 'back to any feature'],
  ],
  argument: { noun: 'name of a feature', value: 'name' },
  flags: {
    ...ANALYTIC_FLAGS,
    since: {
      ...ANALYTIC_FLAGS.since,
      doc: 'The time up to now, such as 28d. Default: 35d, of which 4 weeks have their 7 days to return.',
    },
    slow: {
      kind: 'choice',
      value: 'RULE',
      choices: ['quartile', 'tier'],
      doc: 'What is slow: longer than three quarters of the runs (quartile), or tier slow or very_slow. Default: quartile.',
    },
    'slow-ms': {
      kind: 'milliseconds',
      value: 'TIME',
      doc: 'The own target instead: runs that took at least that long are slow, such as 800ms.',
    },
    'return-to': {
      kind: 'choice',
      value: 'WHAT',
      choices: ['feature', 'any'],
      doc: 'What counts as coming back: a run of this feature, or of any. Default: feature.',
    },
    unit: {
      kind: 'choice',
      value: 'UNIT',
      choices: ['user', 'session'],
      doc: 'Whose days: user (session where the user is unknown) or session. Default: user.',
    },
  },
  run: async ({ argument, flags, client, output, signal }) => {
    const { slow, unit } = flags;
    const asked = { slow, slowMs: flags['slow-ms'], returnTo: flags['return-to'], unit };
    const answer = await client.get('/api/v1/features/{name}/slowness', {
      params: { name: argument },
      query: { ...toAnalyticQuery(flags), ...asked },
      signal,
    });
    const { data } = answer;
    const rows = (['slow', 'fast'] as const).map((side): Row => ({ side, ...data[side] }));
    const columns = columnsOf(unit ?? 'user');
    await printAnalytic(output, answer, columns, rows, notesOf(data, flags['slow-ms']));
  },
});

function notesOf({ difference, reading, thresholdMs }: Data, slowMs: number | undefined): string[] {
  const points = (share: number): string => (share * 100).toFixed(1);
  return [
    ...(thresholdMs === null ? [] : [describeSlow(thresholdMs, slowMs)]),
    ...(difference === null
      ? []
      : [
          `Difference: ${points(difference.value)} points, between ${points(difference.low)} and ${points(difference.high)} in 95 of 100 samples.`,
        ]),
    reading,
  ];
}

/** The own number as it was given; that of the quartile belongs to the fast ones. */
const describeSlow = (thresholdMs: number, slowMs: number | undefined): string =>
  slowMs === undefined
    ? `Slow: longer than ${showMs(thresholdMs)} ms.`
    : `Slow: ${String(slowMs)} ms or longer.`;
