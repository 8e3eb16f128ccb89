/** Adoption and feedback where the answers are known: failed runs, window edges, leavers, unused features, few answers. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdoption } from './adoption.ts';
import { readAdoptions } from './adoption-table.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { createEmptySet, parseDefinitions } from './definition/set.ts';
import { readFeedback } from './feedback.ts';
import { landWorld } from './testing/event-world.ts';
import { type PlainLog } from './testing/plain-log.ts';
import { openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow } from './window.ts';

const START_MS = Date.UTC(2025, 0, 1);
const window = parseWindow(
  { from: '2025-01-01', to: '2025-04-01' },
  Date.parse('2030-01-01T00:00:00Z'),
);
const at = (day: number): bigint =>
  BigInt(START_MS) * 1_000_000n + BigInt(Math.round(day * 86_400)) * 1_000_000_000n;

const spans: PlainSpan[] = [];
const logs: PlainLog[] = [];
let seq = 0n;

function run(feature: string, user: string | null, day: number, featureStatus = 1): void {
  seq += 1n;
  const startNs = at(day);
  spans.push({
    ...PLAIN_SPAN,
    seq,
    spanId: seq,
    startNs,
    user,
    session: null,
    feature,
    featureStatus,
  });
}

function event(name: string, user: string, day: number, more: Partial<PlainLog> = {}): void {
  seq += 1n;
  const none = { traceId: null, service: null, component: null, errorType: null, session: null };
  const own = { seq, timeNs: at(day), event: name, user, feature: null, attributes: '{}' };
  logs.push({ ...none, ...own, ...more });
}

// The window of 28 days holds both its bounds.
for (const day of [1, 10, 29]) run('edge', 'within', day);
for (const day of [1, 10, 29.01]) run('edge', 'without', day);
// Three uses on one day are no habit, nor are three failures on three days.
for (const day of [1, 1.1, 1.2]) run('edge', 'once', day);
for (const day of [1, 2, 3]) run('edge', 'failing', day, 2);
for (const day of [1, 2, 3]) run('edge', 'partial', day, 3);
// 90 days: the last 28 begin at day 62, the last 56 at day 34.
for (const day of [1, 2, 3, 62]) run('edge', 'staying', day);
for (const day of [1, 2, 3, 61.9]) run('edge', 'leaving', day);
run('edge', null, 5);

for (const user of ['a', 'b', 'c', 'd', 'e']) event('feature_viewed', user, 2);
for (const day of [3, 4]) run('shown', 'a', day);
run('shown', 'b', 3);
run('broken', 'a', 3, 2);
run('of nobody', null, 3);
// Before the range.
run('old', 'a', -20);
run('--help', 'a', -20);

for (let index = 0; index < 30; index++) {
  const score = index < 20 ? 5 : 2.5;
  const attributes = { 'feature.feedback.score': score, 'feature.feedback.scale': 5 };
  const user = `u${String(index % 15)}`;
  event('feature.feedback', user, 4, { feature: 'shown', attributes: JSON.stringify(attributes) });
}
function rate(day: number, score: number, count: number): void {
  const attributes = `{"feature.feedback.score":${String(score)},"feature.feedback.scale":10}`;
  for (let index = 0; index < count; index++)
    event('feature.feedback', `r${String(index)}`, day, { feature: 'rated', attributes });
}
rate(-10, 6, 30);
for (const [score, count] of [
  [9, 15],
  [8, 6],
  [3, 9],
] as const)
  rate(4, score, count);
for (const user of ['u0', 'u1']) run('shown', user, 4);
for (let index = 0; index < 29; index++)
  event('feature.feedback', 'a', 4, {
    feature: 'edge',
    attributes: '{"feature.feedback.score":1,"feature.feedback.scale":5}',
  });

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, { spans, logs });
});
afterAll(() => store.close());

const NO_DEFINITIONS = createEmptySet(0);

function define(text: string): DefinitionSet {
  const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.set;
}

describe('S4-32 adoption', () => {
  test('failed runs do not adopt, and a habit takes uses and days within the window', async () => {
    const { data, warnings } = await readAdoption(store, NO_DEFINITIONS, window, 'edge');
    // Everybody who ran anything: 7 here, a and b, u0 and u1.
    expect(data).toMatchObject({ eligible: 11, tried: 6, repeated: 5, adopted: 4, retained: 1 });
    // Those with their last use before day 34: all but staying and leaving.
    expect(data).toMatchObject({ abandoned: 4, breadth: 6 / 11, adoptionRate: 4 / 11 });
    // within: 28 days, partial, staying and leaving: 2.
    expect(data.timeToAdoptMs).toBe(2 * 86_400_000);
    expect(warnings.join(' ')).toContain('carry no user');
  });

  test('days count from the release, and add up to the numbers', async () => {
    const { data } = await readAdoption(store, NO_DEFINITIONS, window, 'edge');
    expect(data.releasedAt).toBe('2025-01-02T00:00:00.000Z');
    expect(data.days.slice(0, 4).map((day) => day.daysSinceRelease)).toEqual([null, 0, 1, 2]);
    expect(data.days.at(-1)).toMatchObject({ triedTotal: data.tried, adoptedTotal: data.adopted });
    expect(data.days[3]).toMatchObject({ adopted: 3, tried: 0 });
  });

  test('S4-26 view_to_use and retention of use are in those who were shown it', async () => {
    const set = define(
      'adoption:\n  - {id: shown, exposure: "event:feature_viewed", minUses: 2, minDays: 2}\n',
    );
    const { data } = await readAdoption(store, set, window, 'shown');
    // u0 and u1 used it without being shown it: they could.
    expect(data).toMatchObject({ exposed: 5, eligible: 7, tried: 4, repeated: 1, adopted: 1 });
    expect(data).toMatchObject({ viewToUse: 4 / 5, repeatRate: 1 / 4 });
  });

  test('only those count of whom the condition holds', async () => {
    const set = define(`adoption:\n  - {id: shown, eligible: "user = 'a'"}\n`);
    const { data } = await readAdoption(store, set, window, 'shown');
    expect(data).toMatchObject({ eligible: 1, tried: 1 });
  });

  test('a range of no more than twice the window tells no leavers', async () => {
    const short = parseWindow({ from: '2025-01-01', to: '2025-02-01' }, window.nowMs);
    const { data, warnings } = await readAdoption(store, NO_DEFINITIONS, short, 'edge');
    expect(data).toMatchObject({ abandoned: null, abandonedRate: null });
    expect(warnings.join(' ')).toContain('more than 56 days');
  });

  test('a feature that nobody knows is an error with suggestions', async () => {
    await expect(readAdoption(store, NO_DEFINITIONS, window, 'egde')).rejects.toMatchObject({
      code: 'FEATURE_UNKNOWN',
      suggestions: ['edge'],
    });
  });

  test('the table has the numbers of each feature, and those that nobody uses', async () => {
    const set = define(
      'adoption:\n  - {id: planned}\n  - {id: shown, exposure: "event:feature_viewed"}\n',
    );
    const { data } = await readAdoptions(store, set, window, { limit: 50 });
    expect(data.map(({ feature, state }) => `${feature} ${state}`)).toEqual([
      'edge used',
      'shown used',
      'broken unused',
      'of nobody used',
      'planned never',
      '--help unused',
      'old unused',
    ]);
    for (const row of data) {
      const own = await readAdoption(store, set, window, row.feature);
      expect(own.data).toMatchObject(row);
    }
  });
});

describe('the table of adoption', () => {
  test('a feature that ran is left out and told, never called unused', async () => {
    const { data, truncated, warnings } = await readAdoptions(store, NO_DEFINITIONS, window, {
      limit: 1,
    });
    expect(data.map(({ feature, state }) => `${feature} ${state}`)).toEqual([
      'edge used',
      '--help unused',
      'old unused',
    ]);
    expect(truncated).toBe(true);
    expect(warnings).toContainEqual(expect.stringContaining('3 more features ran in the range'));
    const { truncated: isCut } = await readAdoptions(store, NO_DEFINITIONS, window, { limit: 4 });
    expect(isCut).toBe(false);
  });

  test('each row says whom it counts, and each definition has its own warnings', async () => {
    const set = define(
      'adoption:\n  - {id: by_session, feature: edge, unit: session, window: 60d}\n  - {id: shown, exposure: "event:feature_vieved"}\n',
    );
    const { data, unit, warnings } = await readAdoptions(store, set, window, { limit: 10 });
    expect(data.slice(0, 2).map((row) => [row.id, row.unit])).toEqual([
      ['by_session', 'session'],
      ['shown', 'user'],
    ]);
    expect(unit).toBe('users and sessions');
    expect(warnings).toContainEqual(expect.stringMatching(/^by_session: .* carry no session/u));
    expect(warnings).toContainEqual(expect.stringMatching(/^by_session: .*more than 120 days/u));
    expect(warnings).toContainEqual(
      expect.stringMatching(/^shown: .*"feature_vieved".*"feature_viewed" was meant/u),
    );
  });

  test('definitions are asked about what the table saw', async () => {
    const set = define('adoption:\n  - {id: edge}\n');
    const { asOf, explain } = await readAdoptions(store, set, window, { limit: 10 });
    const asked = explain.statements.find(({ name }) => name === 'edge');
    expect(Object.values(asked?.params ?? {})).toContain(asOf);
  });

  test('used is what ran with success, also where nobody was eligible for it', async () => {
    const set = define(`adoption:\n  - {id: nobody, feature: edge, eligible: "user = 'nobody'"}\n`);
    const { data } = await readAdoption(store, set, window, 'nobody');
    expect(data).toMatchObject({ state: 'used', eligible: 0, tried: 0 });
    const { data: table, explain } = await readAdoptions(store, set, window, { limit: 10 });
    expect(table[0]).toMatchObject({ feature: 'edge', state: 'used', eligible: 0 });
    expect(explain.sentence).toContain('users that ran any feature in the range;');
    const own = await readAdoption(store, set, window, 'nobody');
    expect(own.explain.sentence).toContain(
      'ran any feature or did any event but those that SDKs send of themselves in the range',
    );
  });

  test('the command of an explanation holds a name that looks like a flag', async () => {
    const { explain } = await readAdoption(store, NO_DEFINITIONS, window, '--help');
    expect(explain.command).toMatch(/^heartwood adoption --from .* -- --help$/u);
    const plain = await readAdoption(store, NO_DEFINITIONS, window, 'edge');
    expect(plain.explain.command).toMatch(/^heartwood adoption edge --from /u);
  });
});

describe('S4-30 feedback', () => {
  test('thirty answers have a mean, a distribution and a response rate', async () => {
    const { data } = await readFeedback(store, window, { feature: 'shown', limit: 10 });
    expect(data).toEqual([
      {
        feature: 'shown',
        answers: 30,
        respondents: 15,
        actors: 4,
        responseRate: 0.5,
        scales: [
          {
            scale: 5,
            answers: 30,
            mean: (20 * 5 + 10 * 2.5) / 30,
            nps: null,
            previousAnswers: 0,
            change: null,
            trend: null,
            distribution: [
              { point: 3, answers: 10 },
              { point: 5, answers: 20 },
            ],
          },
        ],
      },
    ]);
  });

  test('S4-30 happiness: promoters less detractors, and the trend against as long before', async () => {
    const { data } = await readFeedback(store, window, { limit: 10 });
    const [scale] = data.find(({ feature }) => feature === 'rated')?.scales ?? [];
    expect(scale).toMatchObject({ scale: 10, answers: 30, mean: 7, previousAnswers: 30 });
    expect(scale?.nps).toBeCloseTo(20, 10);
    expect(scale).toMatchObject({ change: 1, trend: 'up' });
    const [other] = data.find(({ feature }) => feature === 'shown')?.scales ?? [];
    expect(other).toMatchObject({ nps: null, previousAnswers: 0, change: null, trend: null });
  });

  test('twenty-nine answers have a number', async () => {
    const { data, warnings } = await readFeedback(store, window, { limit: 10 });
    expect(data.at(-1)).toMatchObject({
      feature: 'edge',
      answers: 29,
      responseRate: null,
      scales: [{ scale: 5, answers: 29, mean: null, distribution: null }],
    });
    expect(warnings.join(' ')).toContain('Below 30 answers');
  });

  test('a feature that nobody knows is an error', async () => {
    await expect(readFeedback(store, window, { feature: 'x', limit: 1 })).rejects.toMatchObject({
      code: 'FEATURE_UNKNOWN',
    });
  });
});

test('a definition that could not mean anything is refused with its place', () => {
  const text = [
    'adoption:',
    '  - {id: a, minUses: 1, minDays: 2}',
    '  - {id: b, window: 36h}',
    '  - {id: c, minUse: 3}',
    '  - {id: d, releasedAt: soon}',
    '  - {id: e, exposure: "view"}',
  ].join('\n');
  const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
  expect(loaded.ok ? [] : loaded.problems.map(({ place, code }) => [place.line, code])).toEqual([
    [2, 'DEFINITION_VALUE'],
    [3, 'DEFINITION_VALUE'],
    [4, 'DEFINITION_KEY_UNKNOWN'],
    [5, 'DEFINITION_VALUE'],
    [6, 'DEFINITION_VALUE'],
  ]);
});
