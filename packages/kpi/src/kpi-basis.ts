/** KPIs that take over a number of another definition: its value in the window and in the one before. */
import type { Answer, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import type { ExplainedStatement, Sampling } from './analytic.ts';
import { describeBasis, maturityMs } from './basis/basis.ts';
import { readBasis, readBasisMembers } from './basis/value.ts';
import { type BasisPage, type BasisValue } from './basis/resolver.ts';
import type { KpiDefinition } from './definition/kinds.ts';
import { QuestionError } from './errors.ts';
import { toSampling } from './facts.ts';
import { msToInstant } from './instant.ts';
import { judgePart, type KpiReport, unkeptBefore } from './kpi-report.ts';
import { unitOf } from './kpi-value.ts';
import { toKpiSpans, type Span } from './kpi-window.ts';
import type { Window } from './window.ts';

/** A KPI from its basis. */
interface BasisKpi {
  readonly report: KpiReport;
  /** Whether all that the value of the window before is made of is still stored. */
  readonly isBeforeKept: boolean;
  readonly warnings: readonly string[];
  readonly statements: readonly ExplainedStatement[];
  readonly asOf: bigint;
  /** Of the window itself. */
  readonly sampling: Sampling | null;
}

/** Reads such a KPI; null for one that is made of measures. */
export async function readBasisKpi(
  reader: Reader,
  definition: KpiDefinition,
  window: Window,
  options: ReadOptions,
): Promise<BasisKpi | null> {
  const { formula } = definition;
  if (!('basis' in formula)) return null;
  const { current, previous } = toKpiSpans(definition, window);
  const read = (span: Span): Promise<BasisValue> =>
    readBasis(reader, windowOf(window, span), formula.basis, options);
  const [now, before] = await Promise.all([read(current), read(previous)]);
  const { id, title, goal, owner = null, revision, format, direction, minSample } = definition;
  const isAlike = now.rule === before.rule;
  const part = judgePart(definition, '', current.endMs, window.zone, {
    now,
    before: { ...before, isKept: before.isKept && isAlike },
  });
  const earlier = new Map(before.parts.map(({ name, value }) => [name, value]));
  return {
    report: {
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
      status: part.status,
      approximate: null,
      from: msToInstant(current.startMs),
      to: msToInstant(current.endMs),
      previousFrom: msToInstant(previous.startMs),
      complete: now.isKept && now.isSettled,
      parts: [part],
      measures: now.parts.map(({ name, value }) => ({
        measure: name,
        value,
        previous: earlier.get(name) ?? null,
        approximate: false,
      })),
      warnings: [
        ...waitWarnings(formula.basis),
        ...now.warnings,
        ...(now.isKept && before.facts ? unkeptBefore(before.facts, before.isKept) : []),
        ...(isAlike ? [] : [UNLIKE_BEFORE]),
      ],
    },
    isBeforeKept: before.isKept,
    warnings: [],
    statements: [
      ...now.statements,
      ...before.statements.map((one) => ({ ...one, name: `${one.name}, before` })),
    ],
    asOf: now.asOf,
    sampling: toSampling(now.facts),
  };
}

const UNLIKE_BEFORE =
  'The value of the window before counts by another rule, as the events that show the feature count in one of the two only: there is no trend.';

/** A page of the members of a part of such a KPI, over its window. Rejects a part without members. */
export async function readBasisKpiMembers(
  reader: Reader,
  definition: KpiDefinition,
  window: Window,
  name: string,
  page: BasisPage,
  options: ReadOptions,
): Promise<Answer<MemberRow> | null> {
  const { formula, id } = definition;
  if (!('basis' in formula)) return null;
  const span = windowOf(window, toKpiSpans(definition, window).current);
  const found = readBasisMembers(reader, span, formula.basis, name, page, options);
  if (found === undefined)
    throw new QuestionError('MEASURE_UNKNOWN', 'measure', { value: name, id });
  return found;
}

/** Such a KPI is one number a window: what it stands on is cut where it stands. */
export function notCut({ id, formula }: KpiDefinition, parameter: string): QuestionError {
  const what = 'basis' in formula ? `${formula.type} of "${formula.of}"` : '';
  return new QuestionError('KPI_NOT_CUT', parameter, { id, what });
}

/** What such a KPI is, in words. */
export const describeBasisKpi = ({ id, formula }: KpiDefinition): string | null =>
  'basis' in formula ? `${id} is ${describeBasis(formula.basis)}` : null;

const windowOf = (window: Window, { startMs, endMs }: Span): Window => ({
  ...window,
  fromMs: startMs,
  toMs: endMs,
});

function waitWarnings(basis: Parameters<typeof maturityMs>[0]): string[] {
  const waitMs = maturityMs(basis);
  if (waitMs === 0) return [];
  const days = waitMs / 86_400_000;
  const length =
    days >= 1
      ? `${String(Math.round(days * 10) / 10)} days`
      : `${String(Math.ceil(waitMs / 60_000))} minutes`;
  return [
    `Its window ends ${length} before the moment asked about at the latest: whoever began in it has had all their time.`,
  ];
}
