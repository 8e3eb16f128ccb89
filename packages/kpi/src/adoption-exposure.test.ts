/** Adoption of features that events show, beside plain loops over arrays that share no code with the SQL. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAdoption } from './adoption.ts';
import { readAdoptionMembers } from './adoption-members.ts';
import { readAdoptions } from './adoption-table.ts';
import { createEmptySet, parseDefinitions } from './definition/set.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { findHeart, readHeart } from './heart.ts';
import { readKpi } from './kpi-trend.ts';
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
/** Each world has its own ones: what was shown in one of them was shown before the next one. */
const featuresOf = (world: number): string[] =>
  ['search', 'export', 'share'].map((name) => `${name}-${String(world)}`);
const exportIn = (world: number): string => featuresOf(world)[1] ?? '';
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
  const session = user === null ? null : `of ${user}`;
  // A run may show what it is a run of, by an event of its span.
  const events = shows ? JSON.stringify([{ time: String(startNs), name: SHOWN }]) : '';
  const own = { seq, spanId: seq, startNs, user, session, feature, events };
  spans.push({ ...PLAIN_SPAN, ...own, featureStatus: succeeded ? 1 : 2 });
  facts.push({ ...fact, kind: 'run' });
  if (shows) facts.push({ ...fact, kind: 'view' });
}

/** Whom an event is of that has a session and no user. */
const GUEST = 'guest';

function addEvent(fact: Omit<Fact, 'kind'>, event: string): void {
  seq += 1n;
  const { feature, timeMs } = fact;
  const [user, session] = fact.user === GUEST ? [null, GUEST] : [fact.user, null];
  const none = { traceId: null, service: null, component: null, errorType: null };
  const timeNs = BigInt(timeMs) * 1_000_000n;
  logs.push({ ...none, seq, timeNs, event, user, session, feature, attributes: '{}' });
  facts.push({ ...fact, kind: event === SHOWN ? 'view' : 'other' });
}

for (let world = 0; world < WORLDS; world++) {
  const random = createRandom(world + 41);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  // Each world shows some of its features, a feature in many of them none.
  const features = featuresOf(world);
  const shown = features.filter(() => random() < 0.6);
  // Views of some carry nobody, as those of a page that a server makes.
  const unseen = shown.filter(() => random() < 0.2);
  for (let index = 0; index < 120; index++) {
    const timeMs = START_MS + (world * APART + Math.floor(random() * 40)) * DAY_MS + index * 60_000;
    const user = pick(['a', 'b', 'c', 'd', 'e', 'f', null]);
    const fact = { world, user, timeMs, succeeded: random() < 0.8, feature: pick(features) };
    if (random() < 0.6)
      addRun(
        fact,
        shown.includes(fact.feature) && !unseen.includes(fact.feature) && random() < 0.1,
      );
    else if (unseen.includes(fact.feature)) addEvent({ ...fact, user: null }, SHOWN);
    else if (shown.includes(fact.feature)) addEvent(fact, SHOWN);
    else addEvent(fact, 'feature.hidden');
  }
  // The last record of a world is a view, behind all runs.
  const timeMs = START_MS + (world * APART + 41) * DAY_MS;
  for (const feature of shown) {
    const user = unseen.includes(feature) ? null : 'late';
    addEvent({ world, user, timeMs, succeeded: true, feature }, SHOWN);
  }
  // From before the world, and landed behind it: by somebody, by nobody, none, or of a feature that nobody is shown in it.
  const earlyMs = START_MS + (world * APART - 5) * DAY_MS;
  for (const feature of features) {
    const user = pick(['early', GUEST, GUEST, null, undefined]);
    if (user !== undefined)
      addEvent({ world, user, timeMs: earlyMs, succeeded: true, feature }, SHOWN);
  }
}

/** Three windows of a KPI of 28 days; views are recorded since the first one has begun. */
const BETA_MS = START_MS - 400 * DAY_MS;
for (let week = 0; week < 12; week++) {
  const fact = { world: -1, timeMs: BETA_MS + (week * 7 + 2) * DAY_MS, succeeded: true };
  addRun({ ...fact, user: 'user', feature: 'beta' }, true);
  for (const user of ['other', 'third']) addRun({ ...fact, user, feature: 'search' }, false);
  addEvent({ ...fact, user: 'other', feature: 'beta' }, SHOWN);
}

/** Features that are all shown. */
const MANY_MS = START_MS - 800 * DAY_MS;
for (let index = 0; index < 22; index++) {
  const feature = `many ${String(index)}`;
  for (const day of [-1, 1]) {
    const fact = { world: -2, timeMs: MANY_MS + day * DAY_MS, succeeded: true, feature };
    addEvent({ ...fact, user: 'viewer' }, SHOWN);
    addRun({ ...fact, user: 'user' }, false);
  }
}

/** By the default rule: three uses on two days within 28. */
function count(world: number, feature: string) {
  const all = facts.filter((fact) => fact.world === world);
  const isOwn = ({ timeMs }: Fact): boolean => timeMs >= windowOf(world).fromMs;
  const own = all.filter(isOwn);
  const seen = all.filter(
    ({ kind, user, ...one }) => kind === 'view' && user && one.feature === feature,
  );
  const views = seen.filter(isOwn);
  const isShown = views.length > 0 && views.length < seen.length;
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

/** The first of the views of a feature, where somebody had them in a world and nobody before. */
function youngSince(world: number, feature: string): number | null {
  const times = facts.flatMap((one) =>
    one.world === world && one.kind === 'view' && one.user && one.feature === feature
      ? [one.timeMs]
      : [],
  );
  const first = Math.min(...times);
  return first >= windowOf(world).fromMs && times.length > 0 ? first : null;
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
const shownIn = worlds.find((world) => count(world, exportIn(world)).exposed !== null) ?? -1;
const hiddenIn = worlds.find((world) => count(world, exportIn(world)).exposed === null) ?? -1;

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
    let [numbers, young] = [0, 0];
    for (const world of worlds) {
      const { data: table } = await readAdoptions(store, NOTHING, windowOf(world), { limit: 10 });
      for (const feature of featuresOf(world)) {
        const expected = count(world, feature);
        const label = `world ${String(world)} ${feature}`;
        const { data, explain, asOf, warnings } = await readAdoption(
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
        const since = youngSince(world, feature);
        const said = warnings.filter((warning) => warning.startsWith('Views of'));
        const instants = said.map((warning) => Date.parse(/since (\S+)/u.exec(warning)?.[1] ?? ''));
        expect(instants, label).toEqual(since === null ? [] : [since]);
        young += said.length;
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
    expect(young).toBeGreaterThan(0);
    expect(Math.min(shownIn, hiddenIn)).toBeGreaterThanOrEqual(0);
  },
);

test('a definition that says who could use it is not changed by what was shown', async () => {
  const set = define(`adoption:
  - {id: open, feature: ${exportIn(shownIn)}}
  - {id: anybody, feature: ${exportIn(shownIn)}, exposure: feature:any}
  - {id: one, feature: ${exportIn(shownIn)}, eligible: "user = 'a'"}
`);
  const read = async (name: string) =>
    (await readAdoption(store, set, windowOf(shownIn), name)).data;
  expect(await read('open')).toMatchObject(count(shownIn, exportIn(shownIn)));
  const runs = facts.filter(({ world, kind, user }) => world === shownIn && kind === 'run' && user);
  expect((await read('anybody')).eligible).toBe(new Set(runs.map(({ user }) => user)).size);
  expect(await read('one')).toMatchObject({ eligible: 1, exposed: null });
});

test('a KPI has no trend where views count in one of its two windows only', async () => {
  const set = define(
    'adoption: [{id: beta, feature: beta}]\nkpis: {reach: {type: adoption, adoption: beta, metric: breadth, window: 28d}}',
  );
  const read = (days: number) => {
    const toMs = BETA_MS + days * DAY_MS;
    const range = { from: String(toMs - DAY_MS), to: String(toMs), timeZone: 'UTC' };
    return readKpi(store, set, parseWindow(range, toMs + DAY_MS), 'reach');
  };
  const [began, later] = [await read(56), await read(84)];
  // Of three who run anything one uses it, who was shown it; from then on the two who were shown it are asked about.
  expect(began.data.parts[0]).toMatchObject({ value: 1 / 2, previous: 1 / 3, trend: null });
  expect(began.warnings.join(' ')).toContain('counts by another rule');
  expect(later.data.parts[0]).toMatchObject({ value: 1 / 2, previous: 1 / 2, trend: 'same' });
  expect(later.warnings.join(' ')).not.toContain('counts by another rule');
});

test('the table asks about twenty features that are shown, and says how many it leaves out', async () => {
  const range = { from: String(MANY_MS), to: String(MANY_MS + 30 * DAY_MS), timeZone: 'UTC' };
  const window = parseWindow(range, MANY_MS + 90 * DAY_MS);
  const table = await readAdoptions(store, NOTHING, window, { limit: 50 });
  const { data, truncated, warnings, asOf, explain } = table;
  const many = data.filter(({ feature }) => feature.startsWith('many'));
  expect(many.map(({ feature }) => feature)).toHaveLength(20);
  for (const row of many) expect(row).toMatchObject({ eligible: 2, exposed: 1, tried: 1 });
  expect(truncated).toBe(true);
  // All its numbers are of the same records.
  expect(explain.statements.length).toBeGreaterThan(20);
  for (const { params } of explain.statements) expect(Object.values(params)).toContain(asOf);
  expect(warnings.join(' ')).toContain('2 more features are left out');
  // Users had the views, and no sessions.
  const set = define('adoption: [{id: sessions, feature: many 1, unit: session}]');
  const { data: sessions } = await readAdoption(store, set, window, 'sessions');
  expect(sessions).toMatchObject({ eligible: 1, exposed: null });
});

test('HEART counts by the same rule, and its features are listed though nobody runs them', async () => {
  const letters = '{adoption: {goal: g, signal: s, metric: {adoption: breadth}}}';
  const set = define(`heart:
  - {id: ${exportIn(shownIn)}, letters: ${letters}}
  - {id: ${exportIn(hiddenIn)}, letters: ${letters}}
  - {id: planned, letters: {taskSuccess: {goal: g, signal: s, metric: {success: rate}}}}
`);
  for (const world of [shownIn, hiddenIn]) {
    const { data } = await readHeart(store, windowOf(world), findHeart(set, exportIn(world)));
    const { eligible, tried, exposed } = count(world, exportIn(world));
    expect(data.letters.adoption).toMatchObject({ value: tried / eligible, sample: eligible });
    expect(data.letters.adoption.parts).toContainEqual({ part: 'exposed', value: exposed });
  }
  const { data } = await readAdoptions(store, set, windowOf(shownIn), { limit: 10 });
  expect(data.find(({ feature }) => feature === 'planned')).toMatchObject({ state: 'never' });
});
