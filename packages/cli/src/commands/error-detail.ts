/** `logs errors --id`: one kind of error, whom it met, and the records that told of it last. */
import type { AnswerOf } from '@heartwood/api/client';
import { describeRange, printEnvelope, printRows } from '../listing.ts';
import { printReport } from '../print-report.ts';
import type { Output } from '../output.ts';
import { drawSpark } from '../render/chart.ts';
import { toTable, type Column } from '../render/column.ts';
import { GROUP_COLUMNS } from './errors-columns.ts';
import { showAmount, showCount } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import type { View } from '../render/style.ts';
import { showTime } from '../render/time.ts';

type Answer = AnswerOf<'/api/v1/errors/{fingerprint}'>;
type Detail = Answer['data'];
type Told = Detail['recent'][number];

export async function printError(output: Output, { data, meta }: Answer): Promise<void> {
  const { format, view } = output;
  if (format === 'json') return await printEnvelope(output, data, meta);
  if (format === 'ndjson' || format === 'csv')
    return await printRows(output, GROUP_COLUMNS, [data], meta);
  const parts = partsOf(data, meta.timeZone, view);
  await printReport(output, data.title, parts);
  for (const warning of meta.warnings) output.warn(warning);
  output.note(`${showAmount(data.occurrences, 'occurrence')} from ${describeRange(meta)}.`);
  if (data.traceId !== null) output.hint(`heartwood logs show --trace ${data.traceId}`);
}

function partsOf(data: Detail, timeZone: string, view: View): Part[] {
  const time = (instant: string): string => showTime(instant, timeZone, 'second');
  const { before, trend } = data;
  const facts: readonly (readonly [string, string | null])[] = [
    ['do', data.action.text],
    ['about', data.action.object],
    ['category', data.category],
    ['code', data.code],
    ['said last', data.message],
    ['in', data.stackTop],
    [
      'times',
      `${showCount(data.occurrences)}${before === null ? '' : `, ${showCount(before)} before`}`,
    ],
    ['trend', trend],
    ['over time', drawSpark(data.spark, SPARK_WIDTH, view.symbols)],
    ['users', showCount(data.users)],
    ['sessions', showCount(data.sessions)],
    [
      'features',
      data.features
        .map(({ feature, occurrences }) => `${feature} ${showCount(occurrences)}`)
        .join(', '),
    ],
    [
      'components',
      data.components
        .map(({ component, occurrences }) => `${component} ${showCount(occurrences)}`)
        .join(', '),
    ],
    ['first seen', time(data.firstSeen)],
    ['last seen', time(data.lastSeen)],
    ['trace', data.traceId],
    ['id', data.fingerprint],
  ];
  const known = facts.flatMap(([label, text]): Fact[] =>
    text === null || text === '' ? [] : [[label, { text }]],
  );
  const told: Part[] =
    data.recent.length === 0
      ? []
      : [
          {
            kind: 'table',
            title: 'Told last by',
            table: toTable(TOLD_COLUMNS, data.recent, view, timeZone),
          },
        ];
  return [{ kind: 'facts', title: 'What it is', facts: known }, ...told];
}

const SPARK_WIDTH = 24;

const TOLD_COLUMNS: readonly Column<Told>[] = [
  { name: 'time', title: 'time', kind: 'second', read: (row) => row.time, rank: 99 },
  { name: 'source', title: 'by', kind: 'text', read: (row) => row.source, rank: 60 },
  {
    name: 'component',
    title: 'component',
    kind: 'text',
    read: (row) => row.component ?? row.service,
    rank: 90,
  },
  { name: 'feature', title: 'feature', kind: 'text', read: (row) => row.feature, rank: 80 },
  { name: 'session', title: 'session', kind: 'text', read: (row) => row.session, rank: 40 },
  { name: 'traceId', title: 'trace', kind: 'text', read: (row) => row.traceId, rank: 70 },
];
