/** Chains of one unit, tried one by one; shares no code with the program. */
import type { Condition, FunnelQuestion, Property } from '@heartwood/store';
import type { OracleRow } from './count-oracle.ts';
import { textOf } from './oracle-condition.ts';

/** A row of one unit in the order of all of them. */
export interface Placed extends OracleRow {
  readonly place: number;
  readonly held: string;
  /** First step that it matches; 99 for none. */
  readonly first: number;
  readonly durationNs: bigint | null;
}

export const requiredOf = ({ steps }: FunnelQuestion): number[] =>
  steps.flatMap(({ optional }, step) => (optional ? [] : [step]));

export function heldOf({ source, isRun }: OracleRow, { events }: FunnelQuestion): string[] | null {
  const texts = (events.hold ?? []).map((property) => textOf(source, isRun, property));
  const known = texts.filter((text) => text !== null);
  return known.length === texts.length ? known : null;
}

/** By time; then the first required step, else the first optional one; then what tells rows apart. */
export function placeRows(rows: readonly OracleRow[], question: FunnelQuestion): Placed[] {
  const { steps } = question;
  const order = [
    ...requiredOf(question),
    ...[...steps.keys()].filter((step) => !requiredOf(question).includes(step)),
  ];
  const described = rows.map((row) => ({
    ...row,
    first: order.find((step) => row.matched.has(step)) ?? 99,
    mask: [...row.matched].reduce((sum, index) => sum + 2 ** index, 0),
    held: heldOf(row, question) ?? [],
    told: toldBy(question.actors).map((property) => textOf(row.source, row.isRun, property)),
    durationNs: 'event' in row.source || row.source.negative ? null : row.source.durationNs,
  }));
  const nullsLast = <T extends bigint | string>(a: T | null, b: T | null): number => {
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? 1 : -1;
    return a < b ? -1 : 1;
  };
  const sorted = described.toSorted(
    (a, b) =>
      nullsLast(a.timeNs, b.timeNs) ||
      a.first - b.first ||
      a.mask - b.mask ||
      nullsLast(a.group, b.group) ||
      a.held.map((text, i) => nullsLast(text, b.held[i] ?? null)).find((n) => n !== 0) ||
      a.told.map((text, i) => nullsLast(text, b.told[i] ?? null)).find((n) => n !== 0) ||
      nullsLast(a.durationNs, b.durationNs) ||
      nullsLast(a.seq, b.seq),
  );
  return sorted.map((row, index) => ({ ...row, place: index, held: JSON.stringify(row.held) }));
}

/** The chain that is chosen among all of the required steps. */
export function bestChain(
  rows: readonly Placed[],
  opening: readonly Placed[],
  question: FunnelQuestion,
): readonly Placed[] | undefined {
  let best: readonly Placed[] | undefined;
  eachChain(rows, opening, question, (chain) => {
    if (best === undefined || compareChains(chain, best) < 0) best = chain;
  });
  return best;
}

/** Whether a chain could go on with a row that nobody has seen yet, at the watermark and behind all that are there. */
export function mayGoOn(
  rows: readonly Placed[],
  opening: readonly Placed[],
  question: FunnelQuestion,
): boolean {
  const { steps, order, watermark } = question;
  let found = false;
  const visit = (chain: readonly Placed[]): void => {
    found ||= chain.some(({ place }) => place === rows.length);
  };
  const matched = new Set(requiredOf(question));
  const held = new Map(opening.map((row) => [row.held, row]));
  for (const row of held.values())
    // Steps at strictly later times: a nanosecond behind a row at the watermark.
    for (const timeNs of [watermark, watermark + 1n]) {
      const unseen = { ...row, timeNs, matched, place: rows.length };
      if (order !== 'any') eachChain([...rows, unseen], opening, question, visit);
      else
        for (const first of steps.keys())
          eachSet([...rows, { ...unseen, first }], opening, question, visit);
    }
  return found;
}

/** Properties of a condition in its order. */
function toldBy(condition: Condition | undefined): Property[] {
  if (condition === undefined) return [];
  if ('parts' in condition) return condition.parts.flatMap(toldBy);
  return 'part' in condition ? toldBy(condition.part) : [condition.property];
}

/** All chains of the required steps, tried one by one. */
function eachChain(
  rows: readonly Placed[],
  opening: readonly Placed[],
  question: FunnelQuestion,
  visit: (chain: readonly Placed[]) => void,
): void {
  const { order, windowNs, stepWindowNs, ties } = question;
  const required = requiredOf(question);
  const breaking = rows.filter((row) => isBreaking(row, question));
  const grow = (chain: readonly Placed[]): void => {
    visit(chain);
    const [start, former, step] = [chain[0], chain.at(-1), required[chain.length]];
    if (start === undefined || former === undefined || step === undefined) return;
    for (const row of rows) {
      const gap = row.timeNs - former.timeNs;
      const [low, high] = [Math.min(former.place, row.place), Math.max(former.place, row.place)];
      const between = (one: Placed): boolean => one.place > low && one.place < high;
      if (chain.includes(row) || !row.matched.has(step) || row.held !== start.held) continue;
      if (row.place < former.place && (typeof ties === 'string' || -gap > ties.graceNs)) continue;
      if (row.timeNs - start.timeNs > windowNs) continue;
      if (stepWindowNs !== null && gap > stepWindowNs) continue;
      if (ties === 'strict' && gap === 0n) continue;
      if (order === 'strict' && breaking.some((one) => between(one) && one.held === start.held))
        continue;
      const isCut = question.exclude.some(
        ({ selector, after, before, drops }) =>
          drops === 'attempt' &&
          after < step &&
          step <= before &&
          rows.some(
            (one) =>
              one.matched.has(selector) &&
              one.held === start.held &&
              (between(one) || one.place === high),
          ),
      );
      if (!isCut) grow([...chain, row]);
    }
  };
  for (const row of opening) grow([row]);
}

/** Negative when `a` is chosen before `b`. */
function compareChains(a: readonly Placed[], b: readonly Placed[]): number {
  if (a.length !== b.length) return b.length - a.length;
  const time = (row: Placed | undefined): bigint => row?.timeNs ?? 0n;
  const end = time(a.at(-1)) - time(b.at(-1));
  if (end !== 0n) return end < 0n ? -1 : 1;
  const start = time(b[0]) - time(a[0]);
  if (start !== 0n) return start < 0n ? -1 : 1;
  return a.map((row, index) => row.place - (b[index]?.place ?? 0)).find((n) => n !== 0) ?? 0;
}

export function isBreaking(row: Placed, question: FunnelQuestion): boolean {
  const { steps, universe, events } = question;
  const matched = [...steps.keys()].filter((step) => row.matched.has(step));
  if (requiredOf(question).some((step) => row.matched.has(step))) return true;
  if (matched.length > 0) return false;
  return events.keepOthers || universe.some((index) => row.matched.has(index));
}

/** The set that is chosen among all of at most one row a step. */
export function bestSet(
  rows: readonly Placed[],
  opening: readonly Placed[],
  question: FunnelQuestion,
): readonly Placed[] | undefined {
  let best: readonly Placed[] | undefined;
  eachSet(rows, opening, question, (set) => {
    if (best === undefined || compareSets(set, best) < 0) best = set;
  });
  return best;
}

/** Negative when `a` is chosen before `b`. */
function compareSets(a: readonly Placed[], b: readonly Placed[]): number {
  if (a.length !== b.length) return b.length - a.length;
  const end = (a.at(-1)?.place ?? 0) - (b.at(-1)?.place ?? 0);
  if (end !== 0) return end;
  const [start, other] = [a[0]?.timeNs ?? 0n, b[0]?.timeNs ?? 0n];
  if (start !== other) return start > other ? -1 : 1;
  return a.map((row, i) => row.place - (b[i]?.place ?? 0)).find((n) => n !== 0) ?? 0;
}

/** All sets of at most one row a step, tried one by one. */
function eachSet(
  rows: readonly Placed[],
  opening: readonly Placed[],
  { steps, windowNs, exclude }: FunnelQuestion,
  visit: (set: readonly Placed[]) => void,
): void {
  const consider = (chosen: readonly Placed[]): void => {
    const set = chosen.toSorted((a, b) => a.place - b.place);
    const [first, last] = [set[0], set.at(-1)];
    if (first === undefined || last === undefined) return;
    if (!isAnchored(set, steps)) return;
    if (!opening.some((row) => row.timeNs === first.timeNs)) return;
    if (last.timeNs - first.timeNs > windowNs) return;
    if (set.some(({ held }) => held !== first.held)) return;
    for (const { selector, drops } of exclude)
      if (
        drops === 'attempt' &&
        rows.some(
          (row) =>
            row.matched.has(selector) &&
            row.held === first.held &&
            row.place > first.place &&
            row.place <= last.place,
        )
      )
        return;
    visit(set);
  };
  const choose = (step: number, chosen: readonly Placed[]): void => {
    if (step === steps.length) {
      consider(chosen);
      return;
    }
    choose(step + 1, chosen);
    for (const row of rows) if (row.first === step) choose(step + 1, [...chosen, row]);
  };
  choose(0, []);
}

/** Length of the union of the runs between the first step and this one, moment by moment between all edges. */
export function systemNs(rows: readonly (Placed | null)[], step: number): number {
  const [from, to] = [rows[0]?.timeNs ?? 0n, rows[step]?.timeNs ?? 0n];
  const runs = rows
    .slice(0, step + 1)
    .filter((row) => row !== null)
    .map(({ timeNs, durationNs }) => ({ start: timeNs, end: timeNs + (durationNs ?? 0n) }));
  const edges = [...runs.flatMap(({ start, end }) => [start, end]), from, to]
    .filter((edge) => edge >= from && edge <= to)
    .toSorted((a, b) => (a < b ? -1 : 1));
  let sum = 0n;
  for (const [index, edge] of edges.entries()) {
    const next = edges[index + 1] ?? edge;
    if (runs.some(({ start, end }) => start <= edge && end >= next)) sum += next - edge;
  }
  return Number(sum);
}

/** Whether what is anchored stands where it must. */
export function isAnchored(set: readonly Placed[], steps: FunnelQuestion['steps']): boolean {
  const [first, last] = [steps.at(0)?.anchor, steps.at(-1)?.anchor];
  if (first === 'first' && set.at(0)?.first !== 0) return false;
  const ends = set.some((row) => row.first === steps.length - 1);
  if (last !== 'last' || !ends) return true;
  return set.length === steps.length && set.at(-1)?.first === steps.length - 1;
}
