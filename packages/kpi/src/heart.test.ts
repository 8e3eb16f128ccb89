/** HEART and KPIs that stand on other definitions, where the answers are known. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HEART_LETTERS, type DefinitionSet } from './definition/kinds.ts';
import { parseDefinitions } from './definition/set.ts';
import type { RetentionDefinition } from './definition/rule-definition.ts';
import { findRetention, readRetentionDetail } from './retention-report.ts';
import { findHeart, readHeart, readHeartMembers } from './heart.ts';
import { readKpiMembers } from './kpi-members.ts';
import { readKpi } from './kpi-trend.ts';
import { readKpis } from './kpi.ts';
import { landWorld } from './testing/event-world.ts';
import { type PlainLog } from './testing/plain-log.ts';
import { openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow } from './window.ts';

/** A Monday. */
const START_MS = Date.UTC(2026, 1, 2);
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);
const RANGE = { from: '2026-02-02', to: '2026-03-02' };
const window = parseWindow(RANGE, NOW);

const FILE = `
funnels:
  - {id: order, window: 1d, steps: [feature:cart, feature:pay]}
retention:
  - {id: weekly, start: {feature: cart, occurrence: any}, return: feature:any, period: week, periods: 2}
  - {id: same, start: {feature: [cart, pay], occurrence: any}, return: feature:any, period: week, periods: 2, breakdown: feature, breakdownOn: both}
adoption:
  - {id: habit, feature: pay, minUses: 2, minDays: 2}
heart:
  - id: paying
    feature: pay
    letters:
      happiness: {goal: people like it, signal: what they answer, metric: {feedback: mean, scale: 5}}
      engagement: {goal: people use it, signal: runs, metric: {engagement: runsPerWeek}}
      adoption: {goal: people start, signal: first runs, metric: {adoption: adoptionRate, of: habit}}
      retention: {goal: people stay, signal: carts, metric: {retention: weekly, period: 1}}
      taskSuccess: {goal: it works, signal: ended runs, metric: {success: rate}}
  - id: both
    features: [cart, pay]
    letters:
      happiness: {goal: g, signal: s, metric: {feedback: nps}}
      taskSuccess: {goal: g, signal: s, metric: {funnel: order}}
  - {id: bare, feature: pay, letters: {adoption: {goal: g, signal: s, metric: {adoption: breadth}}}}
  - {id: same, feature: pay, letters: {retention: {goal: g, signal: s, metric: {retention: same, period: 1}}}}
  - {id: plain, feature: daily, letters: {adoption: {goal: g, signal: s, metric: {adoption: breadth}}}}
  - {id: five, feature: pay, letters: {engagement: {goal: g, signal: s, metric: {engagement: fiveOfSeven}}}}
  - {id: daily, feature: daily, letters: {engagement: {goal: g, signal: s, metric: {engagement: fiveOfSeven}}}}
kpis:
  - {id: conversion, funnel: order, target: 0.5}
  - {id: week1, retention: weekly, period: 1, target: 0.9}
  - {id: same, retention: same, period: 1}
  - {id: adopted, type: adoption, adoption: habit, target: 0.2}
  - {id: happy, heart: paying, letter: happiness, target: 3}
  - {id: works, heart: paying, letter: taskSuccess, target: 0.5, minSample: 100}
`;

const spans: PlainSpan[] = [];
const logs: PlainLog[] = [];
let seq = 0n;
const at = (day: number): bigint => BigInt(START_MS + Math.round(day * DAY_MS)) * 1_000_000n;

function run(feature: string, user: string | null, day: number, featureStatus = 1): void {
  seq += 1n;
  const own = { seq, spanId: seq, startNs: at(day), user, session: null, feature, featureStatus };
  spans.push({ ...PLAIN_SPAN, ...own, durationNs: 2_000_000n });
}

function answer(feature: string, day: number, score: number, scale: number): void {
  seq += 1n;
  const attributes = `{"feature.feedback.score":${String(score)},"feature.feedback.scale":${String(scale)}}`;
  const none = { traceId: null, service: null, component: null, errorType: null, session: null };
  const own = { seq, timeNs: at(day), event: 'feature.feedback', user: 'u1', feature, attributes };
  logs.push({ ...none, ...own });
}

// Two of three orders come about; the one in the last hours has not had its day.
for (const [user, day] of [
  ['u1', 1],
  ['u2', 2],
  ['u3', 3],
] as const)
  run('cart', user, day);
run('pay', 'u1', 1.1);
run('pay', 'u2', 2.1);
run('pay', 'u3', 3.1, 2);
// In the week after: u1 and u2 of three. Of the two who begin in week two, none.
run('cart', 'u1', 8);
run('pay', 'u1', 8.1);
run('pay', 'u2', 9, 3);
run('cart', 'u4', 9);
// Nobody's runs are ended runs, but nobody's use.
run('pay', null, 9);
for (let index = 0; index < 30; index++) answer('pay', 4, index < 15 ? 5 : 3, 5);
for (let index = 0; index < 15; index++) answer('pay', 4, 10, 10);
answer('pay', 4, 6, 7);
// In the four weeks after, happier.
for (let index = 0; index < 30; index++) answer('pay', 40, 5, 5);
for (let index = 0; index < 15; index++) answer('cart', 4, index < 9 ? 7 : 2, 10);

// In May: many a week before, and in the last week three, of whom one comes on five days.
for (let user = 0; user < 40; user++) run('daily', `m${String(user)}`, 100);
for (const day of [112, 113, 115, 117, 118]) run('daily', 'often', day);
for (const day of [112, 113, 114, 115]) run('daily', 'less', day);
run('daily', 'once', 118.5);

/** Parts behind which no members stand. */
const NO_COUNTS = [
  'medianMs',
  'errorRate',
  'runsPerWeek',
  'timeToAdoptMs',
  'responseRate',
  'previousAnswers',
  'change',
];

let store: Store;
let set: DefinitionSet;
beforeAll(async () => {
  const loaded = parseDefinitions([{ name: 'heart.yaml', text: FILE }], 0);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  set = loaded.set;
  store = await openTestStore();
  await landWorld(store, { spans, logs });
});
afterAll(() => store.close());

describe('HEART', () => {
  test('S4-30 S4-31 S4-32 S4-33 S4-34 has a number for each letter, with goal, signal and sample', async () => {
    const { data, complete } = await readHeart(store, window, findHeart(set, 'paying'));
    const { happiness, engagement, adoption, retention, taskSuccess } = data.letters;
    expect(happiness).toMatchObject({ value: 4, sample: 30, unit: 'answers', format: 'number' });
    // u1 paid twice, u2 twice, u3 once, in four weeks.
    expect(engagement).toMatchObject({ value: 5 / 3 / 4, sample: 3, unit: 'users' });
    // u1 on two days; u2 too, once in part; u3 only in vain; u4 ran something else.
    expect(adoption).toMatchObject({ value: 2 / 4, sample: 4, format: 'percent' });
    // Of u1, u2, u3 two came back in the next week, of u1 and u4 none.
    expect(retention).toMatchObject({ value: 2 / 5, sample: 5 });
    // u1 twice, u2 and nobody once, of six.
    expect(taskSuccess).toMatchObject({ value: 4 / 6, sample: 6, unit: 'runs' });
    expect(taskSuccess.parts).toContainEqual({ part: 'partial', value: 1 });
    expect(taskSuccess.parts).toContainEqual({ part: 'medianMs', value: 2 });
    expect(happiness).toMatchObject({ goal: 'people like it', signal: 'what they answer' });
    expect(complete).toBe(true);
  });

  test('says of letters without a metric that they are not defined', async () => {
    const { data } = await readHeart(store, window, findHeart(set, 'both'));
    expect(Object.keys(data.letters)).toEqual([...HEART_LETTERS]);
    const states = Object.values(data.letters).map(({ state }) => state);
    expect(states).toEqual(['defined', 'not_defined', 'not_defined', 'not_defined', 'defined']);
    expect(data.letters.retention).toMatchObject({ goal: null, value: null, sample: null });
    // Half promoters, a fifth detractors.
    expect(data.letters.happiness.value).toBeCloseTo(100 * (15 / 30 - 6 / 30), 10);
    // u3 paid in vain, which is a run all the same; u4 did not, and u1 counts once.
    expect(data.letters.taskSuccess).toMatchObject({ value: 3 / 4, sample: 4 });
  });

  test('adoption without `of` counts by the definition of its feature, as all pages about it do', async () => {
    const [bare, plain] = ['bare', 'plain'].map((id) => findHeart(set, id).letters.get('adoption'));
    expect(bare?.basis).toMatchObject({ feature: 'pay', definition: { id: 'habit' } });
    expect(plain?.basis).toMatchObject({ feature: 'daily', definition: null });
    const { data } = await readHeart(store, window, findHeart(set, 'bare'));
    expect(data.letters.adoption.metric).toContain('the definition habit');
    // By the default rule, of three uses, nobody would have adopted.
    expect(data.letters.adoption.parts).toContainEqual({ part: 'adopted', value: 2 });
  });

  test('a letter is complete only once all who began in the range have had their time', async () => {
    const askAt = async (id: string, to: number, day: number) => {
      const [toMs, nowMs] = [to, day].map((one) => START_MS + one * DAY_MS);
      const range = parseWindow({ from: '2026-02-02', to: String(toMs) }, nowMs ?? 0);
      const { data, complete } = await readHeart(store, range, findHeart(set, id));
      return { complete, ...data.letters };
    };
    // u4 put something into the cart on day 9, and has a day to pay.
    const early = await askAt('both', 9.5, 9.6);
    expect(early.taskSuccess).toMatchObject({ value: 1, sample: 3, complete: false });
    expect(early.complete).toBe(false);
    const late = await askAt('both', 9.5, 10.1);
    expect(late.taskSuccess).toMatchObject({ value: 3 / 4, sample: 4, complete: true });
    expect(late.complete).toBe(true);
    // Those of the second week may come back until the third is over.
    const waiting = await askAt('paying', 14, 15);
    expect(waiting.retention).toMatchObject({ value: 2 / 3, complete: false });
    expect(waiting.taskSuccess).toMatchObject({ complete: true });
    const over = await askAt('paying', 14, 21.1);
    expect(over.retention).toMatchObject({ value: 2 / 5, complete: true });
  });

  test('task success tells how runs ended, and which share of them are errors', async () => {
    const { data } = await readHeart(store, window, findHeart(set, 'paying'));
    const { parts } = data.letters.taskSuccess;
    expect(Object.fromEntries(parts.map(({ part, value }) => [part, value]))).toEqual({
      succeeded: 4,
      partial: 1,
      failed: 1,
      timeout: 0,
      cancelled: 0,
      ended: 6,
      errorRate: 1 / 6,
      medianMs: 2,
    });
  });

  test('S4-32 adoption tells who used the feature for the first time ever', async () => {
    const newIn = async (from: string, to: string): Promise<unknown> => {
      const range = parseWindow({ from, to }, NOW);
      const { data } = await readHeart(store, range, findHeart(set, 'paying'));
      return data.letters.adoption.parts.find(({ part }) => part === 'newActors')?.value;
    };
    // u1 and u2; u3 only in vain.
    expect(await newIn(RANGE.from, RANGE.to)).toBe(2);
    expect(await newIn('2026-02-04', RANGE.to)).toBe(1);
    // Both come back in the second week, and are not new in it.
    expect(await newIn('2026-02-09', RANGE.to)).toBe(0);
  });

  test('S4-30 happiness tells how many of the users answered, and the change', async () => {
    const partsIn = async (from: string, to: string): Promise<unknown> => {
      const range = parseWindow({ from, to }, NOW);
      const { data } = await readHeart(store, range, findHeart(set, 'paying'));
      return data.letters.happiness.parts.map(({ part, value }) => [part, value]);
    };
    // u1 of u1, u2 and u3; before there are no answers to compare with.
    expect(await partsIn(RANGE.from, RANGE.to)).toEqual([
      ['answers:3:pay', 15],
      ['answers:5:pay', 15],
      ['actors:pay', 3],
      ['answering:pay', 1],
      ['responseRate', 1 / 3],
      ['previousAnswers', 0],
      ['change', null],
    ]);
    // Nobody ran it then, so there is nobody to have answered.
    expect(await partsIn('2026-03-02', '2026-03-30')).toEqual([
      ['answers:5:pay', 30],
      ['responseRate', null],
      ['previousAnswers', 30],
      ['change', 1],
    ]);
  });

  test('answers on other scales are told with their number and scale, and not counted', async () => {
    const warningsOf = async (id: string): Promise<string[]> => {
      const { warnings } = await readHeart(store, window, findHeart(set, id));
      return warnings.filter((warning) => warning.includes('another scale'));
    };
    expect(await warningsOf('paying')).toEqual([
      'happiness: 16 answers are on another scale than 5 and not counted: 15 out of 10, 1 out of 7.',
    ]);
    expect(await warningsOf('both')).toEqual([
      'happiness: 31 answers are on another scale than 10 and not counted: 30 out of 5, 1 out of 7.',
    ]);
    expect(await warningsOf('plain')).toEqual([]);
    const { kpis } = await readKpis(store, set, parseWindow({ to: '2026-03-02' }, NOW));
    const happy = kpis.find(({ id }) => id === 'happy');
    expect(happy?.warnings.join(' ')).toContain('16 answers are on another scale than 5');
  });

  test('five days of seven are those of the last complete week', async () => {
    const { data } = await readHeart(store, window, findHeart(set, 'five'));
    expect(data.letters.engagement).toMatchObject({ value: null, sample: 0, format: 'percent' });
  });

  test('five days of seven count those of the week that they divide by, and open them', async () => {
    const may = parseWindow({ from: '2026-05-04', to: '2026-06-01' }, NOW);
    const definition = findHeart(set, 'daily');
    const { data } = await readHeart(store, may, definition);
    const { engagement } = data.letters;
    expect(engagement).toMatchObject({ value: 1 / 3, sample: 3, unit: 'users' });
    expect(engagement.parts).toEqual([
      { part: 'usersOnFiveDays', value: 1 },
      { part: 'usersInSevenDays', value: 3 },
    ]);
    for (const { part, value } of engagement.parts) {
      const page = { asOf: BigInt(engagement.asOf ?? 0), limit: 5 };
      const members = await readHeartMembers(store, may, definition, {
        letter: 'engagement',
        part,
        page,
      });
      expect(members.total, part).toBe(value);
    }
  });

  test('five days of seven are none while no day is complete', async () => {
    const today = parseWindow({ from: '2026-05-31' }, Date.UTC(2026, 4, 31, 12));
    const { data, warnings } = await readHeart(store, today, findHeart(set, 'daily'));
    expect(data.letters.engagement).toMatchObject({ value: null, complete: false });
    expect(warnings.join(' ')).toContain('No day of this range is complete');
  });

  test('every part has as many members as it says', async () => {
    let opened = 0;
    for (const id of ['paying', 'both', 'five', 'same']) {
      const definition = findHeart(set, id);
      const { data } = await readHeart(store, window, definition);
      for (const letter of HEART_LETTERS)
        for (const { part, value } of data.letters[letter].parts) {
          if (NO_COUNTS.includes(part) || value === null) continue;
          const page = { asOf: BigInt(data.letters[letter].asOf ?? 0), limit: 5 };
          const members = await readHeartMembers(store, window, definition, { letter, part, page });
          expect(members.total, `${letter} ${part}`).toBe(value);
          opened++;
        }
    }
    expect(opened).toBeGreaterThan(20);
  });

  test('an unknown HEART is answered with those that are near', () => {
    expect(() => findHeart(set, 'payin')).toThrow(
      expect.objectContaining({ code: 'HEART_UNKNOWN', suggestions: ['paying'] }),
    );
  });
});

describe('KPIs on other definitions', () => {
  const asked = parseWindow({ to: '2026-03-02' }, NOW);

  test('have the numbers of what they stand on, and a status', async () => {
    const { kpis } = await readKpis(store, set, asked);
    const found = kpis.map(({ id, status, unit, parts }) => [id, parts[0]?.value, status, unit]);
    expect(found).toEqual([
      ['conversion', 3 / 4, 'on_track', 'users'],
      ['week1', 2 / 5, 'off_track', 'users'],
      ['same', 1 / 6, 'no_target', 'users'],
      ['adopted', 2 / 4, 'on_track', 'users'],
      ['happy', 4, 'on_track', 'answers'],
      ['works', 4 / 6, 'insufficient_data', 'runs'],
    ]);
  });

  test('take a return with another value than the start for none where the table does, and so does HEART', async () => {
    // Of three that began with a cart only u1 came back to one; u2, whose second week begins with a payment, did not.
    const rates = async (definition: RetentionDefinition) => {
      const options = { top: 10, by: undefined };
      const { data } = await readRetentionDetail(store, window, definition, options, []);
      return data.series.map(({ group, mean }) => [group, mean[1]?.returned, mean[1]?.size]);
    };
    expect(await rates(findRetention(set, 'same'))).toEqual([
      ['cart', 1, 5],
      ['pay', 0, 1],
    ]);
    const { data } = await readHeart(store, window, findHeart(set, 'same'));
    expect(data.letters.retention).toMatchObject({ value: 1 / 6, sample: 6 });
    const { explain } = await readKpi(store, set, asked, 'same');
    expect(explain.sentence).toContain('all groups of its breakdown together');
  });

  test('say why there is no value where the window holds no whole cohort', async () => {
    const text = `
retention: [{id: monthly, start: {feature: cart, occurrence: any}, return: feature:any, period: month, periods: 1}]
kpis:
  - {id: short, retention: monthly}
  - {id: long, retention: monthly, window: 31d}
`;
    const loaded = parseDefinitions([{ name: 'monthly.yaml', text }], 0);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { kpis } = await readKpis(store, loaded.set, parseWindow({ to: '2026-06-10' }, NOW));
    expect(kpis[0]).toMatchObject({ status: 'insufficient_data', parts: [{ value: null }] });
    const said = kpis.map(({ warnings }) => warnings.filter((one) => one.includes('No whole')));
    expect(said).toEqual([
      [
        'No whole month lies between 2026-05-04T00:00:00Z and 2026-06-01T00:00:00Z: the retention table "monthly" has a cohort each month, and one that the window cuts is in no number.',
      ],
      [],
    ]);
  });

  test('speak of a window in which all had their time', async () => {
    const fresh = parseWindow({}, Date.UTC(2026, 2, 2, 12));
    const { kpis } = await readKpis(store, set, fresh);
    const until = Object.fromEntries(kpis.map(({ id, to }) => [id, to.slice(0, 10)]));
    // A day for the order; two weeks and an hour for the week after.
    expect(until).toMatchObject({
      conversion: '2026-03-01',
      week1: '2026-02-16',
      adopted: '2026-03-02',
    });
    const week1 = kpis.find(({ id }) => id === 'week1');
    expect(week1?.warnings.join(' ')).toContain('all their time');
  });

  test('say why nobody abandoned in a window that is too short to tell', async () => {
    const text = `
adoption: [{id: habit, feature: pay, minUses: 2, minDays: 2, window: 14d}]
kpis:
  - {id: short, type: adoption, adoption: habit, metric: abandonedRate, target: 0.1, direction: down, window: 28d}
  - {id: long, type: adoption, adoption: habit, metric: abandonedRate, target: 0.1, direction: down, window: 29d}
`;
    const loaded = parseDefinitions([{ name: 'lost.yaml', text }], 0);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { kpis } = await readKpis(store, loaded.set, asked);
    const said = kpis.map(({ id, parts, warnings }) => [
      id,
      parts[0]?.value === null,
      warnings.filter((warning) => warning.includes('abandoned')).length,
    ]);
    expect(said).toEqual([
      ['short', true, 1],
      ['long', false, 0],
    ]);
  });

  test('have members as many as each measure says, and are not cut', async () => {
    for (const id of set.kpis.keys()) {
      const { data, asOf } = await readKpi(store, set, asked, id);
      expect(data.series[0]?.points).toHaveLength(2);
      expect(data.interval).toBeNull();
      for (const { measure, value } of data.measures) {
        if (NO_COUNTS.includes(measure) || value === null) continue;
        const page = { measure, top: 1, limit: 1, asOf: BigInt(asOf) };
        const members = await readKpiMembers(store, set, asked, id, page);
        expect(members.total, `${id} ${measure}`).toBe(value);
      }
      await expect(readKpi(store, set, asked, id, { by: 'service' })).rejects.toMatchObject({
        code: 'KPI_NOT_CUT',
      });
      await expect(
        readKpiMembers(store, set, asked, id, { measure: 'no such', top: 1, limit: 1 }),
      ).rejects.toMatchObject({ code: 'MEASURE_UNKNOWN' });
    }
  });

  test('explain what they stand on, and the command that gives it again', async () => {
    const { explain } = await readKpi(store, set, asked, 'conversion');
    expect(explain.sentence).toContain('entered the funnel order');
    expect(explain.command).toContain('kpi show conversion --to 2026-03-02T00:00:00.000Z');
    expect(explain.statements).toHaveLength(2);
  });
});

test('definitions that could not mean anything are refused with their place', () => {
  const letters = (text: string): string => `letters: {${text}}`;
  const metric = (text: string): string => `{goal: g, signal: s, metric: {${text}}}`;
  const text = [
    'retention:',
    '  - {id: weekly, start: feature:a, return: feature:a, periods: 2}',
    'heart:',
    `  - {id: a, feature: f, features: [g], ${letters('')}}`,
    `  - {id: b, ${letters(`happiness: ${metric('feedback: nps, scale: 5')}`)}}`,
    `  - {id: c, ${letters(`taskSuccess: ${metric('success: rate, funnel: x')}`)}}`,
    `  - {id: d, ${letters(`retention: ${metric('retention: weekli')}`)}}`,
    `  - {id: e, ${letters(`retention: ${metric('retention: weekly, period: 3')}`)}}`,
    `  - {id: f, features: [a, b], ${letters(`adoption: ${metric('adoption: breadth')}`)}}`,
    `  - {id: g, ${letters(`happyness: ${metric('feedback: mean')}`)}}`,
    `  - {id: h, ${letters(`happiness: ${metric('feedback: mean')}`)}}`,
    'kpis:',
    '  - {id: k, funnel: nothing}',
    '  - {id: l, heart: h, letter: adoption}',
    '  - {id: m, retention: weekly, breakdowns: [service]}',
    '  - {id: n, type: conversion}',
    '  - {id: o, adoption: x, period: 2}',
    '  - {id: p, retention: weekly, period: 1, metric: breadth}',
  ].join('\n');
  const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
  const found = loaded.ok ? [] : loaded.problems.map(({ place, code }) => [place.line, code]);
  expect(found).toEqual([
    [4, 'DEFINITION_VALUE'],
    [5, 'DEFINITION_VALUE'],
    [6, 'DEFINITION_VALUE'],
    [7, 'DEFINITION_REFERENCE'],
    [8, 'DEFINITION_VALUE'],
    [9, 'DEFINITION_VALUE'],
    [10, 'DEFINITION_KEY_UNKNOWN'],
    [13, 'DEFINITION_REFERENCE'],
    [14, 'DEFINITION_REFERENCE'],
    [15, 'DEFINITION_VALUE'],
    [16, 'DEFINITION_VALUE'],
    [17, 'DEFINITION_VALUE'],
    [17, 'DEFINITION_REFERENCE'],
    [18, 'DEFINITION_VALUE'],
  ]);
});
