/** Retention of the definitions or of a question, in full: the table, and how its numbers came about. */
import type { Answer, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { toProperty } from './definition/condition-text.ts';
import { DefinitionError } from './definition/definition-error.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import type { RetentionDefinition } from './definition/rule-definition.ts';
import { readRequest } from './definition/request.ts';
import { RETENTION } from './definition/retention-definition.ts';
import { QuestionError } from './errors.ts';
import { groupText, nameOfBreakdown, parseGroup, unsplitWarnings } from './group.ts';
import {
  MAX_CELLS,
  readRetention,
  readRetentionMembers,
  toColumns,
  type Breakdown,
  type RetentionPage,
} from './retention.ts';
import { cutPeriods, PERIOD_MS } from './retention-periods.ts';
import { msToInstant } from './instant.ts';
import { describeRetention, type RetentionColumn, type RetentionRule } from './retention-rule.ts';
import type { RetentionSeries } from './retention-table.ts';
import { checkSelectors } from './selector-names.ts';
import { suggest } from './suggestion.ts';
import { isComplete, MAX_WINDOW_DAYS, type Window } from './window.ts';
import { toSampling } from './facts.ts';

/** A retention table with its groups as text. */
export interface RetentionDetail extends Pick<
  RetentionRule,
  'unit' | 'period' | 'mode' | 'criterion' | 'mean' | 'reference'
> {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly columns: readonly RetentionColumn[];
  /** `$other` beyond the top, `$none` without a value, null without a breakdown. */
  readonly series: readonly (Omit<RetentionSeries, 'group'> & { readonly group: string | null })[];
}

/** How a table is split. */
export interface RetentionOptions extends ReadOptions {
  /** A property; default that of the definition. */
  readonly by?: string | undefined;
  /** Groups before the rest becomes one, at most 200. */
  readonly top: number;
}

/** The definition of an id; rejects an unknown one. */
export function findRetention(
  { retention }: Pick<DefinitionSet, 'retention'>,
  id: string,
): RetentionDefinition {
  const found = retention.get(id);
  if (found !== undefined) return found;
  throw new QuestionError('RETENTION_UNKNOWN', 'id', { value: id }, suggest(id, retention.keys()));
}

/** The definition that a question brings; rejects one that could stand in no file. */
export function parseRetention(body: unknown, set: DefinitionSet): RetentionDefinition {
  const read = readRequest(RETENTION, body, set);
  if (!read.ok) throw new DefinitionError(read.problems);
  return read.definition as RetentionDefinition;
}

/** Reads a table over the starts of a window; `command` are the words of the command line that show it. */
export async function readRetentionDetail(
  reader: Reader,
  window: Window,
  definition: RetentionDefinition,
  { by, top, ...options }: RetentionOptions,
  command: readonly string[],
): Promise<Analytic<RetentionDetail>> {
  const { rule, id, title, revision, kind, place: source, written } = definition;
  const breakdown = breakdownOf(definition, by, top);
  const selectors = [rule.start, rule.return];
  const asker = source.line === 0 ? 'question' : 'definition';
  const unknown = await checkSelectors(reader, selectors, asker, options);
  const report = await readRetention(reader, window, rule, breakdown, options);
  const { columns, series, entries, warnings, answer } = report;
  const { unit, period, mode, criterion, mean, reference } = rule;
  return {
    data: {
      id,
      title,
      revision,
      unit,
      period,
      mode,
      criterion,
      mean,
      reference,
      columns,
      series: series.map(({ group, ...table }) => ({ group: groupText(group), ...table })),
    },
    unit: `${unit}s`,
    complete: isComplete(window.toMs, window),
    truncated: false,
    warnings: [
      ...unknown,
      ...warnings,
      ...unsplitWarnings(
        breakdown && nameOfBreakdown(breakdown),
        series.map(({ group }) => groupText(group)),
      ),
    ],
    // Who starts anew in each cohort is in several of them.
    sampleSize:
      rule.occurrence === 'first'
        ? { unit: `${unit}s`, n: entries }
        : { unit: 'runs and events', n: answer.facts.rows },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(answer.asOf),
    explain: explain(window, {
      definition: { kind, id, revision, source, written },
      sentence: describeRetention(rule),
      statements: [toStatement('retention', answer, answer.total)],
      command: [
        ...command,
        ...(by === undefined ? [] : [`--by=${by}`]),
        ...(breakdown === undefined ? [] : ['--top', String(top)]),
      ],
    }),
  };
}

function breakdownOf(
  definition: RetentionDefinition,
  by: string | undefined,
  top: number,
): Breakdown | undefined {
  const property = by === undefined ? definition.breakdown : toProperty(by);
  return property === null ? undefined : { by: property, top };
}

/**
 * The range of a table where nobody says one: as long as the table looks ahead, so that the first cohort has whole columns,
 * and twice as long where cells rise until the last column is over. Less where the table would be too large.
 */
export function toRetentionRange(rule: RetentionRule): string {
  const columns = toColumns(rule);
  const periods = columns.at(-1)?.last ?? 1;
  const wanted = rule.criterion === 'on_or_after' ? 2 * periods : periods;
  // A range that no period begins with has two more cohorts than it is long.
  const most = Math.floor(MAX_CELLS / columns.length) - 2;
  const hours = (Math.min(wanted, most) * PERIOD_MS[rule.period]) / 3_600_000;
  return `${String(Math.min(hours, MAX_WINDOW_DAYS * 24))}h`;
}

/** Which number of a table, and which page of its members. */
export interface RetentionMemberOptions extends RetentionOptions, RetentionPage {
  /** Start of the cohort, as the table has it. */
  readonly cohort: string;
  /** First period of the column; all who started when absent. */
  readonly period?: number | undefined;
  /** As the table names it; those of all groups when absent. */
  readonly group?: string | undefined;
}

/** A page of those whom one number of a table counts. Rejects a number or a group that the table has not. */
export async function readRetentionMemberPage(
  reader: Reader,
  window: Window,
  definition: RetentionDefinition,
  options: RetentionMemberOptions,
): Promise<Answer<MemberRow>> {
  const { cohort, period, group, by, top, asOf, after, limit, ...rest } = options;
  const { rule } = definition;
  // A return that must have the value of the start is another one than in the table that is not split.
  const isSplit = group !== undefined || rule.breakdownOn === 'both';
  const breakdown = isSplit ? breakdownOf(definition, by, top) : undefined;
  if (group !== undefined && breakdown === undefined)
    throw new QuestionError('RETENTION_NOT_SPLIT', 'group');
  const startMs = Date.parse(cohort);
  const { cohorts } = cutPeriods(window, rule.period, 0);
  const index = cohorts.findIndex((one) => one.startMs === startMs);
  if (index < 0) {
    const first = msToInstant(cohorts[0]?.startMs ?? window.fromMs);
    throw new QuestionError('RETENTION_CELL_UNKNOWN', 'cohort', { value: cohort, first });
  }
  const column = toColumns(rule).findIndex(({ first }) => first === period);
  if (period !== undefined && column < 0)
    throw new QuestionError('RETENTION_CELL_UNKNOWN', 'period', { value: period, first: 0 });
  const cell = {
    cohort: index,
    column: period === undefined ? null : column,
    group: group === undefined ? null : parseGroup(group),
  };
  const page = { asOf, after, limit };
  const found = await readRetentionMembers(reader, window, rule, breakdown, cell, page, rest);
  if (found.total > 0 || group === undefined) return found;
  // Nobody, or no such group: the table tells.
  const { series } = await readRetention(reader, window, rule, breakdown, rest);
  const groups = series.flatMap((one) => groupText(one.group) ?? []);
  if (groups.includes(group)) return found;
  throw new QuestionError('GROUP_UNKNOWN', 'group', { value: group }, suggest(group, groups));
}
