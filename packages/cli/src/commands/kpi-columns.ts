/** The columns of KPIs, and their values as people write them. */
import type { AnswerOf } from '@heartwood/api/client';
import type { FlagTable, FlagValues } from '../flag.ts';
import { printEnvelope, printList, type ListMeta } from '../listing.ts';
import type { Output } from '../output.ts';
import { ANALYTIC_FLAGS } from '../range.ts';
import type { Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { showBytes, showCount, showDuration, showShare } from '../render/number.ts';
import type { Tone } from '../render/style.ts';

/** One KPI, as the API gives it. */
export type KpiRow = AnswerOf<'/api/v1/kpis'>['data'][number];

/** A row for each part of a KPI. */
type PartRow = KpiRow & { readonly at: KpiRow['parts'][number] };

/** As of which moment, in which zone. */
export const AS_OF_FLAGS = {
  to: {
    kind: 'text',
    value: 'TIME',
    doc: 'As of which moment: ISO 8601, epoch milliseconds, today or yesterday. Default: now.',
  },
  'time-zone': ANALYTIC_FLAGS['time-zone'],
} as const satisfies FlagTable;

/** The query of those flags. */
export const toAsOf = (
  flags: FlagValues<typeof AS_OF_FLAGS>,
): { readonly to: string | undefined; readonly timeZone: string | undefined } => ({
  to: flags.to,
  timeZone: flags['time-zone'],
});

/** What people read. */
const SHOWN: readonly Column<PartRow>[] = [
  { name: 'kpi', title: 'kpi', kind: 'text', read: nameOf, rank: 100, cutTo: 24 },
  {
    name: 'status',
    title: 'status',
    kind: 'text',
    read: ({ at }) => at.status,
    rank: 99,
    tone: ({ at }) => toneOfKpi(at.status),
  },
  {
    name: 'value',
    title: 'value',
    kind: 'text',
    read: ({ at, format }) => show(at.value, format),
    rank: 98,
  },
  {
    name: 'target',
    title: 'target',
    kind: 'text',
    read: ({ at, format }) => show(at.target, format),
    rank: 90,
  },
  { name: 'progress', title: 'progress', kind: 'share', read: ({ at }) => at.progress, rank: 50 },
  {
    name: 'change',
    title: 'change',
    kind: 'text',
    read: ({ at }) => showChange(at.changeShare),
    rank: 80,
    tone: ({ at }) => toneOfTrend(at.trend),
  },
  { name: 'sample', title: 'sample', kind: 'count', read: ({ at }) => at.sample, rank: 60 },
  { name: 'goal', title: 'goal', kind: 'text', read: ({ goal }) => goal, rank: 20, cutTo: 12 },
  { name: 'to', title: 'up to', kind: 'minute', read: ({ to }) => to, rank: 30 },
];

/** What machines read. */
const RAW: readonly Column<PartRow>[] = [
  { name: 'id', kind: 'text', read: ({ id }) => id },
  { name: 'part', kind: 'text', read: ({ at }) => at.part },
  { name: 'title', kind: 'text', read: ({ title }) => title },
  { name: 'goal', kind: 'text', read: ({ goal }) => goal },
  { name: 'owner', kind: 'text', read: ({ owner }) => owner },
  { name: 'revision', kind: 'count', read: ({ revision }) => revision },
  { name: 'format', kind: 'text', read: ({ format }) => format },
  { name: 'direction', kind: 'text', read: ({ direction }) => direction },
  { name: 'status', kind: 'text', read: ({ at }) => at.status },
  { name: 'value', kind: 'score', read: ({ at }) => at.value },
  { name: 'target', kind: 'score', read: ({ at }) => at.target },
  { name: 'warn', kind: 'score', read: ({ at }) => at.warn },
  { name: 'progress', kind: 'score', read: ({ at }) => at.progress },
  { name: 'progressBar', kind: 'score', read: ({ at }) => at.progressBar },
  { name: 'previous', kind: 'score', read: ({ at }) => at.previous },
  { name: 'change', kind: 'score', read: ({ at }) => at.change },
  { name: 'changeShare', kind: 'score', read: ({ at }) => at.changeShare },
  { name: 'trend', kind: 'text', read: ({ at }) => at.trend },
  { name: 'unit', kind: 'text', read: ({ unit }) => unit },
  { name: 'sample', kind: 'count', read: ({ at }) => at.sample },
  { name: 'previousSample', kind: 'count', read: ({ at }) => at.previousSample },
  { name: 'minSample', kind: 'count', read: ({ minSample }) => minSample },
  { name: 'from', kind: 'second', read: ({ from }) => from },
  { name: 'to', kind: 'second', read: ({ to }) => to },
  { name: 'previousFrom', kind: 'second', read: ({ previousFrom }) => previousFrom },
  { name: 'complete', kind: 'text', read: ({ complete }) => String(complete) },
  {
    name: 'relativeError',
    kind: 'score',
    read: ({ approximate }) => approximate?.relativeError ?? null,
  },
];

/** Prints KPIs in every format; where rows are lines, one for each part. */
export async function printKpis(
  output: Output,
  kpis: readonly KpiRow[],
  meta: ListMeta,
): Promise<void> {
  const warnings = [...meta.warnings, ...warningsOf(kpis)];
  if (output.format === 'json') return await printEnvelope(output, kpis, meta, warnings);
  if (output.format === 'ndjson')
    return await output.write(kpis.map((kpi) => `${toJson(kpi)}\n`).join(''));
  const data = kpis.flatMap((kpi) => kpi.parts.map((at): PartRow => ({ ...kpi, at })));
  const columns = output.format === 'csv' ? RAW : SHOWN;
  await printList(output, columns, [{ data, meta: { ...meta, warnings } }]);
}

/** What is said of several KPIs stands once, behind all of their ids. */
function warningsOf(kpis: readonly KpiRow[]): string[] {
  const idsOf = new Map<string, string[]>();
  for (const { id, warnings } of kpis)
    for (const warning of warnings) idsOf.set(warning, [...(idsOf.get(warning) ?? []), id]);
  return [...idsOf].map(([warning, ids]) => `${ids.join(', ')}: ${warning}`);
}

/** The id, with the part where there are several. */
function nameOf({ id, at }: PartRow): string {
  return at.part === null ? id : `${id}.${at.part}`;
}

/** A value in the unit of its KPI. */
export function show(value: number | null, format: KpiRow['format']): string | null {
  if (value === null) return null;
  if (format === 'percent') return showShare(value);
  if (format === 'duration') return showDuration(value);
  if (format === 'bytes') return showBytes(value);
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? showCount(value) : String(value);
  return String(Number(value.toPrecision(4)));
}

/** How much it changed against the window before: `+5.6 %`. */
export function showChange(share: number | null): string | null {
  if (share === null) return null;
  const text = (share * 100).toFixed(1);
  return `${share > 0 ? '+' : ''}${text} %`;
}

export function toneOfKpi(status: KpiRow['status']): Tone | undefined {
  switch (status) {
    case 'on_track': {
      return 'good';
    }
    case 'at_risk': {
      return 'middling';
    }
    case 'off_track': {
      return 'bad';
    }
    case 'insufficient_data':
    case 'no_target': {
      return 'quiet';
    }
    default: {
      return status satisfies never;
    }
  }
}

export function toneOfTrend(trend: KpiRow['parts'][number]['trend']): Tone | undefined {
  if (trend === 'better') return 'good';
  return trend === 'worse' ? 'bad' : undefined;
}
