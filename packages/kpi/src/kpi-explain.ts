/** How the numbers of a KPI came about: in words, as SQL, and as a command that gives them again. */
import type { Aggregate, EventSelector } from '@heartwood/store';
import { explainWindow, toCommand, type Explain, type ExplainedStatement } from './analytic.ts';
import type { DefinitionSet, KpiDefinition, MeasureDefinition } from './definition/kinds.ts';
import type { Expression } from './formula-parser.ts';
import { msToInstant } from './instant.ts';
import type { Interval } from './interval.ts';
import type { KpiFilter, KpiTable } from './kpi.ts';
import { describeBasisKpi } from './kpi-basis.ts';
import type { KpiReport } from './kpi-report.ts';
import { toParts } from './kpi-value.ts';
import { OWN_EVENTS } from './name.ts';
import type { Window } from './window.ts';

/** How an answer was asked for. */
interface Asked {
  readonly interval?: Interval | 'auto' | undefined;
  readonly by?: string | undefined;
  readonly top: number;
}

/** Explains an answer; the command gives the same again. */
export function explainKpi(
  definition: KpiDefinition,
  report: KpiReport,
  { toMs, zone, watermarkMs }: Window,
  { interval, by, top }: Asked,
  statements: readonly ExplainedStatement[],
): Explain {
  const { kind, id, revision, place: source, written } = definition;
  const { from, to, complete } = report;
  return {
    definition: { kind, id, revision, source, written },
    sentence: toSentence(definition, report),
    from,
    to,
    timeZone: zone.name,
    watermark: msToInstant(watermarkMs),
    completeness: complete
      ? 'complete: only buckets that ended before the watermark count towards value and status'
      : 'not complete: raw data of the window has been removed, so there is no status',
    statements,
    command: toCommand([
      'kpi',
      'show',
      id,
      ...(interval === undefined ? [] : ['--interval', interval]),
      ...(by === undefined ? [] : [`--by=${by}`, '--top', String(top)]),
      // The last buckets of the series lie between the end of the window and the moment that was asked about.
      '--to',
      msToInstant(toMs),
      '--time-zone',
      zone.name,
    ]),
  };
}

/** Explains all KPIs of an answer together; `from` and `to` are those of the question. */
export function explainKpis(
  { kpis }: Pick<DefinitionSet, 'kpis'>,
  table: Pick<KpiTable, 'kpis' | 'statements'>,
  window: Window,
  { goal, status }: KpiFilter,
): Explain {
  const frame = explainWindow(window);
  const asked = [...kpis.values()].filter((kpi) => goal === undefined || kpi.goal === goal);
  const sentences = table.kpis.flatMap((report) => {
    const definition = kpis.get(report.id);
    return definition === undefined ? [] : [`${report.id}: ${toSentence(definition, report)}`];
  });
  return {
    ...frame,
    definition: {
      kind: 'kpis',
      id: null,
      revision: null,
      source: null,
      written: asked.map(({ written }) => written),
    },
    sentence: `each KPI over its own window, which ends with its last complete bucket. ${sentences.join(' ')}`,
    statements: table.statements,
    command: toCommand([
      'kpi',
      'list',
      ...(goal === undefined ? [] : [`--goal=${goal}`]),
      ...(status === undefined ? [] : ['--status', status]),
      '--to',
      frame.to,
      '--time-zone',
      frame.timeZone,
    ]),
  };
}

function toSentence(
  definition: KpiDefinition,
  { approximate, measures: numbers }: Pick<KpiReport, 'approximate' | 'measures'>,
): string {
  const { formula, measures, window } = definition;
  const taken = describeBasisKpi(definition);
  const parts = [...toParts(formula)].map(
    ([name, expression]) => `${name === '' ? definition.id : name} = ${toText(expression)}`,
  );
  const words = [...measures].map(([name, measure]) => {
    const isBucketed = numbers.some((one) => one.measure === name && one.approximate);
    const error = isBucketed ? approximate?.relativeError : undefined;
    return `${name} is ${toWords(measure)}${exactnessWords(measure, error)}`;
  });
  const over =
    window.kind === 'calendar'
      ? `the last complete ${window.period}`
      : `${durationOf(window.ms)} up to the last complete bucket`;
  if (taken !== null)
    return `${taken}, over ${over} in which all had their time, beside as long before.`;
  return `${parts.join('; ')}, over ${over}, beside as long before; ${words.join('; ')}.`;
}

function durationOf(ms: number): string {
  const [count, unit] = ms % 86_400_000 === 0 ? [ms / 86_400_000, 'day'] : [ms / 60_000, 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function toText(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'name':
      return expression.name;
    case 'negate':
      return `-${toText(expression.part)}`;
    case 'call':
      return `${expression.function}(${expression.parts.map(toText).join(', ')})`;
    case 'binary':
      return `(${toText(expression.left)} ${expression.op} ${toText(expression.right)})`;
    default:
      return expression satisfies never;
  }
}

function toWords({ aggregate, of }: MeasureDefinition): string {
  return `${aggregateWords(aggregate)} ${of.map(selectorWords).join(' or ')}`;
}

function exactnessWords({ aggregate }: MeasureDefinition, error: number | undefined): string {
  if (error !== undefined) return `, in buckets, within ${String(error * 100)} %`;
  return aggregate.agg === 'percentile' && aggregate.exact === true ? ', exact' : '';
}

function aggregateWords(aggregate: Aggregate): string {
  if (aggregate.agg === 'count') return 'the number of';
  if (aggregate.agg === 'count_distinct')
    return `the number of different ${aggregate.on}s${aggregate.on === 'user' ? ' (sessions where there is no user)' : ''} of`;
  const of = 'key' in aggregate.on ? aggregate.on.key : aggregate.on.name;
  const word = aggregate.agg === 'percentile' ? `p${aggregate.p * 100}` : aggregate.agg;
  return `the ${word} of ${of} of`;
}

function selectorWords(selector: EventSelector): string {
  const { source, names, statuses, where } = selector;
  const isTimed = selector.minDurationNs !== undefined || selector.maxDurationNs !== undefined;
  return [
    `${source}s`,
    names !== 'any'
      ? names.join(', ')
      : `of any name${source === 'event' ? ` but ${OWN_EVENTS}` : ''}`,
    ...(statuses === undefined ? [] : [`that ended ${statuses.join(' or ')}`]),
    ...(isTimed ? ['within the given duration'] : []),
    ...(where === undefined ? [] : ['where the condition holds']),
  ].join(' ');
}
