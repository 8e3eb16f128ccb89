/** Funnels whose answers are known: those that other products were found to get wrong. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFunnel, readFunnelMembers } from './funnel.ts';
import { describeFunnel, type FunnelRule } from './funnel-rule.ts';
import type { PlainLog } from './testing/plain-log.ts';
import { landWorld, openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow, type Window } from './window.ts';
import { wilson } from './wilson.ts';

const DAY_MS = 86_400_000;
const HOUR_NS = 3_600_000_000_000n;
const START_MS = Date.UTC(2026, 2, 2);

/** `A13:00`: event A at 13:00; `A13:00=pro` with a plan. A word a unit: each has a day of its own. */
const CASES = {
  reentry: ['A13:00 A13:30 B13:45 C14:15'],
  repeated: ['A10:00 A10:10 B10:20 C10:30'],
  equalTimes: ['A10:00 B10:00 B10:00 C10:00'],
  clocks: ['A10:00:02 B10:00:02.500', 'A10:00:02 B10:00:00'],
  products: ['A10:00 A10:10 B10:20'],
  again: ['A10:00 B10:10 A10:20 B10:30 A10:40 X10:45 B10:50'],
  sameTwice: ['A10:00', 'A10:00 A10:05', 'A10:00 A10:00'],
  umami: [
    'A10:00 B10:01 C10:02',
    'A10:00 B10:01 A10:02',
    'A10:00 A10:01 B10:02',
    'A10:00 A10:01 A10:02',
  ],
  earlierEntries: ['A01:00 A03:00 A05:00 A09:00 B09:01 C09:02'],
  edge: ['A10:00 B11:00', 'A10:00 B11:00:00.001'],
  plans: ['A10:00=pro B10:10=free', 'A10:00 B10:10=pro', 'A10:00'],
} as const;

type CaseName = keyof typeof CASES;
const NAMES = Object.keys(CASES) as CaseName[];
const dayOf = (name: CaseName): number => START_MS + NAMES.indexOf(name) * 3 * DAY_MS;

function logsOf(name: CaseName): PlainLog[] {
  return CASES[name].flatMap((words, unit) =>
    words.split(' ').map((word, index): PlainLog => {
      const [, event = '', time = '', plan] = /^([A-Z])([\d:.]+)(?:=(\w+))?$/u.exec(word) ?? [];
      const date = new Date(dayOf(name)).toISOString().slice(0, 10);
      const iso = `${date}T${time.length === 5 ? `${time}:00` : time}Z`;
      return {
        seq: BigInt(NAMES.indexOf(name) * 10_000 + unit * 100 + index + 1),
        timeNs: BigInt(Date.parse(iso)) * 1_000_000n,
        event,
        traceId: null,
        service: 'shop',
        feature: null,
        component: null,
        errorType: null,
        session: null,
        user: `u${String(unit)}`,
        attributes: JSON.stringify(plan === undefined ? {} : { plan }),
      };
    }),
  );
}

const TIMED_MS = START_MS - 30 * DAY_MS;
/** A click, an upload of 10 s, another of 10 s that begins 5 s later, a click after a minute. */
const SPANS: PlainSpan[] = [
  ['pick', 0, 0],
  ['upload', 10_000, 10_000],
  ['convert', 15_000, 10_000],
  ['done', 60_000, 5000],
].map(([feature, startMs, durationMs], index) => ({
  ...PLAIN_SPAN,
  seq: BigInt(900_000 + index),
  spanId: BigInt(900_000 + index),
  feature: String(feature),
  startNs: BigInt(TIMED_MS + Number(startMs)) * 1_000_000n,
  durationNs: BigInt(Number(durationMs)) * 1_000_000n,
}));

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, SPANS, NAMES.flatMap(logsOf));
});
afterAll(() => store.close());

const windowOf = (name: CaseName, nowMs = dayOf(name) + 400 * DAY_MS): Window =>
  parseWindow({ from: String(dayOf(name)), to: String(dayOf(name) + DAY_MS) }, nowMs);

/** From so long after the start of its day. */
const behind = (name: CaseName, afterMs: number): Window =>
  parseWindow(
    { from: String(dayOf(name) + afterMs), to: String(dayOf(name) + DAY_MS) },
    dayOf(name) + 400 * DAY_MS,
  );

function ruleOf(events: string, change: Partial<FunnelRule> = {}): FunnelRule {
  return {
    unit: 'user',
    order: 'ordered',
    steps: Array.from(events, (event, index) => ({
      id: `${event}${String(index)}`,
      selector: { source: 'event', names: [event] },
      optional: false,
    })),
    windowNs: HOUR_NS,
    stepWindowNs: null,
    entry: 'best',
    ties: 'lenient',
    holdConstant: [],
    exclude: [],
    universe: null,
    attribution: 'first',
    filter: null,
    ...change,
  };
}

const optionalAt = (index: number, rule: FunnelRule): FunnelRule => ({
  ...rule,
  steps: rule.steps.map((step, place) => ({ ...step, optional: place === index })),
});

async function reached(name: CaseName, rule: FunnelRule): Promise<number[]> {
  const { series } = await readFunnel(store, windowOf(name), rule, {});
  return series[0]?.steps.map(({ converted }) => converted) ?? [];
}

describe('known answers', () => {
  test.each<[string, CaseName, FunnelRule, number[]]>([
    ['any entry may convert', 'reentry', ruleOf('ABC'), [1, 1, 1]],
    [
      'only the first entry counts where that is asked',
      'reentry',
      ruleOf('ABC', { entry: 'first' }),
      [1, 1, 0],
    ],
    ['A A B C converts', 'repeated', ruleOf('ABC'), [1, 1, 1]],
    ['A A B C converts once with two equal steps', 'repeated', ruleOf('AABC'), [1, 1, 1, 1]],
    ['A B B C at one moment converts', 'equalTimes', ruleOf('ABC'), [1, 1, 1]],
    ['A B B C at one moment does both equal steps', 'equalTimes', ruleOf('ABBC'), [1, 1, 1, 1]],
    [
      'nothing at one moment follows where times must grow',
      'equalTimes',
      ruleOf('ABC', { ties: 'strict' }),
      [1, 0, 0],
    ],
    ['one event is never two steps', 'sameTwice', ruleOf('AA'), [3, 2]],
    ['Umami 4144: three different steps', 'umami', ruleOf('ABC'), [4, 3, 1]],
    ['Umami 4144: first and last equal', 'umami', ruleOf('ABA'), [4, 3, 1]],
    ['Umami 4144: first two equal', 'umami', ruleOf('AAB'), [4, 3, 1]],
    ['Umami 4144: last two equal', 'umami', ruleOf('ABB'), [4, 3, 0]],
    ['Umami 4144: all equal', 'umami', ruleOf('AAA'), [4, 3, 1]],
    [
      'PostHog 39127: earlier entries hide no conversion',
      'earlierEntries',
      ruleOf('ABC'),
      [1, 1, 1],
    ],
    ['the end of the window belongs to it', 'edge', ruleOf('AB'), [2, 1]],
    ['any order', 'reentry', ruleOf('CBA'), [1, 0, 0]],
    ['any order asks for no order', 'reentry', ruleOf('CBA', { order: 'any' }), [1, 1, 1]],
    ['strict order allows nothing between', 'reentry', ruleOf('AC', { order: 'strict' }), [1, 0]],
    ['strict order of neighbours', 'reentry', ruleOf('ABC', { order: 'strict' }), [1, 1, 1]],
  ])('%s', async (_case, name, rule, expected) => {
    expect(await reached(name, rule)).toEqual(expected);
  });

  const anchored = (anchors: readonly ('first' | 'last')[], rule: FunnelRule): FunnelRule => ({
    ...rule,
    order: 'any',
    steps: rule.steps.map((step, index) => {
      const anchor = anchors.find((one) => one === (index === 0 ? 'first' : 'last'));
      const isEnd = index === 0 || index === rule.steps.length - 1;
      return isEnd && anchor !== undefined ? { ...step, anchor } : step;
    }),
  });
  test.each<[string, CaseName, FunnelRule, number[]]>([
    ['one that comes first begins', 'reentry', anchored(['first'], ruleOf('BAC')), [1, 1, 0]],
    ['without it another may', 'reentry', anchored([], ruleOf('BAC')), [1, 1, 1]],
    ['one that comes last ends', 'reentry', anchored(['last'], ruleOf('BAC')), [1, 1, 1]],
    ['and counts behind all others alone', 'reentry', anchored(['last'], ruleOf('CAB')), [1, 1, 0]],
    ['both', 'reentry', anchored(['first', 'last'], ruleOf('ABC')), [1, 1, 1]],
  ])('any order with an anchor: %s', async (_case, name, rule, expected) => {
    expect(await reached(name, rule)).toEqual(expected);
  });

  test.each<[number, number[], number | null]>([
    [0, [2, 1], 500],
    [1999, [2, 1], 500],
    [2000, [2, 2], 250],
  ])('clocks of hosts that differ: %i ms of grace', async (graceMs, expected, meanMs) => {
    const ties = graceMs === 0 ? 'lenient' : { graceMs };
    const rule = ruleOf('AB', { ties });
    const { series } = await readFunnel(store, behind('clocks', 10 * 3_600_000 + 1000), rule, {});
    expect(series[0]?.steps.map(({ converted }) => converted)).toEqual(expected);
    // What another clock puts before counts as at the same time.
    expect(series[0]?.steps[1]?.meanMs).toBe(meanMs);
  });

  test('anchors and grace stand in the words of the funnel', () => {
    expect(describeFunnel(anchored(['first', 'last'], ruleOf('ABC')))).toContain(
      'the event A (first of all), the event B, the event C (last of all) in any order',
    );
    expect(describeFunnel(ruleOf('AB', { ties: { graceMs: 2000 } }))).toContain(
      'a step up to 2s before the one before it counts as at the same time',
    );
  });

  const tries = { unit: 'attempt' } as const;
  const anew = { ...tries, restartOnReentry: true } as const;
  const stop = { source: 'event', names: ['X'] } as const;
  test.each<[string, CaseName, FunnelRule, number[]]>([
    ['as Amplitude counts: one entry, 100 %', 'products', ruleOf('AB', tries), [1, 1]],
    ['as Mixpanel counts: two entries, 50 %', 'products', ruleOf('AB', anew), [2, 1]],
    ['another first step meanwhile begins none', 'reentry', ruleOf('ABC', tries), [1, 1, 0]],
    ['another first step begins the next', 'reentry', ruleOf('ABC', anew), [2, 1, 1]],
    ['the next begins where one is over', 'again', ruleOf('AB', tries), [3, 3]],
    [
      'an exclusion ends one',
      'again',
      ruleOf('AB', {
        ...tries,
        exclude: [{ selector: stop, after: 'A0', before: 'B1', drops: 'attempt' }],
      }),
      [3, 2],
    ],
    [
      'in strict order anything ends one',
      'again',
      ruleOf('AB', { ...tries, order: 'strict' }),
      [3, 2],
    ],
    ['in any order', 'again', ruleOf('BA', { ...tries, order: 'any' }), [3, 3]],
    ['the end of the window ends one', 'earlierEntries', ruleOf('ABC', tries), [4, 1, 1]],
  ])('attempts: %s', async (_case, name, rule, expected) => {
    expect(await reached(name, rule)).toEqual(expected);
    const cell = { bucket: null, group: null, step: 0, outcome: 'converted' } as const;
    const { rows, total } = await readFunnelMembers(
      store,
      windowOf(name),
      rule,
      { cell },
      { limit: 10 },
    );
    expect(rows.map(({ key }) => key)).toEqual(rows.map(() => 'u0'));
    expect(total).toBe(expected[0]);
  });

  test('attempts in each value are told to be apart', async () => {
    const { warnings } = await readFunnel(
      store,
      windowOf('plans'),
      ruleOf('AB', { ...tries, attribution: 'all' }),
      { breakdown: { by: { kind: 'attribute', key: 'plan' }, top: 10 } },
    );
    expect(warnings[0]).toContain('Attempts are those in each value by itself');
  });

  test('the answer says which rule counts attempts', () => {
    const words = [ruleOf('AB', tries), ruleOf('AB', anew), ruleOf('AB')].map(describeFunnel);
    expect(words[0]).toContain('another first step meanwhile begins no other');
    expect(words[1]).toContain('another first step ends it too and begins the next');
    expect(words[2]).not.toContain('attempt');
  });

  test('who may still convert is immature until the window is over', async () => {
    const endMs = dayOf('plans') + 11 * 3_600_000;
    const at = async (nowMs: number) =>
      readFunnel(store, windowOf('plans', nowMs), ruleOf('AB'), {});
    // The end of the window is part of it, and what happened may take ten minutes to arrive.
    const open = await at(endMs + 600_000);
    expect(open.series[0]).toMatchObject({
      entered: 3,
      converted: 2,
      immature: 1,
      rate: 1,
      rateAll: 2 / 3,
    });
    expect(open.complete).toBe(false);
    expect(open.warnings).toEqual([
      expect.stringContaining('1 user has not converted and still may'),
    ]);
    const over = await at(endMs + 600_001);
    expect(over.series[0]).toMatchObject({ immature: 0, rate: 2 / 3 });
    const window = { ...windowOf('plans', endMs + 86_400_000), watermarkMs: endMs };
    const behind = await readFunnel(store, window, ruleOf('AB'), {});
    expect(behind.series[0]).toMatchObject({ immature: 1, rate: 1 });
    expect(behind.complete).toBe(false);
  });

  const day = { windowNs: 24n * HOUR_NS };
  const between = {
    selector: { source: 'event', names: ['B'] },
    after: 'A0',
    before: 'C1',
  } as const;
  test.each<[string, CaseName, FunnelRule, number[]]>([
    ['in the window', 'plans', ruleOf('AB', day), [0, 1]],
    [
      'with time left for the next step',
      'plans',
      ruleOf('AB', { ...day, stepWindowNs: HOUR_NS / 2n }),
      [0, 1],
    ],
    [
      'not when that time is over',
      'plans',
      ruleOf('AB', { ...day, stepWindowNs: HOUR_NS / 12n }),
      [0, 0],
    ],
    [
      'from the latest step done on, not the first',
      'umami',
      ruleOf('ABX', { ...day, stepWindowNs: (HOUR_NS * 18n) / 60n + 1n }),
      [0, 1, 3],
    ],
    [
      'in strict order only behind the last of all events',
      'umami',
      ruleOf('AC', { ...day, order: 'strict' }),
      [0, 2],
    ],
    [
      'behind an exclusion only from a new start',
      'umami',
      ruleOf('AC', { ...day, exclude: [{ ...between, drops: 'attempt' }] }),
      [0, 2],
    ],
    [
      'an optional step as long as the next required one is not done',
      'plans',
      optionalAt(1, ruleOf('AXB', day)),
      [0, 1, 1],
    ],
    [
      'an optional last step in the window of the chain',
      'plans',
      optionalAt(2, ruleOf('ABX', day)),
      [0, 1, 3],
    ],
    [
      'no optional last step behind that window',
      'plans',
      optionalAt(2, ruleOf('ABX', { windowNs: HOUR_NS / 4n })),
      [0, 0, 0],
    ],
  ])('who may still go on: %s', async (_case, name, rule, immature) => {
    // All has arrived up to 10:20.
    const window = windowOf(name, dayOf(name) + 10.5 * 3_600_000);
    const { series, answers } = await readFunnel(store, window, rule, {});
    expect(series[0]?.steps.map((step) => step.immature)).toEqual(immature);
    for (const [step, { dropped, immature }] of series[0]?.steps.entries() ?? [])
      for (const [outcome, number] of Object.entries({ dropped, immature })) {
        const cell = { bucket: null, group: null, step, outcome: outcome as 'dropped' };
        const page = { asOf: answers[0]?.asOf, limit: 10 };
        const { total } = await readFunnelMembers(store, window, rule, { cell }, page);
        expect([step, outcome, total]).toEqual([step, outcome, number]);
      }
  });

  test('a breakdown takes the value that its attribution says', async () => {
    const by = { kind: 'attribute', key: 'plan' } as const;
    const rows = async (attribution: string) => {
      const { series } = await readFunnel(store, windowOf('plans'), ruleOf('AB', { attribution }), {
        breakdown: { by, top: 10 },
      });
      return series.map(({ group, entered, converted }) => [group, entered, converted]);
    };
    expect(await rows('first')).toEqual([
      ['pro', 2, 2],
      ['$none', 1, 0],
    ]);
    expect(await rows('last')).toEqual([
      ['free', 1, 1],
      ['pro', 1, 1],
      ['$none', 1, 0],
    ]);
    expect(await rows('step:A0')).toEqual([
      ['$none', 2, 1],
      ['pro', 1, 1],
    ]);
    expect(await rows('all')).toEqual([
      ['$none', 2, 0],
      ['pro', 1, 0],
    ]);
  });

  test('a filter holds of events before chains are found, or of what chains have', async () => {
    const where = {
      kind: 'compare',
      property: { kind: 'attribute', key: 'plan' },
      op: '=',
      value: 'pro',
    } as const;
    const counts = async (
      filter: FunnelRule['filter'],
      attribution = 'first',
    ): Promise<(number | undefined)[]> => {
      const rule = ruleOf('AB', { filter, attribution });
      const { series, answers } = await readFunnel(store, windowOf('plans'), rule, {});
      const [own] = series;
      const cell = { bucket: null, group: null, step: 1, outcome: 'converted' } as const;
      const page = { asOf: answers[0]?.asOf, limit: 10 };
      const { total } = await readFunnelMembers(store, windowOf('plans'), rule, { cell }, page);
      return [own?.entered, own?.converted, total];
    };
    // The A of one and the B of another remain: one enters, and nobody converts.
    expect(await counts({ scope: 'events', where })).toEqual([1, 0, 0]);
    expect(await counts({ scope: 'actors', where })).toEqual([2, 2, 2]);
    expect(await counts({ scope: 'actors', where }, 'last')).toEqual([1, 1, 1]);
    expect(await counts({ scope: 'actors', where }, 'step:A0')).toEqual([1, 1, 1]);
    const rule = ruleOf('AB', { filter: { scope: 'actors', where } });
    expect(describeFunnel(rule)).toContain('only users whose chain has what the condition asks');
  });

  test('time to convert is split into that of the system and that of the user', async () => {
    const window = parseWindow({ from: String(TIMED_MS), to: String(TIMED_MS + DAY_MS) }, START_MS);
    const rule = ruleOf('', {
      steps: ['pick', 'upload', 'convert', 'done'].map((name) => ({
        id: name,
        selector: { source: 'run', names: [name] },
        optional: false,
      })),
    });
    const { series } = await readFunnel(store, window, rule, {});
    // 10 s to 25 s is 15 s of runs, where two overlap; the run of the last step comes after it.
    expect(series[0]?.steps.at(-1)).toMatchObject({
      meanMs: 60_000,
      medianMs: 60_000,
      p90Ms: 60_000,
      systemMs: 15_000,
      userMs: 45_000,
    });
    expect(series[0]?.steps[2]).toMatchObject({ meanMs: 15_000, systemMs: 5000, userMs: 10_000 });
  });

  test('PostHog 8179: the trend adds up to the steps, day by day in its zone', async () => {
    const window = parseWindow(
      { from: String(START_MS), to: String(START_MS + 40 * DAY_MS), timeZone: 'Asia/Kathmandu' },
      START_MS + 400 * DAY_MS,
    );
    const rule = ruleOf('AB', { entry: 'first' });
    const { series } = await readFunnel(store, window, rule, { interval: '1d' });
    const one = series[0];
    const trend = one?.trend ?? [];
    expect(trend.reduce((sum, point) => sum + point.entered, 0)).toBe(one?.entered);
    expect(trend.reduce((sum, point) => sum + point.converted, 0)).toBe(one?.converted);
    expect(trend).toHaveLength(41);
    expect(trend.filter((point) => point.entered === 0).map(({ rate }) => rate)).toContain(null);
  });

  test('rates of steps are of those before, and members are whom they count', async () => {
    const rule = ruleOf('ABC');
    const { series, answers } = await readFunnel(store, windowOf('umami'), rule, {});
    expect(
      series[0]?.steps.map(({ rate, fromPrevious, dropOff, dropped }) => [
        rate,
        fromPrevious,
        dropOff,
        dropped,
      ]),
    ).toEqual([
      [1, null, null, 0],
      [3 / 4, 3 / 4, 1 / 4, 1],
      [1 / 4, 1 / 3, 1 - 1 / 3, 2],
    ]);
    const cell = { bucket: null, group: null, step: 2, outcome: 'dropped' } as const;
    const page = { asOf: answers[0]?.asOf, limit: 10 };
    const { rows, total } = await readFunnelMembers(store, windowOf('umami'), rule, { cell }, page);
    expect(total).toBe(2);
    expect(rows.map(({ unit, key }) => `${unit} ${String(key)}`).toSorted()).toEqual([
      'user u1',
      'user u2',
    ]);
  });

  test('nobody makes no rate, and every rule stands in the words of the funnel', async () => {
    const { series } = await readFunnel(store, windowOf('edge'), ruleOf('XY'), {});
    expect(series).toMatchObject([
      { entered: 0, converted: 0, rate: null, rateAll: null, interval: null },
    ]);
    expect(describeFunnel(ruleOf('AB', { stepWindowNs: 1_500_000n }))).toBe(
      'users that did the event A, then the event B, within 1h of the first; each within 1.5ms of the one before; entries: any may convert, the furthest chain counts; steps at the same time count in their order; the range bounds the first step alone.',
    );
  });
});

test('the interval of a share is that of Wilson', () => {
  expect(wilson(0, 0)).toBeNull();
  expect(wilson(15, 30)).toEqual({
    low: expect.closeTo(0.3315, 4),
    high: expect.closeTo(0.6685, 4),
  });
  expect(wilson(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) });
});
