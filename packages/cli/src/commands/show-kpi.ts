/** `kpi show`: one KPI: how it stands, over time, and by a property. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope } from '../listing.ts';
import { printReport } from '../print-report.ts';
import { INTERVAL_CHOICES, EXPLAIN_FLAG } from '../range.ts';
import { drawSpark } from '../render/chart.ts';
import { toTable, type Cell, type Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { showCount, showShare } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import type { View } from '../render/style.ts';
import {
  AS_OF_FLAGS,
  printKpis,
  show,
  showChange,
  toAsOf,
  toneOfKpi,
  toneOfTrend,
} from './kpi-columns.ts';

type Answer = AnswerOf<'/api/v1/kpis/{id}'>;
type Detail = Answer['data'];
type KpiPart = Detail['parts'][number];

export const showKpi = defineCommand({
  examples: [
    ['heartwood kpi show checkout_success', 'how it stands, and its last days'],
    ['heartwood kpi show checkout_success --by component', 'which component holds it back'],
    ['heartwood kpi show checkout_success --json --explain', 'with the SQL that ran'],
  ],
  argument: { noun: 'id of a KPI', value: 'id' },
  flags: {
    ...AS_OF_FLAGS,
    interval: {
      kind: 'choice',
      value: 'LENGTH',
      choices: INTERVAL_CHOICES,
      doc: `Length of a bucket: ${INTERVAL_CHOICES.join(', ')}. Default: the grain of the KPI.`,
    },
    by: {
      kind: 'text',
      value: 'PROPERTY',
      doc: 'Splits the window by a property: feature, service, resource.<key>, any attribute by its key.',
    },
    top: {
      kind: 'count',
      value: 'GROUPS',
      doc: 'With --by: how many groups before the rest becomes $other, at most 200. Default: 10.',
    },
    ...EXPLAIN_FLAG,
  },
  run: async ({ argument, flags, client, output, signal }) => {
    const { by, top, interval, explain } = flags;
    const answer = await client.get('/api/v1/kpis/{id}', {
      params: { id: argument },
      query: { ...toAsOf(flags), by, top, interval, explain },
      signal,
    });
    const { data, meta } = answer;
    if (output.format === 'json') return await printEnvelope(output, data, meta);
    if (output.format === 'ndjson') return await output.write(`${toJson(data)}\n`);
    if (output.format === 'csv') return await printKpis(output, [data], meta);
    const parts = reportOf(data, output.view, meta.timeZone);
    await printReport(output, data.title, parts);
    for (const warning of meta.warnings) output.warn(warning);
    if (data.groups === null && data.breakdowns.length > 0)
      output.note(`Worth a look: ${data.breakdowns.map((by) => `--by ${by}`).join(', ')}.`);
    if (meta.explain !== undefined) output.note(`Measured: ${meta.explain.sentence}`);
    output.note(`${describeRange(meta)}.`);
  },
});

function reportOf(data: Detail, view: View, timeZone: string): Part[] {
  return [
    ...data.parts.map((part): Part => ({
      kind: 'facts',
      title: part.part ?? data.id,
      facts: factsOf(data, part, view),
    })),
    ...data.series.map((series): Part => ({
      kind: 'table',
      title: series.part === null ? 'Over time' : `${series.part} over time`,
      table: toTable(pointColumns(data), series.points.slice(-SHOWN_POINTS), view, timeZone),
    })),
    ...(data.groups ?? []).slice(0, 1).map((): Part => ({
      kind: 'table',
      title: 'By group',
      table: toTable(groupColumns(data), data.groups ?? [], view, timeZone),
    })),
  ];
}

/** The latest are shown; --json has all. */
const SHOWN_POINTS = 14;

function factsOf(data: Detail, part: KpiPart, { symbols }: View): Fact[] {
  const { format, direction, unit, minSample } = data;
  const cell = (text: string | null, tone?: Cell['tone']): Cell => ({
    text: text ?? symbols.none,
    tone,
  });
  const points = data.series.find((series) => series.part === part.part)?.points ?? [];
  const values = points.map(({ value }) => value);
  const missing = part.sample < minSample ? `, of ${showCount(minSample)} that are needed` : '';
  return [
    ['status', cell(part.status, toneOfKpi(part.status))],
    ['value', cell(show(part.value, format))],
    ['target', cell(show(part.target, format))],
    ['warning', cell(show(part.warn, format))],
    ['better', cell(direction)],
    ['progress', cell(part.progress === null ? null : showShare(part.progress))],
    ['before', cell(show(part.previous, format))],
    ['change', cell(showChange(part.changeShare), toneOfTrend(part.trend))],
    ['sample', cell(`${showCount(part.sample)} ${unit}${missing}`)],
    ['trend', cell(drawSpark(values, 28, symbols))],
  ];
}

type Point = Detail['series'][number]['points'][number];

const pointColumns = ({ format }: Detail): readonly Column<Point>[] => [
  { name: 'start', title: 'from', kind: 'minute', read: ({ start }) => start, rank: 90 },
  {
    name: 'value',
    title: 'value',
    kind: 'text',
    read: ({ value }) => show(value, format),
    rank: 89,
  },
  {
    name: 'target',
    title: 'target',
    kind: 'text',
    read: ({ target }) => show(target, format),
    rank: 50,
  },
  { name: 'sample', title: 'sample', kind: 'count', read: ({ sample }) => sample, rank: 80 },
  {
    name: 'complete',
    title: 'whole',
    kind: 'text',
    read: ({ complete }) => (complete ? 'yes' : 'not yet'),
    rank: 40,
  },
];

type Group = NonNullable<Detail['groups']>[number];

const groupColumns = ({ format, parts }: Detail): readonly Column<Group>[] => [
  { name: 'group', title: 'group', kind: 'text', read: ({ group }) => group, rank: 90, cutTo: 24 },
  ...parts.flatMap((part, index): Column<Group>[] => [
    {
      name: `value${String(index)}`,
      title: part.part ?? 'value',
      kind: 'text',
      read: ({ parts }) => show(parts[index]?.value ?? null, format),
      rank: 80,
    },
    {
      name: `sample${String(index)}`,
      title: 'sample',
      kind: 'count',
      read: ({ parts }) => parts[index]?.sample ?? null,
      rank: 60,
    },
  ]),
];
