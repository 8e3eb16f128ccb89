/** One KPI in full: how it stands, bucket by bucket, by the values of a property, and how its numbers were made. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { toStatement, type Analytic, type ExplainedStatement } from './analytic.ts';
import { readCount, type CountReport, type CountRequest } from './count.ts';
import { toProperty } from './definition/condition-text.ts';
import type { DefinitionSet, KpiDefinition } from './definition/kinds.ts';
import { groupText, unsplitWarnings } from './group.ts';
import { INTERVAL_MS, type Interval } from './interval.ts';
import { findKpi, readKpis } from './kpi.ts';
import { notCut, readBasisKpi } from './kpi-basis.ts';
import { explainKpi } from './kpi-explain.ts';
import { approximateWarnings, toApproximate, type KpiReport } from './kpi-report.ts';
import { targetAt, type Measured } from './kpi-status.ts';
import { planKpi, type KpiPart, type Values } from './kpi-value.ts';
import { grainOf, toKpiSpans, type Span } from './kpi-window.ts';
import { MeasureBatch } from './measure.ts';
import type { Window } from './window.ts';
import { toSampling } from './facts.ts';

/** The value of a part in one bucket. */
export interface KpiPoint {
  readonly start: string;
  readonly end: string;
  /** False for the bucket that runs, where it sticks out of the window, and where raw data of it is not kept. */
  readonly complete: boolean;
  readonly value: number | null;
  readonly sample: number;
  /** In force at the end of the bucket. */
  readonly target: number | null;
}

/** A part over time, oldest bucket first. */
export interface KpiSeries {
  readonly part: string | null;
  readonly points: KpiPoint[];
}

/** The values of the runs and events that have one value of a property. */
export interface KpiGroup {
  /** `$other` beyond the top, `$none` for those without a value. */
  readonly group: string;
  readonly parts: {
    readonly part: string | null;
    readonly value: number | null;
    readonly sample: number;
  }[];
}

/** How a KPI is cut. */
export interface KpiDetailOptions extends ReadOptions {
  /** Its grain unless given. */
  readonly interval?: Interval | 'auto' | undefined;
  /** Name of a property; no groups unless given. */
  readonly by?: string | undefined;
  /** How many groups before the rest becomes one. */
  readonly top?: number | undefined;
}

/** One KPI in full. */
export interface KpiDetail extends KpiReport {
  /** Of the buckets of its parts; null where these are the window before and the window. */
  readonly interval: Interval | null;
  /** From the start of the window to the moment that was asked about, one series a part. */
  readonly series: KpiSeries[];
  /** Null where nothing was asked to be split. */
  readonly groups: KpiGroup[] | null;
}

/** Reads one KPI. Rejects an unknown one with `KPI_UNKNOWN`. */
export async function readKpi(
  reader: Reader,
  set: Pick<DefinitionSet, 'kpis' | 'goals'>,
  window: Window,
  id: string,
  { interval, by, top = 10, ...options }: KpiDetailOptions = {},
): Promise<Analytic<KpiDetail>> {
  const definition = findKpi(set, id);
  if ('basis' in definition.formula) {
    const cut = interval === undefined ? (by === undefined ? undefined : 'by') : 'interval';
    if (cut !== undefined) throw notCut(definition, cut);
    return readWhole(reader, window, definition, options);
  }
  const { current } = toKpiSpans(definition, window);
  const batch = new MeasureBatch();
  const { parts, places } = planKpi(definition, batch);
  const request = { selectors: batch.selectors, measures: batch.measures, unit: 'user' } as const;
  const drawn = { ...window, fromMs: current.startMs, toMs: drawnUntil(current, window) };
  const own = { goals: set.goals, kpis: new Map([[id, definition]]) };
  const cut = interval ?? defaultInterval(definition, drawn);
  const [table, counted, split] = await Promise.all([
    readKpis(reader, own, window, {}, options),
    readCount(reader, drawn, { ...request, interval: cut }, options),
    by === undefined
      ? null
      : readSplit(reader, { ...window, ...toWindow(current) }, request, { by, top }, options),
  ]);
  const [report] = table.kpis;
  if (report === undefined) throw new Error(`there is no report of ${id}`);
  const { warnings } = table;
  return {
    data: {
      ...report,
      interval: counted.interval ?? grainOf(definition),
      series: parts.map((part) => toSeries(definition, part, counted, window)),
      groups: split && toGroups(parts, split),
    },
    unit: report.unit,
    complete: report.complete,
    truncated: counted.answer.truncated,
    warnings: [
      ...new Set([
        ...warnings,
        ...approximateWarnings(counted.answer.approximate),
        ...report.warnings,
        ...cutWarnings(split),
        ...unsplitWarnings(by, split?.series.map(({ group }) => groupText(group)) ?? []),
      ]),
    ],
    sampleSize: { unit: report.unit, n: Math.max(...report.parts.map(({ sample }) => sample)) },
    sampling: toSampling(counted.answer.facts),
    // The buckets may be of fewer runs than the two windows, or of more.
    approximate: report.approximate ?? toApproximate(places, counted.answer.approximate),
    asOf: String(table.asOf),
    explain: explainKpi(definition, report, window, { interval, by, top }, [
      ...table.statements,
      statementOf('buckets', counted),
      ...(split === null ? [] : [statementOf('groups', split)]),
    ]),
  };
}

/** A KPI that is one number a window: its series are the window before and the window. */
async function readWhole(
  reader: Reader,
  window: Window,
  definition: KpiDefinition,
  options: ReadOptions,
): Promise<Analytic<KpiDetail>> {
  const answer = await readBasisKpi(reader, definition, window, options);
  const [part] = answer?.report.parts ?? [];
  if (answer === null || part === undefined) throw new Error(`${definition.id} stands on nothing`);
  const { report, isBeforeKept, statements, sampling, asOf } = answer;
  const targets = definition.targets.get('') ?? [];
  const toPoint = (point: Omit<KpiPoint, 'target'>): KpiPoint => ({
    ...point,
    target: targetAt(targets, Date.parse(point.end) - 1, window.zone)?.target ?? null,
  });
  const { from, to, previousFrom, complete } = report;
  return {
    data: {
      ...report,
      interval: null,
      series: [
        {
          part: null,
          points: [
            toPoint({
              start: previousFrom,
              end: from,
              complete: isBeforeKept,
              value: part.previous,
              sample: part.previousSample,
            }),
            toPoint({ start: from, end: to, complete, value: part.value, sample: part.sample }),
          ],
        },
      ],
      groups: null,
    },
    unit: report.unit,
    complete,
    truncated: false,
    warnings: [...report.warnings],
    sampleSize: { unit: report.unit, n: part.sample },
    sampling,
    approximate: null,
    asOf: String(asOf),
    explain: explainKpi(definition, report, window, { top: 1 }, statements),
  };
}

/** Most buckets that are drawn unless somebody asks for more. */
const MOST_BUCKETS = 400;

function defaultInterval(definition: KpiDefinition, { fromMs, toMs }: Window): Interval | 'auto' {
  const grain = grainOf(definition);
  return (toMs - fromMs) / INTERVAL_MS[grain] > MOST_BUCKETS ? 'auto' : grain;
}

/** The bucket that runs is drawn too; nothing can be behind now. */
const drawnUntil = ({ endMs }: Span, { toMs, nowMs }: Window): number =>
  Math.max(endMs, Math.min(toMs, nowMs));

const toWindow = ({ startMs, endMs }: Span): { fromMs: number; toMs: number } => ({
  fromMs: startMs,
  toMs: endMs,
});

function readSplit(
  reader: Reader,
  window: Window,
  request: Omit<CountRequest, 'interval' | 'group'>,
  { by, top }: { readonly by: string; readonly top: number },
  options: ReadOptions,
): Promise<CountReport> {
  const group = { by: toProperty(by), top };
  return readCount(reader, window, { ...request, interval: 'whole', group }, options);
}

function toSeries(
  definition: KpiDefinition,
  part: KpiPart,
  { series }: CountReport,
  { zone }: Window,
): KpiSeries {
  const targets = definition.targets.get(part.name) ?? [];
  const points = (series[0]?.points ?? []).map(({ start, end, complete, values }): KpiPoint => ({
    start,
    end,
    complete,
    ...numbersOf(part, values),
    target: targetAt(targets, Date.parse(end) - 1, zone)?.target ?? null,
  }));
  return { part: part.name === '' ? null : part.name, points };
}

function toGroups(parts: readonly KpiPart[], { series }: CountReport): KpiGroup[] {
  return series.map(({ group, points }) => ({
    group: groupText(group) ?? '',
    parts: parts.map((part) => ({
      part: part.name === '' ? null : part.name,
      ...numbersOf(part, points[0]?.values ?? []),
    })),
  }));
}

function numbersOf(part: KpiPart, values: Values): Measured {
  const { value, sample } = part.measure(values);
  return { value, sample };
}

function cutWarnings(split: CountReport | null): string[] {
  const isCut = split?.series.some(({ group }) => group?.kind === 'other') === true;
  return isCut ? ['There are more groups; those beyond the top are together in $other.'] : [];
}

const statementOf = (name: string, { answer }: CountReport): ExplainedStatement =>
  toStatement(name, answer, answer.total);
