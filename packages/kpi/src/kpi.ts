/** KPIs: the values of all definitions as of a moment, with as few questions as there are different windows. */
import type { EventSelector, Reader, ReadOptions } from '@heartwood/store';
import { toStatement, type ExplainedStatement } from './analytic.ts';
import type { DefinitionSet, KpiDefinition, MeasureDefinition } from './definition/kinds.ts';
import { QuestionError } from './errors.ts';
import { readBasisKpi } from './kpi-basis.ts';
import { kpiWarnings, toKpiReport, type KpiNumbers, type KpiReport } from './kpi-report.ts';
import type { KpiStatus } from './kpi-status.ts';
import { planKpi, type KpiPlan } from './kpi-value.ts';
import { toKpiSpans, toSpanSlots, type KpiSpans } from './kpi-window.ts';
import { MeasureBatch } from './measure.ts';
import { checkSelectors } from './selector-names.ts';
import { suggest } from './suggestion.ts';
import type { Window } from './window.ts';

/** Which KPIs are wanted; all without any of it. */
export interface KpiFilter {
  readonly goal?: string | undefined;
  readonly status?: KpiStatus | undefined;
}

/** KPIs in the order of their definitions. */
export interface KpiTable {
  readonly kpis: KpiReport[];
  readonly warnings: string[];
  /** What ran. */
  readonly statements: readonly ExplainedStatement[];
  /** Number of the last record that every question saw. */
  readonly asOf: bigint;
}

/** Reads KPIs as of the end of `window`; only its end, zone and moment count. Rejects unknown goals. */
export async function readKpis(
  reader: Reader,
  { kpis, goals }: Pick<DefinitionSet, 'kpis' | 'goals'>,
  window: Window,
  { goal, status }: KpiFilter = {},
  options: ReadOptions = {},
): Promise<KpiTable> {
  if (goal !== undefined && !goals.has(goal))
    throw new QuestionError('GOAL_UNKNOWN', 'goal', { value: goal }, suggest(goal, goals.keys()));
  const wanted = [...kpis.values()].filter((kpi) => goal === undefined || kpi.goal === goal);
  // A single condition would have the store look at every run of a question.
  const groups = groupsOf(
    reader,
    wanted.filter(({ formula }) => !('basis' in formula)),
    window,
  );
  const selectors = wanted.flatMap(({ measures }) => [...measures.values()].flatMap(selectorsOf));
  const [unknown, ...answers] = await Promise.all([
    checkSelectors(reader, selectors, 'definition', options),
    ...groups.map((group) => readGroup(reader, group, window, options)),
    ...wanted.map(async (definition) => {
      const one = await readBasisKpi(reader, definition, window, options);
      return one === null ? [] : [{ ...one, reports: [one.report] }];
    }),
  ]);
  const found = new Map(
    answers.flat().flatMap(({ reports }) => reports.map((one) => [one.id, one])),
  );
  return {
    kpis: wanted
      .flatMap(({ id }) => found.get(id) ?? [])
      .filter((kpi) => status === undefined || kpi.status === status),
    warnings: [...unknown, ...new Set(answers.flat().flatMap(({ warnings }) => warnings))],
    statements: answers.flat().flatMap(({ statements }) => statements),
    asOf: answers
      .flat()
      .reduce((least, { asOf }) => (asOf < least || least === 0n ? asOf : least), 0n),
  };
}

/** What a measure counts, and what of it has the property that is added up. */
function selectorsOf({ aggregate, of }: MeasureDefinition): EventSelector[] {
  const property = 'on' in aggregate && typeof aggregate.on === 'object' ? aggregate.on : undefined;
  if (property === undefined) return [...of];
  return [...of, ...of.map((one) => ({ ...one, where: { kind: 'exists', property } as const }))];
}

/** The definition of an id; rejects an unknown one. */
export function findKpi({ kpis }: Pick<DefinitionSet, 'kpis'>, id: string): KpiDefinition {
  const found = kpis.get(id);
  if (found !== undefined) return found;
  throw new QuestionError('KPI_UNKNOWN', 'id', { value: id }, suggest(id, kpis.keys()));
}

/** KPIs over the same time that one question answers. */
interface Group {
  readonly spans: KpiSpans;
  readonly batch: MeasureBatch;
  readonly members: { readonly definition: KpiDefinition; readonly plan: KpiPlan }[];
}

function groupsOf(reader: Reader, definitions: readonly KpiDefinition[], window: Window): Group[] {
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const definition of definitions) {
    const spans = toKpiSpans(definition, window);
    const selectors = [...definition.measures.values()].flatMap(({ of }) => of);
    const key = JSON.stringify({ spans, isSummed: selectors.every((one) => reader.isSummed(one)) });
    const last = open.get(key);
    const group = last?.batch.canTake(selectors)
      ? last
      : { spans, batch: new MeasureBatch(), members: [] };
    if (group !== last) groups.push(group);
    open.set(key, group);
    group.members.push({ definition, plan: planKpi(definition, group.batch) });
  }
  return groups;
}

interface GroupAnswer {
  readonly reports: readonly KpiReport[];
  readonly warnings: readonly string[];
  readonly statements: readonly ExplainedStatement[];
  readonly asOf: bigint;
}

async function readGroup(
  reader: Reader,
  group: Group,
  window: Window,
  options: ReadOptions,
): Promise<GroupAnswer> {
  const { members } = group;
  const { numbers, ...asked } = await ask(reader, group, options);
  const definitions = members.map(({ definition }) => definition);
  const reports = members.map(({ definition, plan }) =>
    toKpiReport(definition, plan, numbers, window.zone),
  );
  return { reports, warnings: kpiWarnings(definitions, numbers), ...asked };
}

async function ask(
  reader: Reader,
  { spans, batch }: Group,
  options: ReadOptions,
): Promise<{ numbers: KpiNumbers; statements: ExplainedStatement[]; asOf: bigint }> {
  const { selectors, measures, nothing } = batch;
  const { previous, current } = spans;
  const answer = await reader.ask(
    {
      kind: 'count',
      events: {
        from: BigInt(previous.startMs) * 1_000_000n,
        to: BigInt(current.endMs) * 1_000_000n,
        selectors,
        keepOthers: false,
        unit: 'user',
      },
      slots: toSpanSlots(spans),
      measures,
      output: { kind: 'numbers' },
    } as const,
    options,
  );
  const { rows, facts, approximate } = answer;
  const valuesOf = (bucket: number) => rows.find((row) => row.bucket === bucket)?.values ?? nothing;
  return {
    numbers: { spans, before: valuesOf(0), now: valuesOf(1), facts, approximate },
    statements: [toStatement('windows', answer, rows.length)],
    asOf: answer.asOf,
  };
}
