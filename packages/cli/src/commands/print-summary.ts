/** Prints a day that was summed up. */
import type { AnswerOf } from '@heartwood/api/client';
import { printReport } from '../print-report.ts';
import type { Output } from '../output.ts';
import { toTable, type Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { showBytes, showCount, showDuration, showMs, showShare } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import type { View } from '../render/style.ts';
import { showTime } from '../render/time.ts';

type Summary = AnswerOf<'/api/v1/summaries'>['data'][number];

/** As a report for people, else as one line of JSON. */
export async function printSummary(output: Output, summary: Summary): Promise<void> {
  if (output.format !== 'table' && output.format !== 'md') {
    await output.write(`${toJson(summary)}\n`);
    return;
  }
  const title = `${summary.day} ${summary.timeZone}${summary.partial ? ', not all of it' : ''}`;
  const parts = partsOf(summary, output.view);
  await printReport(output, title, parts);
  for (const warning of summary.warnings) output.warn(warning);
}

function partsOf(summary: Summary, view: View): Part[] {
  const { runs, errors, duplicates, sessions, storage, timeZone } = summary;
  const { none } = view.symbols;
  const share = (value: number | null): string => (value === null ? none : showShare(value));
  const ms = (value: number | null): string => (value === null ? none : `${showMs(value)} ms`);
  const facts: Fact[] = [
    [
      'runs',
      {
        text: `${showCount(runs.runs)} of ${showCount(runs.features)} features, ${share(runs.successRate)} succeeded`,
      },
    ],
    ['failed', { text: listOf({ failed: runs.failed, timeout: runs.timeout }, none) }],
    ['users', { text: runs.users === null ? none : showCount(runs.users) }],
    ['duration', { text: `median ${ms(runs.p50Ms)}, 95 % within ${ms(runs.p95Ms)}` }],
    ['tiers', { text: listOf(summary.tiers, none) }],
    [
      'errors',
      {
        text: `${showCount(errors.occurrences)} of ${showCount(errors.kinds)} kinds, ${newKinds(errors)} new`,
        tone: errors.new.length > 0 ? 'bad' : undefined,
      },
    ],
    ['entries', { text: listOf(summary.entries, none) }],
    [
      'duplicates',
      { text: `${showCount(duplicates.duplicates)} of ${showCount(duplicates.operations)}` },
    ],
    ['operations', { text: listOf(summary.operations, none) }],
    [
      'sessions',
      {
        text: `${showCount(sessions.sessions)}, ${showCount(sessions.abandonedSessions)} abandoned, ${showDuration(sessions.activeMs)} active`,
      },
    ],
    ['database', { text: showBytes(storage.databaseBytes) }],
    ['made', { text: `${showTime(summary.madeAt, timeZone, 'second')} ${timeZone}` }],
  ];
  const parts: Part[] = [{ kind: 'facts', title: 'Day', facts }];
  const add = <Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[]): void => {
    if (rows.length > 0)
      parts.push({ kind: 'table', title, table: toTable(columns, rows, view, timeZone) });
  };
  add('Slowest runs', SLOWEST, summary.slowest);
  add('New errors', ERRORS, errors.new);
  add('Most frequent errors', ERRORS, errors.most);
  return parts;
}

/** How many are new. Older summaries do not say; the examples that they name are at least so many. */
const newKinds = ({ newKinds: known, new: named }: Summary['errors']): string =>
  known === null ? `at least ${showCount(named.length)}` : showCount(known);

/** What there is, by its name. */
const listOf = (counts: Readonly<Record<string, number>>, none: string): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${showCount(count)}`)
    .join(', ') || none;

const SLOWEST: readonly Column<Summary['slowest'][number]>[] = [
  { name: 'feature', title: 'feature', kind: 'text', read: ({ feature }) => feature, rank: 99 },
  {
    name: 'durationMs',
    title: 'took',
    kind: 'duration',
    read: ({ durationMs }) => durationMs,
    rank: 98,
  },
  { name: 'status', title: 'status', kind: 'text', read: ({ status }) => status, rank: 90 },
  {
    name: 'startTime',
    title: 'started',
    kind: 'second',
    read: ({ startTime }) => startTime,
    rank: 80,
  },
  { name: 'traceId', title: 'trace', kind: 'text', read: ({ traceId }) => traceId, rank: 60 },
];

const ERRORS: readonly Column<Summary['errors']['most'][number]>[] = [
  {
    name: 'occurrences',
    title: 'times',
    kind: 'count',
    read: ({ occurrences }) => occurrences,
    rank: 98,
  },
  { name: 'title', title: 'error', kind: 'text', read: ({ title }) => title, rank: 99, cutTo: 40 },
  { name: 'category', title: 'category', kind: 'text', read: ({ category }) => category, rank: 90 },
  { name: 'trend', title: 'trend', kind: 'text', read: ({ trend }) => trend, rank: 80 },
];
