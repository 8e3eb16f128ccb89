/** What adoption must give, by plain loops over arrays; shares no code with the program. */
import type {
  AdoptionCell,
  AdoptionPart,
  AdoptionQuestion,
  AdoptionRow,
  Group,
} from '@heartwood/store';
import { oracleGroups, oracleRows, oracleUnit, type OracleRow } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';

/** All rows of the answer, in no order. */
export function oracleAdoption(world: EventWorld, question: AdoptionQuestion): AdoptionRow[] {
  const whole = ['eligible', ...(question.exposed === null ? [] : (['exposed'] as const))] as const;
  const found: AdoptionRow[] = whole.map((part) => {
    const cell = { part, bucket: null, group: null };
    return { ...cell, value: oracleAdopters(world, question, cell).length };
  });
  for (const group of groupsOf(world, question)) {
    const people = peopleOf(world, question, group);
    const add = (part: AdoptionRow['part'], bucket: number | null, value: number): void => {
      found.push({ part, bucket, group, value });
    };
    const isThere = question.events.group !== undefined || people.length > 0;
    if (!isThere) continue;
    for (const part of ['tried', 'repeated', 'adopted', 'retained', 'abandoned'] as const)
      add(part, null, people.filter((person) => counts(person, part, null)).length);
    const adopters = people.filter(({ adoptedNs }) => adoptedNs !== null);
    if (adopters.length > 0) {
      add('usesPerWeek', null, middle(adopters.map((person) => pace(person, question))));
      add(
        'timeToAdopt',
        null,
        middle(adopters.map((one) => Number((one.adoptedNs ?? 0n) - one.eligibleNs))),
      );
    }
    if (question.isByBucket)
      for (const part of ['tried', 'adopted'] as const)
        for (let bucket = 0; bucket < question.slots.buckets.length; bucket++) {
          const count = people.filter((person) => counts(person, part, bucket)).length;
          if (count > 0) add(part, bucket, count);
        }
  }
  return found;
}

/** Who is counted in a number, sorted. */
export function oracleAdopters(
  world: EventWorld,
  question: AdoptionQuestion,
  { part, bucket, group }: AdoptionCell,
): string[] {
  const { events, eligible, exposed } = question;
  if (part === 'eligible' || part === 'exposed') {
    const selectors = part === 'eligible' ? eligible : [exposed];
    const units = oracleRows(world, events)
      .filter(({ matched }) => selectors.some((one) => matched.has(one ?? -1)))
      .map((row) => oracleUnit(row, events.unit));
    return [...new Set(units.filter((unit) => unit !== null))].toSorted();
  }
  return peopleOf(world, question, group)
    .filter((person) => counts(person, part, bucket))
    .map(({ actor }) => actor)
    .toSorted();
}

function groupsOf(world: EventWorld, { events }: AdoptionQuestion): (Group | null)[] {
  return oracleGroups(oracleRows(world, events), events).filter((group) => group?.kind !== 'other');
}

interface Person {
  readonly actor: string;
  readonly eligibleNs: bigint;
  readonly uses: readonly { readonly timeNs: bigint; readonly day: number }[];
  readonly adoptedNs: bigint | null;
  readonly isRetained: boolean;
  readonly isAbandoned: boolean;
}

function peopleOf(world: EventWorld, question: AdoptionQuestion, group: Group | null): Person[] {
  const { events, eligible, minUses, minDays, windowNs, endNs } = question;
  const byActor = new Map<string, OracleRow[]>();
  for (const row of oracleRows(world, events)) {
    const actor = oracleUnit(row, events.unit);
    if (actor !== null) byActor.set(actor, [...(byActor.get(actor) ?? []), row]);
  }
  return [...byActor].flatMap(([actor, rows]): Person[] => {
    const reached = rows
      .filter(({ matched }) => eligible.some((one) => matched.has(one)))
      .map(({ timeNs }) => timeNs);
    const eligibleNs = reached.reduce<bigint | null>((a, b) => (a === null || b < a ? b : a), null);
    if (eligibleNs === null) return [];
    const uses = rows
      .filter(({ matched, timeNs }) => matched.has(0) && timeNs >= eligibleNs)
      .filter(
        (row) =>
          group === null ||
          (group.kind === 'value' ? row.group === group.value : row.group === null),
      )
      .map(({ timeNs }) => ({ timeNs, day: dayOf(timeNs, question) }))
      .toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
    const last = uses.at(-1)?.timeNs;
    if (last === undefined) return [];
    const adopted = uses.find(({ timeNs }) => {
      const within = uses.filter((one) => one.timeNs <= timeNs && timeNs - one.timeNs <= windowNs);
      return within.length >= minUses && new Set(within.map(({ day }) => day)).size >= minDays;
    });
    const adoptedNs = adopted?.timeNs ?? null;
    return [
      {
        actor,
        eligibleNs,
        uses,
        adoptedNs,
        isRetained: adoptedNs !== null && last > adoptedNs && last >= endNs - windowNs,
        isAbandoned: last < endNs - windowNs - windowNs,
      },
    ];
  });
}

function dayOf(timeNs: bigint, { slots }: AdoptionQuestion): number {
  return Number(slots.buckets[Number((timeNs - slots.origin) / slots.width)]);
}

function counts(
  person: Person,
  part: Exclude<AdoptionPart, 'eligible' | 'exposed'>,
  bucket: number | null,
): boolean {
  const { uses, adoptedNs } = person;
  switch (part) {
    case 'tried':
      return bucket === null || uses[0]?.day === bucket;
    case 'repeated':
      return uses.length >= 2 && new Set(uses.map(({ day }) => day)).size >= 2;
    case 'adopted':
      return (
        adoptedNs !== null &&
        (bucket === null || uses.find(({ timeNs }) => timeNs === adoptedNs)?.day === bucket)
      );
    case 'retained':
      return person.isRetained;
    case 'abandoned':
      return person.isAbandoned;
    default:
      throw new Error('there is no such part');
  }
}

function pace({ uses }: Person, { endNs }: AdoptionQuestion): number {
  const weeks = Number(endNs - (uses[0]?.timeNs ?? 0n)) / 604_800_000_000_000;
  return uses.length / Math.max(1, weeks);
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
}
