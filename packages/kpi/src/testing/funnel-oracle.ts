/** What funnels must give, by trying every chain of every unit; shares no code with the program. */
import type { FunnelCell, FunnelQuestion, FunnelRow, Group, Property } from '@heartwood/store';
import { isFiltered, namesakes, oracleRows, oracleUnit, type OracleRow } from './count-oracle.ts';
import { holdsOf, textOf } from './oracle-condition.ts';
import type { EventWorld } from './event-world.ts';
import { attemptsOf } from './funnel-oracle-attempt.ts';
import {
  bestChain,
  bestSet,
  mayGoOn,
  heldOf,
  isAnchored,
  placeRows,
  requiredOf,
  systemNs,
  type Placed,
} from './funnel-oracle-chain.ts';

/** The chosen chain of a unit. */
interface Chain {
  readonly unit: string;
  /** By step; with any order by time. */
  readonly rows: readonly (Placed | null)[];
  /** Whether any chain of the unit may still go on. */
  readonly isOpen: boolean;
  readonly bucket: number;
  readonly value: string | null;
}

/** All rows of the answer, in any order. */
export function oracleFunnel(world: EventWorld, question: FunnelQuestion): FunnelRow[] {
  const { chains, groups } = chainsOf(world, question);
  const found: FunnelRow[] = [];
  for (const group of groups)
    for (let bucket = 0; bucket < question.slots.buckets.length; bucket++) {
      const own = oncePerUnit(
        chains.filter((chain) => isIn(chain, group, groups)),
        question,
      ).filter((chain) => chain.bucket === bucket);
      if (own.length === 0) continue;
      for (const step of question.shown ?? question.steps.keys())
        found.push(numbersOf(own, question, step, group));
    }
  return found;
}

/** How many come of senders that leave out runs: what is named, and what they did who did the first step. */
export function oracleFilteredOfFunnel(world: EventWorld, { events }: FunnelQuestion): number {
  const found = new Set(
    namesakes(world, { ...events, keepOthers: false }, undefined).map(({ seq }) => seq),
  );
  const rows = oracleRows(world, events);
  for (const row of rows) {
    const unit = oracleUnit(row, events.unit);
    const hasBegun =
      unit !== null &&
      rows.some((one) => one.matched.has(0) && oracleUnit(one, events.unit) === unit);
    if (hasBegun && isFiltered(row)) found.add(row.seq);
  }
  return found.size;
}

/** Keys of the members of a cell, sorted. */
export function oracleFunnelMembers(
  world: EventWorld,
  question: FunnelQuestion,
  { bucket, group, step, outcome }: FunnelCell,
): string[] {
  const { chains, groups } = chainsOf(world, question);
  const own = oncePerUnit(
    chains.filter((chain) => isIn(chain, group, groups)),
    question,
  ).filter((chain) => bucket === null || chain.bucket === bucket);
  const former = question.order === 'any' ? step - 1 : formerOf(question, step);
  const kept = own.filter((chain) => {
    if (chain.rows[step] !== null) return outcome === 'converted';
    if (isOpen(chain, question, step)) return outcome === 'immature';
    return outcome === 'dropped' && chain.rows[former] !== null;
  });
  return kept.map(({ unit }) => unit).toSorted();
}

function formerOf({ steps }: FunnelQuestion, step: number): number {
  let former = step - 1;
  while (former > 0 && steps[former]?.optional) former--;
  return former;
}

/** Whether one that has not done a step may still do it: an optional one not behind the next required one. */
function isOpen({ rows, isOpen: mayGoOn }: Chain, question: FunnelQuestion, step: number): boolean {
  if (!question.steps[step]?.optional) return mayGoOn;
  const behind = requiredOf(question).filter((index) => index > step);
  if (behind.length > 0) return mayGoOn && rows[behind[0] ?? 0] === null;
  const [first, last] = [rows[0], rows[requiredOf(question).at(-1) ?? 0]];
  if (first === null || first === undefined || last === null) return mayGoOn;
  return question.watermark - first.timeNs <= question.windowNs;
}

function numbersOf(
  own: readonly Chain[],
  question: FunnelQuestion,
  step: number,
  group: Group | null,
): FunnelRow {
  const did = own.filter(({ rows }) => rows[step] !== null);
  const times = did
    .map(({ rows }) => Number((rows[step]?.timeNs ?? 0n) - (rows[0]?.timeNs ?? 0n)) / 1e6)
    .toSorted((a, b) => a - b);
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const quantile = (p: number): number | null => {
    if (times.length === 0) return null;
    const rank = (times.length - 1) * p;
    const low = times.at(Math.floor(rank)) ?? 0;
    const high = times.at(Math.ceil(rank)) ?? 0;
    return low + (high - low) * (rank - Math.floor(rank));
  };
  return {
    bucket: own[0]?.bucket ?? 0,
    group,
    step,
    entered: own.length,
    converted: did.length,
    immature: own.filter((chain) => chain.rows[step] === null && isOpen(chain, question, step))
      .length,
    meanMs: mean(times),
    medianMs: quantile(0.5),
    p90Ms: quantile(0.9),
    systemMs: mean(did.map(({ rows }) => systemNs(rows, step) / 1e6)),
  };
}

function chainsOf(
  world: EventWorld,
  question: FunnelQuestion,
): { readonly chains: readonly Chain[]; readonly groups: readonly (Group | null)[] } {
  const byValue = question.attribution === 'all' && question.events.group !== undefined;
  const units = new Map<string, OracleRow[]>();
  for (const row of oracleRows(world, question.events)) {
    const unit = oracleUnit(row, question.events.unit);
    if (unit === null || heldOf(row, question) === null) continue;
    const key = JSON.stringify([unit, byValue ? row.group : null]);
    units.set(key, [...(units.get(key) ?? []), row]);
  }
  const chains: Chain[] = [];
  for (const [key, rows] of units) {
    const [unit] = JSON.parse(key) as [string];
    const placed = placeRows(rows, question);
    const found =
      question.events.unit === 'attempt'
        ? attemptsOf(placed, question).map((attempt) => ({
            ...attempt,
            unit,
            bucket: bucketOf(attempt.rows[0]?.timeNs ?? 0n, question),
            value: valueOf(attempt.rows, question),
          }))
        : [chainOf(placed, unit, question)];
    chains.push(
      ...found.filter((chain) => chain !== undefined).filter((chain) => isWanted(chain, question)),
    );
  }
  return { chains, groups: groupsOf(chains, question) };
}

function chainOf(
  rows: readonly Placed[],
  unit: string,
  question: FunnelQuestion,
): Chain | undefined {
  const { order, entry, entriesTo, steps } = question;
  const may = rows.filter(
    (row) =>
      (order === 'any' ? row.first < 99 && isAnchored([row], steps) : row.matched.has(0)) &&
      row.timeNs >= (question.entriesFrom ?? 0n) &&
      row.timeNs < entriesTo,
  );
  const opening = may.filter((row) =>
    entry === 'best' ? true : order === 'any' ? row.timeNs === may[0]?.timeNs : row === may[0],
  );
  const best =
    order === 'any' ? bestSet(rows, opening, question) : bestChain(rows, opening, question);
  const start = best?.[0];
  if (best === undefined || start === undefined) return undefined;
  const required = requiredOf(question);
  const chain = steps.map((_, step): Placed | null =>
    order === 'any' ? (best[step] ?? null) : (best[required.indexOf(step)] ?? null),
  );
  const inWindow = (row: Placed): boolean => row.timeNs - start.timeNs <= question.windowNs;
  for (const { selector, after, before, drops } of question.exclude) {
    const [a, b] = [chain[after], chain[before]];
    if (drops !== 'actor' || a === null || a === undefined) continue;
    for (const row of rows)
      if (
        row.matched.has(selector) &&
        row.held === start.held &&
        row.place > a.place &&
        (b === null || b === undefined ? inWindow(row) : row.place <= b.place)
      )
        return undefined;
  }
  for (const [step, { optional }] of steps.entries()) {
    if (!optional || chain[formerOf(question, step)] === null) continue;
    const behind = chain.slice(0, step).findLast((row) => row !== null)?.place ?? 0;
    const next = required.find((index) => index > step);
    const ahead = next === undefined ? null : chain[next];
    chain[step] =
      rows.find(
        (row) =>
          row.matched.has(step) &&
          row.held === start.held &&
          row.place > behind &&
          (ahead === null || ahead === undefined ? inWindow(row) : row.place < ahead.place),
      ) ?? null;
  }
  const bucket = bucketOf(start.timeNs, question);
  const isOpen = mayGoOn(rows, opening, question);
  if (typeof question.ties === 'object')
    for (const [step, row] of chain.entries()) {
      const former = chain.slice(0, step).findLast((one) => one !== null);
      if (row !== null && former && former.timeNs > row.timeNs)
        chain[step] = { ...row, timeNs: former.timeNs };
    }
  return { unit, rows: chain, isOpen, bucket, value: valueOf(chain, question) };
}

const bucketOf = (timeNs: bigint, { slots }: FunnelQuestion): number =>
  Number(slots.buckets[Number((timeNs - slots.origin) / slots.width)]);

/** Whether the condition on chains holds of what this one has by attribution. */
function isWanted({ rows }: Chain, { actors, attribution }: FunnelQuestion): boolean {
  const textIn = (property: Property): string | null => {
    const texts = rows.map((row) => row && textOf(row.source, row.isRun, property));
    if (typeof attribution === 'number') return texts[attribution] ?? null;
    return texts.filter((text) => text !== null).at(attribution === 'last' ? -1 : 0) ?? null;
  };
  return actors === undefined || holdsOf(actors, textIn);
}

function valueOf(
  chain: readonly (Placed | null)[],
  { attribution }: FunnelQuestion,
): string | null {
  const rows = chain.filter((row) => row !== null);
  if (attribution === 'all') return rows[0]?.group ?? null;
  if (typeof attribution === 'number') return chain[attribution]?.group ?? null;
  const known = rows.filter(({ group }) => group !== null);
  return known.at(attribution === 'first' ? 0 : -1)?.group ?? null;
}

/** The groups that are shown, largest first, then the others where there are some. */
function groupsOf(chains: readonly Chain[], { events }: FunnelQuestion): (Group | null)[] {
  if (events.group === undefined) return [null];
  const sizes = new Map<string | null, number>();
  for (const { value } of chains) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  const ranked = [...sizes].toSorted(([a, m], [b, n]) => {
    if (m !== n) return n - m;
    if (a === null || b === null) return a === null ? 1 : -1;
    return a < b ? -1 : 1;
  });
  const shown = ranked
    .slice(0, events.group.top)
    .map(([value]): Group => (value === null ? { kind: 'none' } : { kind: 'value', value }));
  return ranked.length > events.group.top ? [...shown, { kind: 'other' }] : shown;
}

function isIn(chain: Chain, group: Group | null, groups: readonly (Group | null)[]): boolean {
  if (group === null) return true;
  if (group.kind === 'none') return chain.value === null;
  if (group.kind === 'value') return chain.value === group.value;
  return !groups.some((shown) => shown?.kind !== 'other' && isIn(chain, shown, groups));
}

/** Of several chains of one unit in a group, the one that gets furthest; attempts count each for itself. */
function oncePerUnit(chains: readonly Chain[], question: FunnelQuestion): readonly Chain[] {
  if (question.events.unit === 'attempt') return chains;
  const kept = new Map<string, Chain>();
  const rowsOf = ({ rows }: Chain): Placed[] => rows.filter((row) => row !== null);
  const end = (chain: Chain): bigint =>
    rowsOf(chain).reduce((last, { timeNs }) => (timeNs > last ? timeNs : last), 0n);
  const start = ({ rows }: Chain): bigint => rows[0]?.timeNs ?? 0n;
  for (const chain of chains) {
    const other = kept.get(chain.unit);
    const difference =
      other === undefined
        ? -1
        : rowsOf(other).length - rowsOf(chain).length ||
          Number(end(chain) - end(other)) ||
          Number(start(other) - start(chain)) ||
          ((chain.value ?? '\uFFFF') < (other.value ?? '\uFFFF') ? -1 : 1);
    if (difference < 0 || question.attribution !== 'all') kept.set(chain.unit, chain);
  }
  return [...kept.values()];
}
