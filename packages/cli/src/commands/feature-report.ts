/** The report about one feature, part by part. */
import type { AnswerOf } from '@heartwood/api/client';
import { drawBar, drawSpark } from '../render/chart.ts';
import { toTable, type Cell, type Column } from '../render/column.ts';
import { showAmount, showCount, showMs, showScore, showShare } from '../render/number.ts';
import type { Fact, Part } from '../render/report.ts';
import type { View } from '../render/style.ts';
import { showTime } from '../render/time.ts';
import { toneOfShare, toneOfStatus, toneOfTier } from '../render/tone.ts';
import { RECORD_COLUMNS, type RecordRow } from './record-columns.ts';

type Answer = AnswerOf<'/api/v1/features/{name}'>;
type Detail = Answer['data'];

/** The parts in the order in which they answer: how much, how well, how fast, what goes wrong, when. */
export function featureReport(
  { data, meta }: Answer,
  failures: readonly RecordRow[],
  view: View,
): Part[] {
  const { timeZone } = meta;
  const table = <Row>(
    title: string,
    columns: readonly Column<Row>[],
    rows: readonly Row[],
  ): Part[] =>
    rows.length === 0
      ? []
      : [{ kind: 'table', title, table: toTable(columns, rows, view, timeZone) }];
  return [
    { kind: 'facts', title: 'Numbers', facts: numbers(data, view, timeZone) },
    ...table('Status', statusColumns(view), data.statuses),
    { kind: 'facts', title: 'Duration', facts: durations(data, view) },
    ...table('Tiers', tierColumns(view), data.tiers),
    ...table('Errors', ERROR_COLUMNS, data.errors),
    { kind: 'lines', title: 'Usage', lines: usage({ data, meta }, view) },
    ...table('Recent failures', FAILURE_COLUMNS, failures),
  ];
}

// Status or tier, runs and share stand to the left of a bar.
const barWidth = ({ width }: View): number => Math.max(4, Math.min(24, width - 34));

function numbers(data: Detail, { symbols }: View, timeZone: string): Fact[] {
  const none = { text: symbols.none };
  const moment = (instant: string | null): Cell =>
    instant === null ? none : { text: showTime(instant, timeZone, 'minute') };
  const { allTime } = data;
  const since =
    allTime.firstSeen === null ? '' : ` since ${showTime(allTime.firstSeen, timeZone, 'minute')}`;
  return [
    ['runs', { text: showCount(data.runs) }],
    ['users', data.users === null ? none : { text: showCount(data.users) }],
    ['sessions', data.sessions === null ? none : { text: showCount(data.sessions) }],
    [
      'success',
      data.successRate === null
        ? none
        : { text: showShare(data.successRate), tone: toneOfShare(data.successRate) },
    ],
    ['efficiency', data.efficiency === null ? none : { text: showScore(data.efficiency) }],
    ['tier', data.tier === null ? none : { text: data.tier, tone: toneOfTier(data.tier) }],
    ['category', { text: data.category ?? symbols.none }],
    ['component', { text: data.component ?? symbols.none }],
    ['first seen', moment(data.firstSeen)],
    ['last seen', moment(data.lastSeen)],
    ['all time', { text: `${showAmount(allTime.runs, 'run')}${since}` }],
  ];
}

function durations({ p50Ms, p95Ms, p99Ms, meanMs }: Detail, { symbols }: View): Fact[] {
  const cell = (ms: number | null): Cell => ({
    text: ms === null ? symbols.none : `${showMs(ms)} ms`,
  });
  return [
    ['p50', cell(p50Ms)],
    ['p95', cell(p95Ms)],
    ['p99', cell(p99Ms)],
    ['mean', cell(meanMs)],
  ];
}

interface Share {
  readonly runs: number;
  readonly share: number | null;
}

const shareColumns = <Row extends Share>(view: View): Column<Row>[] => [
  { name: 'runs', title: 'runs', kind: 'count', read: ({ runs }) => runs, rank: 3 },
  { name: 'share', title: 'share', kind: 'share', read: ({ share }) => share, rank: 2 },
  {
    name: 'bar',
    title: '',
    kind: 'text',
    read: ({ share }) => drawBar(share ?? 0, barWidth(view), view.symbols),
  },
];

const statusColumns = (view: View): Column<Detail['statuses'][number]>[] => [
  {
    name: 'status',
    title: 'status',
    kind: 'text',
    read: ({ status }) => status,
    rank: 4,
    tone: ({ status, runs }) => (runs > 0 ? toneOfStatus(status) : 'quiet'),
  },
  ...shareColumns<Detail['statuses'][number]>(view),
];

const tierColumns = (view: View): Column<Detail['tiers'][number]>[] => [
  {
    name: 'tier',
    title: 'tier',
    kind: 'text',
    read: ({ tier }) => tier,
    rank: 4,
    tone: ({ tier, runs }) => (runs > 0 ? toneOfTier(tier) : 'quiet'),
  },
  ...shareColumns<Detail['tiers'][number]>(view),
];

const ERROR_COLUMNS: readonly Column<Detail['errors'][number]>[] = [
  {
    name: 'errorType',
    title: 'error',
    kind: 'text',
    read: (row) => row.errorType,
    rank: 6,
    cutTo: 16,
  },
  { name: 'runs', title: 'runs', kind: 'count', read: (row) => row.runs, rank: 5 },
  { name: 'share', title: 'share', kind: 'share', read: (row) => row.share, rank: 4 },
  { name: 'lastSeen', title: 'last seen', kind: 'minute', read: (row) => row.lastSeen, rank: 1 },
  {
    name: 'message',
    title: 'message',
    kind: 'text',
    read: (row) => row.message,
    rank: 3,
    cutTo: 20,
  },
  { name: 'traceId', title: 'trace', kind: 'text', read: (row) => row.traceId, rank: 2 },
];

// The feature stands in the title, and the status of a failure is told by its error.
const FAILURE_COLUMNS: readonly Column<RecordRow>[] = RECORD_COLUMNS.filter(
  ({ name }) => !['feature', 'tier', 'efficiency'].includes(name),
);

function usage({ data: { points }, meta }: Answer, { symbols, width }: View): string[] {
  if (points.length === 0) return [`no buckets of ${meta.interval}`];
  const runs = points.map(({ runs }) => runs);
  const first = points[0]?.start ?? meta.from;
  const open = points.at(-1)?.complete === false ? ', the last one still filling' : '';
  return [
    drawSpark(runs, Math.min(100, width - 2), symbols),
    `runs in ${showAmount(points.length, 'bucket')} of ${meta.interval} from ${showTime(first, meta.timeZone, 'minute')}; at most ${showCount(Math.max(...runs))} in one${open}`,
  ];
}
