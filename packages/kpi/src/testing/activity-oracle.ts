/** What activity must give, by plain loops over arrays; shares no code with the program. */
import type {
  ActivityCell,
  ActivityPart,
  ActivityQuestion,
  ActivityRow,
  Group,
} from '@heartwood/store';
import { oracleGroups, oracleRows, oracleUnit, type OracleRow } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';

/** All rows of the answer: groups by rank with the others last, then parts by name, spans and places. */
export function oracleActivity(world: EventWorld, question: ActivityQuestion): ActivityRow[] {
  const found: ActivityRow[] = [];
  for (const group of groupsOf(world, question)) {
    const units = unitsOf(world, question, group);
    for (const [part, span] of partsOf(question)) {
      const places = [...units.values()].flatMap((rows) => placesOf(rows, question, part));
      const all =
        part === 'trailing'
          ? question.slots.buckets.map((_, index) => index).filter((at) => at <= lastOf(question))
          : [...new Set(places)].toSorted((a, b) => a - b);
      for (const at of all) {
        const cell = { part, span, from: at, to: at, group };
        const actors = oracleActive(world, question, cell).length;
        found.push({ part, span, at, group, actors });
      }
    }
  }
  return found;
}

/** Who is counted in a number, sorted. */
export function oracleActive(
  world: EventWorld,
  question: ActivityQuestion,
  { part, span, from, to, group }: ActivityCell,
): string[] {
  const units = [...unitsOf(world, question, group)];
  const counted = units.filter(([, rows]) =>
    part === 'trailing'
      ? rows.some((bucket) => bucket > to - span && bucket <= to)
      : placesOf(rows, question, part).some((at) => at >= from && at <= to),
  );
  return counted.map(([actor]) => actor).toSorted();
}

function partsOf({ measure }: ActivityQuestion): [ActivityPart, number][] {
  if (measure.kind === 'trailing')
    return measure.spans.toSorted((a, b) => a - b).map((span) => ['trailing', span]);
  return measure.kind === 'spread'
    ? [
        ['intervals', 0],
        ['rows', 0],
      ]
    : [
        ['dormant', 0],
        ['new', 0],
        ['resurrecting', 0],
        ['returning', 0],
      ];
}

const lastOf = ({ slots }: ActivityQuestion): number => Number(slots.buckets.at(-1));

/** Groups of a lifecycle are ranked by what stands in its intervals: not by history, nor by the interval before. */
function groupsOf(world: EventWorld, question: ActivityQuestion): (Group | null)[] {
  const { events, measure } = question;
  const isRanked = (row: OracleRow): boolean =>
    measure.kind !== 'lifecycle' || bucketOf(row, question) > 0;
  return oracleGroups(oracleRows(world, events), events, isRanked);
}

/** -1 for history. */
function bucketOf({ timeNs }: OracleRow, { slots }: ActivityQuestion): number {
  const slot = Number((timeNs - slots.origin) / slots.width);
  return timeNs < slots.origin ? -1 : Number(slots.buckets[slot]);
}

/** The bucket of each row of each unit, -1 for history. */
function unitsOf(
  world: EventWorld,
  question: ActivityQuestion,
  group: Group | null,
): Map<string, number[]> {
  const { events } = question;
  const groups = groupsOf(world, question);
  const units = new Map<string, number[]>();
  for (const row of oracleRows(world, events)) {
    const actor = oracleUnit(row, events.unit);
    if (actor === null || !isIn(row.group, group, groups)) continue;
    units.set(actor, [...(units.get(actor) ?? []), bucketOf(row, question)]);
  }
  return units;
}

function isIn(
  value: string | null,
  group: Group | null,
  groups: readonly (Group | null)[],
): boolean {
  if (group === null) return true;
  if (group.kind === 'value') return group.value === value;
  if (group.kind === 'none') return value === null;
  return !groups.some(
    (one) =>
      (one?.kind === 'none' && value === null) || (one?.kind === 'value' && one.value === value),
  );
}

/** Where a unit counts: buckets, or how much it has. */
function placesOf(
  rows: readonly number[],
  question: ActivityQuestion,
  part: ActivityPart,
): number[] {
  const active = new Set(rows);
  if (part === 'intervals') return [active.size];
  if (part === 'rows') return [rows.length];
  const places: number[] = [];
  for (let bucket = 1; bucket <= lastOf(question); bucket++) {
    const [is, was] = [active.has(bucket), active.has(bucket - 1)];
    const wasEver = rows.some((one) => one < bucket);
    const state = is
      ? was
        ? 'returning'
        : wasEver
          ? 'resurrecting'
          : 'new'
      : was
        ? 'dormant'
        : '';
    if (state === part) places.push(bucket);
  }
  return places;
}
