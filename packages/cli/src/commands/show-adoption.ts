/** `adoption`: all features with who could use them, tried, adopted and left, or one day by day. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope } from '../listing.ts';
import { printReport } from '../print-report.ts';
import { drawSpark } from '../render/chart.ts';
import { toTable, type Cell, type Column } from '../render/column.ts';
import { showCount, showScore, showShare } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import type { View } from '../render/style.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import { ADOPTION_COLUMNS, DAYS_TO_ADOPT } from './adoption-columns.ts';
import { printAnalytic } from './print-analytic.ts';

type Detail = AnswerOf<'/api/v1/adoption/{name}'>['data'];
type Day = Detail['days'][number];

/** Stands for no feature: the table of all. */
const ALL = '*';

export const showAdoption = defineCommand({
  examples: [
    ['heartwood adoption', 'all features over 12 weeks, then those that nobody uses'],
    ['heartwood adoption --since 26w --format md', 'half a year, for a page'],
    ['heartwood adoption checkout', 'one feature, day by day'],
    ['heartwood adoption checkout --json --explain', 'with the SQL that ran'],
  ],
  argument: { noun: 'name of a feature or id of an adoption', value: 'feature', preset: ALL },
  flags: {
    ...ANALYTIC_FLAGS,
    since: {
      ...ANALYTIC_FLAGS.since,
      doc: 'The time up to now, such as 28d or 12w. Default: 12w.',
    },
    limit: {
      kind: 'count',
      short: 'n',
      value: 'ROWS',
      doc: 'How many features that are used, at most 100; of all of them. Default: 50.',
    },
  },
  run: async ({ argument, flags, client, output, signal }) => {
    const query = toAnalyticQuery(flags);
    if (argument === ALL) {
      const limit = flags.limit ?? 50;
      const path = '/api/v1/adoption';
      const answer = await client.get(path, { query: { ...query, limit }, signal });
      const columns =
        output.format === 'csv' ? ADOPTION_COLUMNS : [...ADOPTION_COLUMNS, DAYS_TO_ADOPT];
      await printAnalytic(output, answer, columns, answer.data);
      return;
    }
    const params = { name: argument };
    const answer = await client.get('/api/v1/adoption/{name}', { params, query, signal });
    const { data, meta } = answer;
    if (output.format === 'json') return await printEnvelope(output, data, meta);
    if (output.format === 'csv' || output.format === 'ndjson')
      return await printAnalytic(output, answer, DAY_COLUMNS, data.days);
    const parts = reportOf(data, output.view, meta.timeZone);
    await printReport(output, data.title, parts);
    for (const warning of meta.warnings) output.warn(warning);
    if (meta.explain !== undefined) output.note(`Counted: ${meta.explain.sentence}`);
    output.note(`${describeRange(meta)}.`);
  },
});

const DAY_COLUMNS: readonly Column<Day>[] = [
  { name: 'start', title: 'from', kind: 'minute', read: (day) => day.start, rank: 90 },
  { name: 'end', kind: 'minute', read: (day) => day.end },
  { name: 'complete', kind: 'text', read: (day) => String(day.complete) },
  {
    name: 'daysSinceRelease',
    title: 'since release',
    kind: 'count',
    read: (day) => day.daysSinceRelease,
    rank: 50,
  },
  { name: 'tried', title: 'tried', kind: 'count', read: (day) => day.tried, rank: 80 },
  { name: 'adopted', title: 'adopted', kind: 'count', read: (day) => day.adopted, rank: 81 },
  {
    name: 'triedTotal',
    title: 'all tried',
    kind: 'count',
    read: (day) => day.triedTotal,
    rank: 70,
  },
  {
    name: 'adoptedTotal',
    title: 'all adopted',
    kind: 'count',
    read: (day) => day.adoptedTotal,
    rank: 71,
  },
];

/** The latest are shown; --json has all. */
const SHOWN_DAYS = 14;

function reportOf(data: Detail, view: View, timeZone: string): Part[] {
  const days = data.days.slice(-SHOWN_DAYS);
  return [
    { kind: 'facts', title: data.feature, facts: factsOf(data, view) },
    { kind: 'table', title: 'The last days', table: toTable(DAY_COLUMNS, days, view, timeZone) },
  ];
}

function factsOf(data: Detail, { symbols }: View): Fact[] {
  const cell = (text: string | null): Cell => ({ text: text ?? symbols.none });
  const part = (count: number | null, share: number | null): Cell =>
    cell(
      count === null
        ? null
        : `${showCount(count)} (${share === null ? symbols.none : showShare(share)})`,
    );
  const { minUses, minDays, windowDays, runsPerWeek, timeToAdoptMs, exposed } = data;
  const totals = data.days.map(({ adoptedTotal }) => adoptedTotal);
  return [
    ['counted', cell(`${data.unit}s`)],
    ['eligible', cell(showCount(data.eligible))],
    ...(exposed === null ? [] : [['shown', cell(showCount(exposed))] as const]),
    ['tried', part(data.tried, data.breadth)],
    ['adopted', part(data.adopted, data.adoptionRate)],
    ['stayed', part(data.retained, data.retainedRate)],
    ['left', part(data.abandoned, data.abandonedRate)],
    ['runs a week', cell(runsPerWeek === null ? null : showScore(runsPerWeek))],
    ['days to adopt', cell(timeToAdoptMs === null ? null : showScore(timeToAdoptMs / 86_400_000))],
    [
      'to adopt',
      cell(
        `${showCount(minUses)} runs on ${showCount(minDays)} days within ${showCount(windowDays)} days`,
      ),
    ],
    ['adopters', cell(drawSpark(totals, 28, symbols))],
  ];
}
