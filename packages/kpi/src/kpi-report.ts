/** What is said of a KPI: its parts with their values, held against target and the window before. */
import { ATTR_FEATURE_FILTER } from '@heartwood/semconv';
import type { EligibleFacts } from '@heartwood/store';
import type { KpiDefinition } from './definition/kinds.ts';
import { factWarnings, isKept, unkeptWarnings } from './facts.ts';
import { msToInstant, sayInstant } from './instant.ts';
import {
  changeOf,
  isUndecided,
  progressOf,
  statusOf,
  targetAt,
  worstOf,
  type Change,
  type KpiStatus,
  type Measured,
} from './kpi-status.ts';
import {
  isApproximate,
  unitOf,
  type Approximate,
  type KpiPart,
  type KpiPlan,
  type Values,
} from './kpi-value.ts';
import type { KpiSpans } from './kpi-window.ts';
import type { TimeZone } from './time-zone.ts';

/** One part of a KPI. */
export interface KpiPartReport {
  /** Null where the formula has one part. */
  readonly part: string | null;
  readonly status: KpiStatus;
  readonly value: number | null;
  /** How much is behind the value, in `unit`: of what a quotient is divided by, of all where nothing is divided. */
  readonly sample: number;
  /** In force at the end of the window. */
  readonly target: number | null;
  readonly warn: number | null;
  /** `(value - baseline) / (target - baseline)`, and the same between 0 and 1. */
  readonly progress: number | null;
  readonly progressBar: number | null;
  /** Of the window before. */
  readonly previous: number | null;
  readonly previousSample: number;
  readonly change: number | null;
  readonly changeShare: number | null;
  readonly trend: Change['verdict'] | null;
}

/** A KPI as it stands. */
export interface KpiReport {
  readonly id: string;
  readonly title: string;
  readonly goal: string | null;
  readonly owner: string | null;
  readonly revision: number;
  readonly format: KpiDefinition['format'];
  readonly direction: KpiDefinition['direction'];
  /** What the sample counts. */
  readonly unit: string;
  readonly minSample: number;
  /** Properties that its definition says are worth splitting by. */
  readonly breakdowns: readonly string[];
  /** Of the part that needs the most attention. */
  readonly status: KpiStatus;
  /** How far percentiles in it may be off; null where every number is exact. */
  readonly approximate: { readonly relativeError: number } | null;
  /** The window. */
  readonly from: string;
  readonly to: string;
  /** Start of the window before, which ends where this one starts. */
  readonly previousFrom: string;
  /** False where raw data of the window has been removed. */
  readonly complete: boolean;
  readonly parts: KpiPartReport[];
  /** What the formula is made of, by the names there. */
  readonly measures: {
    readonly measure: string;
    readonly value: number | null;
    readonly previous: number | null;
    /** Whether both come from durations in buckets. */
    readonly approximate: boolean;
  }[];
  readonly warnings: string[];
}

/** The numbers of both windows, and what has to be known about them. */
export interface KpiNumbers {
  readonly spans: KpiSpans;
  readonly now: Values;
  readonly before: Values;
  readonly facts: EligibleFacts;
  readonly approximate: Approximate;
}

/** A KPI from its numbers. */
export function toKpiReport(
  definition: KpiDefinition,
  { parts, places }: KpiPlan,
  numbers: KpiNumbers,
  zone: TimeZone,
): KpiReport {
  const { id, title, goal, owner = null, revision, format, direction, minSample } = definition;
  const { current, previous } = numbers.spans;
  const complete = isKept(numbers.facts, current.startMs);
  const rows = parts.map((part) => toPart(definition, part, numbers, zone));
  return {
    id,
    title,
    goal,
    owner,
    revision,
    format,
    direction,
    unit: unitOf(definition),
    minSample,
    breakdowns: definition.breakdowns,
    status: worstOf(rows.map(({ status }) => status)),
    approximate: toApproximate(places, numbers.approximate),
    from: msToInstant(current.startMs),
    to: msToInstant(current.endMs),
    previousFrom: msToInstant(previous.startMs),
    complete,
    parts: rows,
    measures: [...places].map(([measure, place]) => ({
      measure,
      value: numbers.now[place] ?? null,
      previous: numbers.before[place] ?? null,
      approximate: numbers.approximate?.measures.includes(place) === true,
    })),
    warnings: [
      ...(complete
        ? unkeptBefore(numbers.facts, isKept(numbers.facts, previous.startMs))
        : unkeptWarnings(numbers.facts)),
      ...parts.flatMap((part, index) => {
        const row = rows.at(index);
        return [
          ...partWarnings(part, numbers),
          ...(row === undefined ? [] : errorWarnings(definition, part, row, numbers)),
        ];
      }),
    ],
  };
}

/** What is said of a KPI with these measures. */
export const toApproximate = (
  places: ReadonlyMap<string, number>,
  approximate: Approximate,
): KpiReport['approximate'] =>
  approximate !== undefined && isApproximate(places.keys(), places, approximate)
    ? { relativeError: approximate.relativeError }
    : null;

/** What has to be said about the rows behind some KPIs together, as far as it concerns them. */
export function kpiWarnings(
  definitions: readonly KpiDefinition[],
  { facts, approximate }: Pick<KpiNumbers, 'facts' | 'approximate'>,
): string[] {
  const aggregates = definitions.flatMap(({ measures }) =>
    [...measures.values()].map(({ aggregate }) => aggregate),
  );
  const units = ['user', 'session', 'trace'] as const;
  const unit = units.find((unit) =>
    aggregates.some((one) => one.agg === 'count_distinct' && one.on === unit),
  );
  const isTimed = aggregates.some((one) => one.agg !== 'count' && one.agg !== 'count_distinct');
  const said = {
    ...facts,
    nobody: unit === undefined ? 0 : facts.nobody,
    untimed: isTimed ? facts.untimed : 0,
    // By its window each KPI says that for itself.
    removedBefore: null,
  };
  return [...factWarnings(said, unit ?? 'user'), ...approximateWarnings(approximate)];
}

/** Says how percentiles came about. */
export const approximateWarnings = (approximate: Approximate): string[] =>
  approximate === undefined
    ? []
    : [
        `Percentiles of very many runs come from durations in buckets and are within ${percentOf(approximate)} of the exact ones. With \`exact: true\` in their measure they are exact.`,
      ];

function toPart(
  definition: KpiDefinition,
  part: KpiPart,
  { spans, facts, approximate, ...values }: KpiNumbers,
  zone: TimeZone,
): KpiPartReport {
  const [now, before] = [
    part.measure(values.now, approximate),
    part.measure(values.before, approximate),
  ];
  return judgePart(definition, part.name, spans.current.endMs, zone, {
    now: { ...now, isKept: isKept(facts, spans.current.startMs) },
    before: { ...before, isKept: isKept(facts, spans.previous.startMs) },
  });
}

/** A value, and whether all that it is made of is still stored. */
interface Kept extends Measured {
  readonly isKept: boolean;
}

/** A part held against its target and the window before. */
export function judgePart(
  definition: KpiDefinition,
  name: string,
  endMs: number,
  zone: TimeZone,
  { now, before }: { readonly now: Kept; readonly before: Kept },
): KpiPartReport {
  const target = targetAt(definition.targets.get(name) ?? [], endMs - 1, zone);
  const change = before.isKept ? changeOf(definition, now, before) : null;
  const progress = progressOf(definition, now.value, target);
  return {
    part: name === '' ? null : name,
    status: now.isKept ? statusOf(definition, now, target) : 'insufficient_data',
    value: now.value,
    sample: now.sample,
    target: target?.target ?? null,
    warn: target?.warn ?? null,
    progress,
    progressBar: progress === null ? null : Math.min(1, Math.max(0, progress)),
    previous: before.value,
    previousSample: before.sample,
    change: change?.difference ?? null,
    changeShare: change?.share ?? null,
    trend: change?.verdict ?? null,
  };
}

/** Says why there is no trend where the window itself is whole and the one before is not. */
export function unkeptBefore(
  { removedBefore }: Pick<EligibleFacts, 'removedBefore'>,
  isBeforeKept: boolean,
): string[] {
  if (removedBefore === null || isBeforeKept) return [];
  return [
    `Raw data from before ${sayInstant(removedBefore)} is not kept: the value of the window before covers only what came later, so there is no trend.`,
  ];
}

function errorWarnings(
  definition: KpiDefinition,
  part: KpiPart,
  { status, target, warn, trend, change }: KpiPartReport,
  { now, approximate }: KpiNumbers,
): string[] {
  if (approximate === undefined) return [];
  const rule = target === null ? null : { from: null, target, warn };
  const of = part.name === '' ? '' : ` of ${part.name}`;
  const made = `made of percentiles that may be off by ${percentOf(approximate)}, as there are very many runs`;
  const remedy = 'With `exact: true` in the measure the percentile is exact.';
  return [
    ...(status === 'at_risk' && isUndecided(definition, part.measure(now, approximate), rule)
      ? [
          `The value${of} is ${made}: the target or the warning is nearer than that, so it is taken to be at risk. ${remedy}`,
        ]
      : []),
    ...(trend === 'same' && change !== 0
      ? [
          `The value${of} and that of the window before are ${made}: they are nearer to each other than that, so neither is taken to be better. ${remedy}`,
        ]
      : []),
  ];
}

const percentOf = ({ relativeError }: NonNullable<Approximate>): string =>
  `${String(relativeError * 100)} %`;

function partWarnings(part: KpiPart, { now, before }: KpiNumbers): string[] {
  const of = part.name === '' ? '' : ` of ${part.name}`;
  const windows = [
    [`The value${of}`, part.measure(now)],
    [`The value${of} of the window before`, part.measure(before)],
  ] as const;
  return windows.flatMap(([name, { overflow, filtered }]) => [
    ...(overflow ? [`${name} is beyond the largest number that can be told.`] : []),
    ...(filtered
      ? [
          `${name} is a rate over senders that leave out runs (${ATTR_FEATURE_FILTER}), which means nothing: it is left out.`,
        ]
      : []),
  ]);
}
