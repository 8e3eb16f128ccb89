/** Funnels: how many of those who begin get how far, how fast, and who they are. */
import type {
  Answer,
  EligibleFacts,
  FunnelCell,
  FunnelRow,
  Group,
  MemberRow,
  Reader,
  ReadOptions,
} from '@heartwood/store';
import { QuestionError } from './errors.ts';
import { factWarnings, isKept } from './facts.ts';
import {
  stepNames,
  toFunnelQuestion,
  type FunnelBreakdown,
  type FunnelRule,
} from './funnel-rule.ts';
import { readHeld } from './funnel-held.ts';
import { funnelWarnings } from './funnel-warnings.ts';
import { groupText } from './group.ts';
import { msToInstant } from './instant.ts';
import { createGrid, createWhole, type Interval } from './interval.ts';
import { rate } from './ratio.ts';
import { isComplete, type Window } from './window.ts';
import { MIN_SAMPLE, wilson } from './wilson.ts';

/** How many got somewhere; rates are null where nobody could have, and where senders of its runs leave out others. */
interface FunnelShare {
  /** Who did the first step in the range. */
  readonly entered: number;
  readonly converted: number;
  /** Who did not convert and still may: the time in which a chain of theirs may go on is not over. */
  readonly immature: number;
  /** Of those who had their whole window. */
  readonly rate: number | null;
  /** Of all who entered. */
  readonly rateAll: number | null;
}

/** One step. */
interface FunnelStepNumbers extends FunnelShare {
  readonly step: string;
  readonly optional: boolean;
  /** Who did the required step before, not this one, and no longer may. */
  readonly dropped: number;
  /** Of those who did the required step before and had their whole window; null for the first step. */
  readonly fromPrevious: number | null;
  readonly dropOff: number | null;
  /** From the first step to this one, of those who did it. */
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
  /** Parts of the mean: runs of the chain under way, and all other time. */
  readonly systemMs: number | null;
  readonly userMs: number | null;
}

/** Entries of one bucket. */
interface FunnelPoint extends FunnelShare {
  readonly start: string;
  readonly end: string;
  /** False while entries may still arrive or convert, and where raw data of it is not kept. */
  readonly complete: boolean;
}

/** One value of a breakdown, or everybody. */
export interface FunnelSeries extends FunnelShare {
  /** `$other` beyond the top, `$none` without a value, null without a breakdown. */
  readonly group: string | null;
  /** 95 % interval of the rate; null below 30 entries. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly steps: readonly FunnelStepNumbers[];
  /** Null unless asked for; its entries and conversions add up to those of the series. */
  readonly trend: readonly FunnelPoint[] | null;
}

/** What the store answered about a part of a funnel. */
interface FunnelAnswer extends Omit<Answer<unknown>, 'rows'> {
  readonly name: 'steps' | 'trend' | 'held';
  /** Rows. */
  readonly count: number;
}

/** A funnel and what has to be known about it. */
export interface FunnelReport {
  readonly series: readonly FunnelSeries[];
  /** Of the trend. */
  readonly interval: Interval | null;
  readonly warnings: readonly string[];
  readonly complete: boolean;
  /** The store's answers, that of the steps first. */
  readonly answers: readonly FunnelAnswer[];
}

/** How a funnel is cut. */
export interface FunnelCut {
  readonly breakdown?: FunnelBreakdown | undefined;
  readonly interval?: Interval | 'auto' | undefined;
  /** Only what another report saw. */
  readonly asOf?: bigint | undefined;
}

/** Reads a funnel; without a breakdown exactly one series, also when nobody entered. */
export async function readFunnel(
  reader: Reader,
  window: Window,
  rule: FunnelRule,
  { breakdown, interval, asOf }: FunnelCut,
  options: ReadOptions = {},
): Promise<FunnelReport> {
  const { origin, width, slots } = createWhole(window);
  const asked = toFunnelQuestion(window, rule, breakdown, { origin, width, buckets: slots });
  const whole = { ...asked, events: { ...asked.events, asOf } };
  const { rows, ...answer } = await reader.ask(
    { ...whole, output: { kind: 'numbers' } } as const,
    options,
  );
  const answers: FunnelAnswer[] = [{ ...answer, name: 'steps', count: rows.length }];
  const held =
    breakdown === undefined
      ? await readHeld(reader, window, rule, answer.asOf, options)
      : undefined;
  const grid = interval === undefined ? undefined : createGrid(window, interval);
  const last = rule.steps.findLastIndex(({ optional }) => !optional);
  const groups = breakdown === undefined ? [null] : groupsOf(rows);
  const trend: FunnelRow[] = [];
  if (grid !== undefined) {
    checkPoints(groups.length, grid.buckets.length);
    const { rows: cut, ...cutAnswer } = await reader.ask(
      {
        ...whole,
        events: { ...whole.events, asOf: answer.asOf },
        slots: { origin: grid.origin, width: grid.width, buckets: grid.slots },
        shown: [last],
        output: { kind: 'numbers' },
      } as const,
      options,
    );
    trend.push(...cut);
    answers.push({ ...cutAnswer, name: 'trend', count: cut.length });
  }
  const [steps, points] = [byGroup(rows), byGroup(trend)];
  const { facts } = answer;
  const series = groups.map((group): FunnelSeries => {
    const own = steps.get(JSON.stringify(group)) ?? [];
    const cut = new Map(points.get(JSON.stringify(group))?.map((row) => [row.bucket, row]));
    const ending = shareOf(
      own.find(({ step }) => step === last),
      facts,
    );
    const mature = ending.entered - ending.immature;
    return {
      ...ending,
      group: groupText(group),
      interval:
        mature < MIN_SAMPLE || ending.rate === null ? null : wilson(ending.converted, mature),
      steps: rule.steps.map((_, step) => toStep(own, step, rule, facts)),
      trend:
        grid?.buckets.map(({ startMs, endMs, complete }, index): FunnelPoint => {
          const share = shareOf(cut.get(index), facts);
          return {
            ...share,
            start: msToInstant(startMs),
            end: msToInstant(endMs),
            complete: complete && share.immature === 0 && isKept(answer.facts, startMs),
          };
        }) ?? null,
    };
  });
  return {
    series,
    interval: grid?.interval ?? null,
    warnings: [
      ...factWarnings(facts, rule.unit),
      ...(held?.warnings ?? []),
      ...funnelWarnings(series, rule, breakdown !== undefined),
    ],
    complete: isComplete(window.toMs, window) && series.every(({ immature }) => immature === 0),
    answers: [...answers, ...(held?.answers ?? [])],
  };
}

/** A page of those whom a number of a funnel counts; `asOf` of the report that it stands in. */
export async function readFunnelMembers(
  reader: Reader,
  window: Window,
  rule: FunnelRule,
  {
    breakdown,
    cell,
  }: { readonly breakdown?: FunnelBreakdown | undefined; readonly cell: FunnelCell },
  page: {
    readonly asOf?: bigint | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
  options: ReadOptions = {},
): Promise<Answer<MemberRow>> {
  const { origin, width, slots } = createWhole(window);
  const question = toFunnelQuestion(window, rule, breakdown, { origin, width, buckets: slots });
  const { asOf, after, limit } = page;
  return reader.ask(
    {
      ...question,
      events: { ...question.events, asOf },
      output: { kind: 'members', cell, after, limit },
    } as const,
    options,
  );
}

const NOBODY = { entered: 0, converted: 0, immature: 0, rate: null, rateAll: null } as const;

function shareOf(row: FunnelRow | undefined, facts: EligibleFacts): FunnelShare {
  if (row === undefined) return NOBODY;
  const { entered, converted, immature } = row;
  return {
    entered,
    converted,
    immature,
    rate: rate(converted, entered - immature, facts),
    rateAll: rate(converted, entered, facts),
  };
}

function toStep(
  rows: readonly FunnelRow[],
  index: number,
  rule: FunnelRule,
  facts: EligibleFacts,
): FunnelStepNumbers {
  const { steps } = rule;
  const row = rows.find(({ step }) => step === index);
  const share = shareOf(row, facts);
  const { optional = false } = steps[index] ?? {};
  const previous = steps.findLastIndex((step, place) => place < index && !step.optional);
  const before = rows.find(({ step }) => step === previous) ?? NOBODY;
  // Whoever may still do the step before may do this one too: those stand behind the step before.
  const waiting = share.immature - before.immature;
  const had = before.converted - waiting;
  const fromPrevious = index === 0 ? null : rate(share.converted, had, facts);
  const { meanMs = null, medianMs = null, p90Ms = null, systemMs = null } = row ?? {};
  return {
    ...share,
    step: stepNames(rule)[index] ?? '',
    optional,
    dropped: index === 0 ? 0 : had - share.converted,
    fromPrevious,
    dropOff: fromPrevious === null ? null : 1 - fromPrevious,
    meanMs,
    medianMs,
    p90Ms,
    systemMs,
    userMs: meanMs === null || systemMs === null ? null : Math.max(0, meanMs - systemMs),
  };
}

/** Most points of a trend, those of all groups together; the store gives no more rows either. */
const MOST_POINTS = 10_000;

function checkPoints(groups: number, buckets: number): void {
  const count = groups * buckets;
  if (count > MOST_POINTS)
    throw new QuestionError('FUNNEL_TREND_TOO_LARGE', 'interval', {
      count,
      groups,
      buckets,
      limit: MOST_POINTS,
    });
}

function byGroup(rows: readonly FunnelRow[]): ReadonlyMap<string, readonly FunnelRow[]> {
  const found = new Map<string, FunnelRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.group);
    const own = found.get(key);
    if (own === undefined) found.set(key, [row]);
    else own.push(row);
  }
  return found;
}

/** In the order of the rows: largest first, the others last. */
function groupsOf(rows: readonly FunnelRow[]): (Group | null)[] {
  return [...new Map(rows.map(({ group }) => [JSON.stringify(group), group])).values()];
}
