/** Adoption of features that events show, beside plain loops over arrays that share no code with the SQL. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAdoption } from './adoption.ts';
import { readAdoptionMembers } from './adoption-members.ts';
import { readAdoptions } from './adoption-table.ts';
import { createEmptySet, parseDefinitions } from './definition/set.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { findHeart, readHeart } from './heart.ts';
import { landWorld } from './testing/event-world.ts';
import { type PlainLog } from './testing/plain-log.ts';
import {
  createRandom,
  openTestStore,
  pickFrom,
  PLAIN_SPAN,
  type PlainSpan,
} from './testing/world.ts';
import { WORLDS as MOST_WORLDS, WORLDS_MS } from './testing/worlds.ts';
import { parseWindow, type Window } from './window.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 1, 2);
/** Each is asked some thirty questions. */
const WORLDS = Math.max(4, Math.min(40, MOST_WORLDS / 2));
/** Between the starts of two worlds, which last 40 days. */
const APART = 60;
const FEATURES = ['search', 'export', 'share'] as const;
const SHOWN = 'feature.viewed';

interface Fact {
  readonly world: number;
  readonly kind: 'run' | 'view' | 'other';
  readonly feature: string;
  readonly user: string | null;
  readonly timeMs: number;
  readonly succeeded: boolean;
}

const facts: Fact[] = [];
const spans: PlainSpan[] = [];
const logs: PlainLog[] = [];
let seq = 0n;

function addRun(fact: Omit<Fact, 'kind'>, shows: boolean): void {
  seq += 1n;
  const startNs = BigInt(fact.timeMs) * 1_000_000n;
  const { user, feature, succeeded } = fact;
  // A run may show what it is a run of, by an event of its span.
  const events = shows ? JSON.stringify([{ time: String(startNs), name: SHOWN }]) : '';
  const own = { seq, spanId: seq, startNs, user, session: null, feature, events };
  spans.push({ ...PLAIN_SPAN, ...own, featureStatus: succeeded ? 1 : 2 });
  facts.push({ ...fact, kind: 'run' });
  if (shows) facts.push({ ...fact, kind: 'view' });
}

function addEvent(fact: Omit<Fact, 'kind'>, event: string): void {
  seq += 1n;
  const { user, feature, timeMs } = fact;
  const none = { traceId: null, service: null, component: null, errorType: null, session: null };
  const timeNs = BigInt(timeMs) * 1_000_000n;
  logs.push({ ...none, seq, timeNs, event, user, feature, attributes: '{}' });
  facts.push({ ...fact, kind: event === SHOWN ? 'view' : 'other' });
}

for (let world = 0; world < WORLDS; world++) {
  const random = createRandom(world + 41);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  // Each world shows some of its features, a feature in many of them none.
  const shown = FEATURES.filter(() => random() < 0.5);
  for (let index = 0; index < 120; index++) {
    const timeMs = START_MS + (world * APART + Math.floor(random() * 40)) * DAY_MS + index * 60_000;
    const user = pick(['a', 'b', 'c', 'd', 'e', 'f', null]);
    const fact = { world, user, timeMs, succeeded: random() < 0.8, feature: pick(FEATURES) };
    if (random() < 0.6) addRun(fact, shown.includes(fact.feature) && random() < 0.1);
    else if (shown.includes(fact.feature)) addEvent(fact, SHOWN);
    else addEvent(fact, 'feature.hidden');
  }
  // The last record of a world is a view, behind all runs.
  const timeMs = START_MS + (world * APART + 41) * DAY_MS;
  for (const feature of shown)
    addEvent({ world, user: 'late', timeMs, succeeded: true, feature }, SHOWN);
}

/** By the default rule: three uses on two days within 28. */
function count(world: number, feature: string) {
  const own = facts.filter((fact) => fact.world === world);
  const views = own.filter((fact) => fact.kind === 'view' && fact.feature === feature);
  const isShown = views.length > 0;
  const uses = own.filter((one) => one.kind === 'run' && one.feature === feature && one.succeeded);
  const makes = isShown ? [...views, ...uses] : own.filter(({ kind }) => kind === 'run');
  const whose = (some: readonly Fact[]): Set<string> =>
    new Set(some.flatMap(({ user }) => (user === null ? [] : [user])));
  const eligible = whose(makes);
  const usesOf = (user: string): Fact[] => {
    const since = Math.min(...makes.flatMap((one) => (one.user === user ? [one.timeMs] : [])));
    return uses.filter((use) => use.user === user && use.timeMs >= since);
  };
  const adopted = [...eligible].filter((user) =>
    usesOf(user).some(({ timeMs }, _, all) => {
      const within = all.filter(
        (use) => use.timeMs <= timeMs && timeMs - use.timeMs <= 28 * DAY_MS,
      );
      const days = new Set(within.map((use) => Math.floor(use.timeMs / DAY_MS)));
      return within.length >= 3 && days.size >= 2;
    }),
  );
  const tried = [...eligible].filter((user) => usesOf(user).length > 0);
  const exposed = isShown ? whose(views).size : null;
  return { eligible: eligible.size, exposed, tried: tried.length, adopted: adopted.length };
}

function windowOf(world: number): Window {
  const fromMs = START_MS + world * APART * DAY_MS;
  const range = { from: String(fromMs), to: String(fromMs + 50 * DAY_MS), timeZone: 'UTC' };
  return parseWindow(range, fromMs + 100 * DAY_MS);
}

function define(text: string): DefinitionSet {
  const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.set;
}

const NOTHING = createEmptySet(0);
const worlds = Array.from({ length: WORLDS }, (_, world) => world);
/** A world in which a feature is shown, and one in which it is not. */
const shownIn = worlds.find((world) => count(world, 'export').exposed !== null) ?? -1;
const hiddenIn = worlds.find((world) => count(world, 'export').exposed === null) ?? -1;

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, { spans, logs });
});
afterAll(() => store.close());

test(
  'one feature, its members and the table have the numbers of plain loops in every world',
  { timeout: WORLDS_MS },
  async () => {
    let numbers = 0;
    for (const world of worlds) {
      const { data: table } = await readAdoptions(store, NOTHING, windowOf(world), { limit: 10 });
      for (const feature of FEATURES) {
        const expected = count(world, feature);
        const label = `world ${String(world)} ${feature}`;
        const { data, explain, asOf } = await readAdoption(
          store,
          NOTHING,
          windowOf(world),
          feature,
        );
        expect(data, label).toMatchObject(expected);
        expect(
          table.find((row) => row.feature === feature),
          label,
        ).toMatchObject(expected);
        expect(explain.sentence.includes(SHOWN), label).toBe(expected.exposed !== null);
        for (const part of ['eligible', 'exposed', 'tried', 'adopted'] as const) {
          if (world % 2 > 0 || expected[part] === null) continue;
          const page = { part, asOf: BigInt(asOf), limit: 1 };
          const found = await readAdoptionMembers(store, NOTHING, windowOf(world), feature, page);
          expect(found.total, `${label} ${part}`).toBe(expected[part]);
          numbers++;
        }
      }
    }
    expect(numbers).toBeGreaterThan(15);
    expect(Math.min(shownIn, hiddenIn)).toBeGreaterThanOrEqual(0);
  },
);

test('a definition that says who could use it is not changed by what was shown', async () => {
  const set = define(`adoption:
  - {id: open, feature: export}
  - {id: anybody, feature: export, exposure: feature:any}
  - {id: one, feature: export, eligible: "user = 'a'"}
`);
  const read = async (name: string) =>
    (await readAdoption(store, set, windowOf(shownIn), name)).data;
  expect(await read('open')).toMatchObject(count(shownIn, 'export'));
  const runs = facts.filter(({ world, kind, user }) => world === shownIn && kind === 'run' && user);
  expect((await read('anybody')).eligible).toBe(new Set(runs.map(({ user }) => user)).size);
  expect(await read('one')).toMatchObject({ eligible: 1, exposed: null });
});

test('HEART counts by the same rule, and its features are listed though nobody runs them', async () => {
  const set = define(`heart:
  - {id: export, letters: {adoption: {goal: g, signal: s, metric: {adoption: breadth}}}}
  - {id: planned, letters: {taskSuccess: {goal: g, signal: s, metric: {success: rate}}}}
`);
  for (const world of [shownIn, hiddenIn]) {
    const { data } = await readHeart(store, windowOf(world), findHeart(set, 'export'));
    const { eligible, tried, exposed } = count(world, 'export');
    expect(data.letters.adoption).toMatchObject({ value: tried / eligible, sample: eligible });
    expect(data.letters.adoption.parts).toContainEqual({ part: 'exposed', value: exposed });
  }
  const { data } = await readAdoptions(store, set, windowOf(shownIn), { limit: 10 });
  expect(data.find(({ feature }) => feature === 'planned')).toMatchObject({ state: 'never' });
});
