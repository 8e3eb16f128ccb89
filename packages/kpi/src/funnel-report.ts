/** Funnels of the definitions or of a question, in full: everybody, each group, and how the numbers came about. */
import type { Answer, FunnelCell, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { toProperty } from './definition/condition-text.ts';
import { DefinitionError } from './definition/definition-error.ts';
import { FUNNELS } from './definition/funnel-definition.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import type { FunnelDefinition } from './definition/rule-definition.ts';
import { readRequest } from './definition/request.ts';
import { QuestionError } from './errors.ts';
import {
  readFunnel,
  readFunnelMembers,
  type FunnelCut,
  type FunnelReport,
  type FunnelSeries,
} from './funnel.ts';
import {
  conditionsOfFunnel,
  describeFunnel,
  entryWords,
  selectorsOfFunnel,
  stepNames,
  type FunnelBreakdown,
} from './funnel-rule.ts';
import { nameOfBreakdown, parseGroup, unsplitWarnings } from './group.ts';
import type { Interval } from './interval.ts';
import { checkSelectors } from './selector-names.ts';
import { suggest } from './suggestion.ts';
import type { Window } from './window.ts';
import { toSampling } from './facts.ts';

/** A funnel with its numbers. */
export interface FunnelDetail extends Omit<FunnelSeries, 'group'> {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly unit: string;
  readonly order: string;
  /** Which entries count, in words. */
  readonly entryRule: string;
  /** Of the trend; null without one. */
  readonly trendInterval: Interval | null;
  /** What the groups are values of; null without a breakdown. */
  readonly by: string | null;
  readonly groups: readonly FunnelSeries[] | null;
}

/** How a funnel is shown. */
export interface FunnelOptions extends ReadOptions {
  /** A property; default that of the definition. */
  readonly by?: string | undefined;
  /** Groups before the rest becomes one, at most 200. */
  readonly top: number;
  /** Cuts the entries into a trend. */
  readonly interval?: Interval | 'auto' | undefined;
}

/** The definition of an id; rejects an unknown one. */
export function findFunnel(
  { funnels }: Pick<DefinitionSet, 'funnels'>,
  id: string,
): FunnelDefinition {
  const found = funnels.get(id);
  if (found !== undefined) return found;
  throw new QuestionError('FUNNEL_UNKNOWN', 'id', { value: id }, suggest(id, funnels.keys()));
}

/** The definition that a question brings; rejects one that could stand in no file. */
export function parseFunnel(body: unknown, set: DefinitionSet): FunnelDefinition {
  const read = readRequest(FUNNELS, body, set);
  if (!read.ok) throw new DefinitionError(read.problems);
  return read.definition as FunnelDefinition;
}

/** Reads a funnel over a window; `command` are the words of the command line that show it. */
export async function readFunnelDetail(
  reader: Reader,
  window: Window,
  definition: FunnelDefinition,
  { by, top, interval, ...options }: FunnelOptions,
  command: readonly string[],
): Promise<Analytic<FunnelDetail>> {
  const { rule, id, title, revision, kind, place: source, written } = definition;
  const breakdown = breakdownOf(definition, by, top);
  const asker = source.line === 0 ? 'question' : 'definition';
  const unknown = await checkSelectors(
    reader,
    selectorsOfFunnel(rule),
    asker,
    options,
    conditionsOfFunnel(rule),
  );
  const read = async (cut: FunnelCut): Promise<FunnelReport> =>
    readFunnel(reader, window, rule, cut, options);
  const whole = await read({ interval });
  const asOf = whole.answers[0]?.asOf ?? 0n;
  const split = breakdown && (await read({ breakdown, interval, asOf }));
  const [everybody] = whole.series;
  if (everybody === undefined) throw new Error('a funnel without a breakdown has one series');
  const { group: _group, ...numbers } = everybody;
  const reports = [whole, ...(split === undefined ? [] : [split])];
  return {
    data: {
      id,
      title,
      revision,
      unit: rule.unit,
      order: rule.order,
      entryRule: entryWords(rule),
      trendInterval: whole.interval,
      by: breakdown === undefined ? null : nameOfBreakdown(breakdown),
      ...numbers,
      groups: split?.series ?? null,
    },
    unit: `${rule.unit}s`,
    complete: whole.complete,
    truncated: false,
    warnings: [
      ...unknown,
      ...new Set(reports.flatMap(({ warnings }) => warnings)),
      ...unsplitWarnings(
        breakdown && nameOfBreakdown(breakdown),
        split?.series.map(({ group }) => group) ?? [],
      ),
    ],
    sampleSize: { unit: `${rule.unit}s`, n: everybody.entered },
    sampling: toSampling(whole.answers[0]?.facts),
    approximate: null,
    asOf: String(asOf),
    explain: explain(window, {
      definition: {
        kind,
        // The body of a request has no lines: then the question itself defines it.
        ...(source.line === 0
          ? { id: null, revision: null, source: null }
          : { id, revision, source }),
        written,
      },
      sentence: describeFunnel(rule),
      statements: reports.flatMap(({ answers }, index) =>
        answers.map(({ name, count, ...answer }) =>
          toStatement(`${index === 0 ? 'all' : 'groups'}: ${name}`, answer, count),
        ),
      ),
      command: [
        ...command,
        ...(by === undefined ? [] : [`--by=${by}`]),
        ...(breakdown === undefined ? [] : ['--top', String(top)]),
        ...(interval === undefined ? [] : ['--interval', interval]),
      ],
    }),
  };
}

/** Which number of a funnel is opened. */
export interface FunnelMemberOptions extends ReadOptions {
  /** The step as the numbers of the funnel name it, or its number from 1. */
  readonly step: string;
  readonly outcome: FunnelCell['outcome'];
  /** As the funnel names it; everybody without. */
  readonly group?: string | undefined;
  readonly by?: string | undefined;
  readonly top: number;
  readonly asOf?: bigint | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page of those whom a number of a funnel counts. Rejects unknown steps and groups. */
export async function readFunnelMemberPage(
  reader: Reader,
  window: Window,
  definition: FunnelDefinition,
  { step, outcome, group, by, top, asOf, after, limit, ...options }: FunnelMemberOptions,
): Promise<Answer<MemberRow>> {
  const breakdown = group === undefined ? undefined : breakdownOf(definition, by, top);
  if (group !== undefined && breakdown === undefined)
    throw new QuestionError('FUNNEL_NOT_SPLIT', 'group');
  const cell: FunnelCell = {
    bucket: null,
    group: group === undefined ? null : parseGroup(group),
    step: placeOf(definition, step),
    outcome,
  };
  const { rule } = definition;
  const page = { asOf, after, limit };
  const found = await readFunnelMembers(reader, window, rule, { breakdown, cell }, page, options);
  if (found.total > 0 || group === undefined) return found;
  // Nobody, or no such group: the funnel tells.
  const seen = { breakdown, asOf: found.asOf };
  const { series } = await readFunnel(reader, window, rule, seen, options);
  const groups = series.flatMap((one) => one.group ?? []);
  if (groups.includes(group)) return found;
  throw new QuestionError('GROUP_UNKNOWN', 'group', { value: group }, suggest(group, groups));
}

function placeOf({ rule }: FunnelDefinition, step: string): number {
  const names = stepNames(rule);
  const place = names.includes(step)
    ? names.indexOf(step)
    : /^\d{1,2}$/u.test(step)
      ? Number(step) - 1
      : -1;
  if (place in names) return place;
  throw new QuestionError('FUNNEL_STEP_UNKNOWN', 'step', { value: step }, suggest(step, names));
}

function breakdownOf(
  { breakdown }: FunnelDefinition,
  by: string | undefined,
  top: number,
): FunnelBreakdown | undefined {
  const property = by === undefined ? breakdown : toProperty(by);
  return property === null ? undefined : { by: property, top };
}
