/** `features performance`: one feature against its own history, over time, and by how much it works on. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope } from '../listing.ts';
import { printReport } from '../print-report.ts';
import { INTERVAL_CHOICES, ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import { toTable, type Cell, type Column } from '../render/column.ts';
import { showAmount, showCount, showMs, showScore, showShare } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import type { Tone, View } from '../render/style.ts';
import { printAnalytic } from './print-analytic.ts';

type Data = AnswerOf<'/api/v1/features/{name}/performance'>['data'];
type Point = Data['points'][number];
type Size = Data['sizes'][number];
type Compared = Data['windows'][number];
type Comparison = Data['regression']['duration'];

export const showPerformance = defineCommand({
  examples: [
    ['heartwood features performance checkout', 'a week against the four before it'],
    ['heartwood features performance checkout --since 24h --interval 1h', 'a day, hour by hour'],
    ['heartwood features performance checkout --json --explain', 'with the SQL that ran'],
  ],
  argument: { noun: 'name of a feature', value: 'name' },
  flags: {
    ...ANALYTIC_FLAGS,
    since: {
      ...ANALYTIC_FLAGS.since,
      doc: 'The time up to now, such as 24h or 7d. Default: 7d.',
    },
    interval: {
      kind: 'choice',
      value: 'LENGTH',
      choices: INTERVAL_CHOICES,
      doc: `Length of a bucket: ${INTERVAL_CHOICES.join(', ')}. Default: auto.`,
    },
  },
  run: async ({ argument, flags, client, output, signal }) => {
    const answer = await client.get('/api/v1/features/{name}/performance', {
      params: { name: argument },
      query: { ...toAnalyticQuery(flags), interval: flags.interval },
      signal,
    });
    const { data, meta } = answer;
    if (output.format === 'json') return await printEnvelope(output, data, meta);
    if (output.format === 'csv' || output.format === 'ndjson')
      return await printAnalytic(output, answer, POINT_COLUMNS, data.points);
    const parts = reportOf(data, output.view, meta.timeZone);
    await printReport(output, data.feature, parts);
    for (const warning of meta.warnings) output.warn(warning);
    if (meta.explain !== undefined) output.note(`Counted: ${meta.explain.sentence}`);
    output.note(`${showAmount(meta.sampleSize.n, 'run')} from ${describeRange(meta)}.`);
  },
});

const POINT_COLUMNS: readonly Column<Point>[] = [
  { name: 'start', title: 'from', kind: 'minute', read: (point) => point.start, rank: 99 },
  { name: 'end', kind: 'minute', read: (point) => point.end },
  { name: 'complete', kind: 'text', read: (point) => String(point.complete) },
  { name: 'runs', title: 'runs', kind: 'count', read: (point) => point.runs, rank: 98 },
  {
    name: 'successRate',
    title: 'success',
    kind: 'share',
    read: (point) => point.successRate,
    rank: 90,
  },
  { name: 'p50Ms', title: 'p50 ms', kind: 'ms', read: (point) => point.p50Ms, rank: 80 },
  { name: 'p95Ms', title: 'p95 ms', kind: 'ms', read: (point) => point.p95Ms, rank: 95 },
  ...(['excellent', 'good', 'acceptable', 'slow', 'very_slow'] as const).map(
    (tier, index): Column<Point> => ({
      name: tier,
      title: tier.replace('_', ' '),
      kind: 'count',
      read: ({ tiers }) => tiers[tier],
      rank: 70 - index,
    }),
  ),
  {
    name: 'efficiency',
    title: 'efficiency',
    kind: 'score',
    read: (point) => point.efficiency,
    rank: 60,
  },
  {
    name: 'efficiencyWithoutFailures',
    title: 'without failures',
    kind: 'score',
    read: (point) => point.efficiencyWithoutFailures,
    rank: 50,
  },
];

const WINDOW_COLUMNS: readonly Column<Compared>[] = [
  { name: 'from', title: 'from', kind: 'minute', read: (row) => row.from, rank: 9 },
  { name: 'to', title: 'to', kind: 'minute', read: (row) => row.to, rank: 3 },
  { name: 'runs', title: 'runs', kind: 'count', read: (row) => row.runs, rank: 8 },
  { name: 'successRate', title: 'success', kind: 'share', read: (row) => row.successRate, rank: 6 },
  { name: 'p50Ms', title: 'p50 ms', kind: 'ms', read: (row) => row.p50Ms, rank: 4 },
  { name: 'p95Ms', title: 'p95 ms', kind: 'ms', read: (row) => row.p95Ms, rank: 7 },
];

const SIZE_COLUMNS: readonly Column<Size>[] = [
  { name: 'from', title: 'items from', kind: 'count', read: (row) => row.from, rank: 9 },
  { name: 'to', title: 'below', kind: 'count', read: (row) => row.to, rank: 5 },
  { name: 'runs', title: 'runs', kind: 'count', read: (row) => row.runs, rank: 8 },
  { name: 'p50Ms', title: 'p50 ms', kind: 'ms', read: (row) => row.p50Ms, rank: 4 },
  { name: 'p95Ms', title: 'p95 ms', kind: 'ms', read: (row) => row.p95Ms, rank: 6 },
  { name: 'msPerItem', title: 'ms an item', kind: 'ms', read: (row) => row.msPerItem, rank: 7 },
];

/** The latest are shown; --json has all. */
const SHOWN_POINTS = 14;

function reportOf(data: Data, view: View, timeZone: string): Part[] {
  const { regression, numbers, points, windows, sizes, bestSize } = data;
  const table = <Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[]) =>
    rows.length === 0
      ? []
      : [{ kind: 'table', title, table: toTable(columns, rows, view, timeZone) } as const];
  const score = (value: number | null): Cell => ({
    text: value === null ? view.symbols.none : showScore(value),
  });
  return [
    {
      kind: 'facts',
      title: 'Against the weeks before',
      facts: [
        ['verdict', { text: wordsOf(regression.verdict), tone: toneOf(regression.verdict) }],
        factOf('p95', regression.duration, (ms) => `${showMs(ms)} ms`),
        factOf('success', regression.success, showShare),
        ['efficiency', score(numbers.efficiency)],
        ['without failures', score(numbers.efficiencyWithoutFailures)],
        ...(bestSize === null
          ? []
          : [
              [
                'least time an item',
                { text: `${showCount(bestSize.from)} to below ${showCount(bestSize.to)} items` },
              ] as const,
            ]),
      ],
    },
    ...table('Windows that are compared', WINDOW_COLUMNS, windows),
    ...table('Over time', POINT_COLUMNS, points.slice(-SHOWN_POINTS)),
    ...table('By input size', SIZE_COLUMNS, sizes),
  ];
}

function factOf(label: string, comparison: Comparison, show: (value: number) => string): Fact {
  const { verdict, value, before, change, n, beforeN } = comparison;
  const text = (number: number | null): string => (number === null ? 'none' : show(number));
  const by =
    change === null ? '' : `, ${change < 0 ? '-' : '+'}${showShare(Math.abs(change))} of itself`;
  return [
    label,
    {
      text: `${wordsOf(verdict)}: ${text(value)} of ${showAmount(n, 'run')}, ${text(before)} of ${showCount(beforeN)} before${by}`,
      tone: toneOf(verdict),
    },
  ];
}

const wordsOf = (verdict: string): string => verdict.replaceAll('_', ' ');

function toneOf(verdict: Comparison['verdict']): Tone {
  if (verdict === 'not_enough_data') return 'quiet';
  return verdict === 'worse' ? 'bad' : 'good';
}
