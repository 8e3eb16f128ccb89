/** What retention must give, by plain loops over arrays; shares no code with the program. */
import type { Group, RetentionCell, RetentionQuestion, RetentionRow } from '@heartwood/store';
import { oracleRows, oracleUnit } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';

/** Somebody in a cohort, and the columns in which it counts. */
interface Entry {
  readonly actor: string;
  readonly cohort: number;
  readonly value: string | null;
  readonly columns: readonly number[];
}

/** All rows of the answer: groups by rank with the others last, then cohorts, sizes before columns. */
export function oracleRetention(world: EventWorld, question: RetentionQuestion): RetentionRow[] {
  const entries = entriesOf(world, question);
  const found: RetentionRow[] = [];
  for (const group of groupsOf(entries, question))
    for (let cohort = 0; cohort < question.slots.buckets.length; cohort++)
      for (const column of [null, ...new Set(question.columns)]) {
        const actors = membersOf(entries, question, { cohort, column, group }).length;
        if (actors > 0) found.push({ cohort, column, group, actors });
      }
  return found;
}

/** Who is counted in a number, sorted. */
export function oracleRetained(
  world: EventWorld,
  question: RetentionQuestion,
  cell: RetentionCell,
): string[] {
  return membersOf(entriesOf(world, question), question, cell).toSorted();
}

function membersOf(
  entries: readonly Entry[],
  question: RetentionQuestion,
  { cohort, column, group }: RetentionCell,
): string[] {
  const shown = groupsOf(entries, question);
  return entries
    .filter((entry) => entry.cohort === cohort && isIn(entry.value, group, shown))
    .filter(({ columns }) => column === null || columns.includes(column))
    .map(({ actor }) => actor);
}

function isIn(
  value: string | null,
  group: Group | null,
  shown: readonly (Group | null)[],
): boolean {
  if (group === null) return true;
  if (group.kind === 'value') return value === group.value;
  if (group.kind === 'none') return value === null;
  return !shown.some((one) =>
    one?.kind === 'none' ? value === null : one?.kind === 'value' && one.value === value,
  );
}

function groupsOf(entries: readonly Entry[], { events }: RetentionQuestion): (Group | null)[] {
  if (events.group === undefined) return [null];
  const values = [...new Set(entries.map(({ value }) => value))].map((value) => {
    const own = entries.filter((entry) => entry.value === value);
    return { value, actors: new Set(own.map(({ actor }) => actor)).size, entries: own.length };
  });
  const ranked = values.toSorted(
    (a, b) => b.actors - a.actors || b.entries - a.entries || compare(a.value, b.value),
  );
  const shown = ranked
    .slice(0, events.group.top)
    .map(({ value }): Group => (value === null ? { kind: 'none' } : { kind: 'value', value }));
  return ranked.length > shown.length ? [...shown, { kind: 'other' }] : shown;
}

function compare(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

interface Use {
  readonly timeNs: bigint;
  readonly value: string | null;
  readonly matched: ReadonlySet<number>;
}

function entriesOf(world: EventWorld, question: RetentionQuestion): Entry[] {
  const uses = new Map<string, Use[]>();
  for (const row of oracleRows(world, question.events)) {
    const actor = oracleUnit(row, question.events.unit);
    if (actor === null) continue;
    const own = uses.get(actor) ?? [];
    uses.set(actor, own);
    own.push({ timeNs: row.timeNs, value: row.group, matched: row.matched });
  }
  return [...uses].flatMap(([actor, own]) =>
    startsOf(own, question).map((start) => ({
      actor,
      cohort: start.cohort,
      value: start.value,
      columns: columnsOf(own, start, question),
    })),
  );
}

interface Start {
  readonly cohort: number;
  readonly timeNs: bigint;
  readonly value: string | null;
}

function startsOf(own: readonly Use[], question: RetentionQuestion): Start[] {
  const { cohorts, occurrence } = question;
  const starts = own.filter(({ matched }) => matched.has(0));
  const isIn = (timeNs: bigint): boolean => timeNs >= cohorts.from && timeNs < cohorts.to;
  const toStart = (timeNs: bigint): Start => {
    const values = starts.filter((use) => use.timeNs === timeNs).map(({ value }) => value);
    return {
      timeNs,
      cohort: bucketOf(timeNs, question) ?? -1,
      value: values.toSorted(compare)[0] ?? null,
    };
  };
  if (occurrence === 'first') {
    const earliest = least(starts);
    if (earliest === undefined || !isIn(earliest)) return [];
    const base = own.filter(({ matched }) => matched.has(2));
    if (question.events.selectors.length > 2 && least(base) !== earliest) return [];
    return [toStart(earliest)];
  }
  const first = new Map<number, bigint>();
  for (const { timeNs } of starts) {
    const cohort = bucketOf(timeNs, question);
    if (cohort === undefined || !isIn(timeNs)) continue;
    const before = first.get(cohort);
    if (before === undefined || timeNs < before) first.set(cohort, timeNs);
  }
  return [...first.values()].map(toStart);
}

const least = (uses: readonly Use[]): bigint | undefined =>
  uses
    .map(({ timeNs }) => timeNs)
    .reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);

function bucketOf(timeNs: bigint, { slots }: RetentionQuestion): number | undefined {
  const slot = slots.buckets[Number((timeNs - slots.origin) / slots.width)];
  return timeNs < slots.origin || slot === undefined ? undefined : Number(slot);
}

function columnsOf(own: readonly Use[], start: Start, question: RetentionQuestion): number[] {
  const { columns, criterion, minReturns, rollingNs, isSame, isGroupKept } = question;
  const returns = new Map<number, number>();
  for (const { timeNs, matched, value } of own) {
    if (!matched.has(1) || timeNs < start.timeNs) continue;
    if (timeNs === start.timeNs && !isSame) continue;
    if (isGroupKept && value !== start.value) continue;
    const period =
      rollingNs === null
        ? (bucketOf(timeNs, question) ?? Number.NaN) - start.cohort
        : Number((timeNs - start.timeNs) / rollingNs);
    returns.set(period, (returns.get(period) ?? 0) + 1);
  }
  const periods = [...columns.keys()];
  const has = (period: number): boolean => (returns.get(period) ?? 0) >= minReturns;
  const counts = (period: number): boolean => {
    const before = periods.filter((one) => one > 0 && one <= period);
    if (criterion === 'on' || (period === 0 && criterion !== 'on_or_after')) return has(period);
    if (criterion === 'on_or_after') return periods.some((one) => one >= period && has(one));
    return criterion === 'streak' ? before.every(has) : before.some(has);
  };
  return [...new Set(columns)].filter((column) =>
    periods.some((period) => columns[period] === column && counts(period)),
  );
}
