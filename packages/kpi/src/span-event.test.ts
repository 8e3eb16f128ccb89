/** Events of spans as events: which count, when, of whom, and what is known of their names. */
import type { EventSelector, Store } from '@heartwood/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCount } from './count.ts';
import { readEvents } from './event.ts';
import type { PlainLog } from './testing/plain-log.ts';
import { landWorld, openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow } from './window.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 2, 23);
const startNs = BigInt(START_MS) * 1_000_000n;

interface Given {
  readonly name: string;
  /** Milliseconds behind the start of the span; none is a time of 0. */
  readonly afterMs?: number;
  readonly attributes?: Record<string, unknown>;
}

const span = (over: Partial<PlainSpan>, ...events: Given[]): PlainSpan => ({
  ...PLAIN_SPAN,
  startNs,
  ...over,
  events: JSON.stringify(
    events.map(({ name, afterMs, attributes }) => ({
      time: afterMs === undefined ? '0' : String(startNs + BigInt(afterMs) * 1_000_000n),
      name,
      ...(attributes === undefined ? {} : { attributes }),
    })),
  ),
});

const log = (seq: bigint, event: string): PlainLog => ({
  seq,
  timeNs: startNs,
  event,
  traceId: null,
  service: 'shop',
  feature: null,
  component: null,
  errorType: null,
  session: null,
  user: 'of the log',
  attributes: '{}',
});

const windowOf = (fromMs: number, toMs: number) =>
  parseWindow({ from: String(fromMs), to: String(toMs) }, toMs + DAY_MS);
const WINDOW = windowOf(START_MS - DAY_MS, START_MS + 3 * DAY_MS);

let store: Store;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(() => store.close());

const readNames = async (event: string, by?: string) => {
  const { data } = await readEvents(store, WINDOW, { event, by, limit: 200 });
  return data;
};

const countOf = async (selector: EventSelector, window = WINDOW): Promise<number | undefined> => {
  const { answer } = await readCount(store, window, {
    selectors: [selector],
    unit: 'user',
    measures: [{ agg: 'count' }],
    interval: 'whole',
  });
  return answer.facts.rows;
};

describe('an event of a span', () => {
  test('is of its span’s user, session, trace and feature, with its own attributes', async () => {
    await landWorld(
      store,
      [
        span(
          { seq: 1n, user: 'anna', session: 'a1', feature: 'checkout' },
          { name: 'cache_miss', afterMs: 5, attributes: { plan: 'pro' } },
        ),
        span(
          { seq: 2n, user: 'ben', session: 'b1', feature: null },
          { name: 'cache_miss', afterMs: 6 },
          { name: 'cache_miss', afterMs: 7 },
        ),
      ],
      [log(3n, 'cache_miss')],
    );
    const [all] = await readNames('cache_miss');
    expect(all).toMatchObject({ records: 4, users: 3, sessions: 2 });
    expect(await readNames('cache_miss', 'plan')).toMatchObject([
      { group: '$none', records: 3, users: 2 },
      { group: 'pro', records: 1, users: 1, firstSeen: '2026-03-02T23:00:00.005000000Z' },
    ]);
    const features = (await readNames('cache_miss', 'feature')).map(({ group, records }) => [
      group,
      records,
    ]);
    expect(features).toEqual([
      ['$none', 3],
      ['checkout', 1],
    ]);
  });

  test('counts where its name is asked for, and an exception is none of all events', async () => {
    await landWorld(
      store,
      [span({ seq: 1n }, { name: 'exception', afterMs: 1 })],
      [log(2n, 'pay')],
    );
    expect(await countOf({ source: 'event', names: 'any' })).toBe(1);
    expect(await countOf({ source: 'event', names: ['exception', 'pay'] })).toBe(2);
    expect(await countOf({ source: 'run', names: ['exception'] })).toBe(0);
    const { data } = await readEvents(store, WINDOW, { limit: 200 });
    expect(data.map(({ event }) => event)).toEqual(['pay']);
  });

  test.each([
    { afterMs: 0, at: 0 },
    { afterMs: 2 * 3_600_000, at: 2 * 3_600_000 },
    { afterMs: DAY_MS, at: DAY_MS },
    { afterMs: DAY_MS + 1, at: 0 },
    { afterMs: -1, at: 0 },
    { afterMs: undefined, at: 0 },
  ])(
    '$afterMs ms behind the start of its span is counted $at ms behind it',
    async ({ afterMs, at }) => {
      await landWorld(store, [
        span({ seq: 1n }, { name: 'tick', ...(afterMs === undefined ? {} : { afterMs }) }),
      ]);
      const selector: EventSelector = { source: 'event', names: ['tick'] };
      expect(await countOf(selector, windowOf(START_MS + at, START_MS + at + 1))).toBe(1);
      expect(await countOf(selector, windowOf(START_MS + at - 5, START_MS + at))).toBe(0);
      expect(await countOf(selector, windowOf(START_MS + at + 1, START_MS + at + 5))).toBe(0);
    },
  );
});

test('text in place of events that is no JSON has none, and keeps no other from being counted', async () => {
  const broken = { ...PLAIN_SPAN, seq: 2n, startNs, events: 'tick [' };
  await landWorld(store, [span({ seq: 1n }, { name: 'tick', afterMs: 1 }), broken]);
  expect(await countOf({ source: 'event', names: ['tick'] })).toBe(1);
});

describe('what retention has removed is told', () => {
  const selector: EventSelector = { source: 'event', names: ['tick'] };
  const [march3, march4, march6] = [3, 4, 6].map((day) => Date.UTC(2026, 2, day)) as [
    number,
    number,
    number,
  ];
  const factsOf = async (event: string, fromMs: number) => {
    const { answer } = await readCount(store, windowOf(fromMs, march6), {
      selectors: [{ ...selector, names: [event] }],
      unit: 'user',
      measures: [{ agg: 'count' }],
      interval: 'whole',
    });
    return [answer.facts.rows, answer.facts.removedBefore];
  };

  test.each([{ left: 1 }, { left: 0 }])(
    'where events lie behind it that went with the day of their span, beside $left left',
    async ({ left }) => {
      const late = { timeNs: BigInt(march4) * 1_000_000n + 1n };
      const logs = [
        { ...log(8n, 'of logs'), ...late },
        { ...log(9n, 'tick'), ...late },
      ];
      const early = span({ seq: 1n }, { name: 'tick', afterMs: 2 * 3_600_000 });
      await landWorld(store, [early], logs.slice(0, 1 + left));
      expect(await factsOf('tick', march3)).toEqual([1 + left, null]);
      const nowMs = march4 + 11 * 3_600_000;
      await store.keepUp({ nowMs, keepDays: 1, hotDays: 1, maxBytes: 0, otherBytes: 0 });
      expect(await factsOf('tick', march3)).toEqual([left, BigInt(march4) * 1_000_000n]);
      expect(await factsOf('tick', march4)).toEqual([left, null]);
      expect(await factsOf('of logs', march3)).toEqual([1, null]);
      expect(await factsOf('of logs', march3 - 1)).toEqual([1, BigInt(march3) * 1_000_000n]);
    },
  );
});

describe('names of span events', () => {
  test('are known, and suggested for what is mistyped', async () => {
    await landWorld(store, [span({ seq: 1n }, { name: 'cache_miss', afterMs: 1 })]);
    expect(await countOf({ source: 'event', names: ['cache_miss'] })).toBe(1);
    await expect(readNames('cache_mis')).rejects.toMatchObject({
      code: 'EVENT_UNKNOWN',
      suggestions: ['cache_miss'],
    });
  });

  test('of which one is empty make no other known', async () => {
    const isKnown = async (name: string): Promise<unknown[]> => {
      const [row] = await store.read('name/known', { kind: 'event', name });
      const unknown = await store.read('name/unknown', { features: [], events: [name] });
      return [row?.known, unknown.length === 0];
    };
    expect(await isKnown('')).toEqual([false, false]);
    await landWorld(store, [span({ seq: 1n }, { name: '', afterMs: 1 })]);
    expect(await isKnown('')).toEqual([true, true]);
    expect(await isKnown('other')).toEqual([false, false]);
  });

  test.each(['say "hi"', String.raw`back\slash`, 'grüße 🛒', 'line\nbreak', ''])(
    'may be any text: %j',
    async (name) => {
      await landWorld(store, [
        span({ seq: 1n }, { name, afterMs: 1 }, { name: 'other', afterMs: 1 }),
      ]);
      expect(await countOf({ source: 'event', names: [name] })).toBe(1);
    },
  );

  test('beyond a thousand a day are found all the same', async () => {
    const spans = Array.from({ length: 60 }, (_, part) =>
      span(
        { seq: BigInt(part + 1) },
        ...Array.from({ length: 20 }, (_, index) => ({
          name: `id ${String(part * 20 + index)}`,
          afterMs: 1,
        })),
      ),
    );
    await landWorld(store, spans);
    const names = Array.from({ length: 1200 }, (_, index) => `id ${String(index)}`);
    expect(await countOf({ source: 'event', names })).toBe(1200);
    for (const name of ['id 7', 'id 999', 'id 1199'])
      expect(await countOf({ source: 'event', names: [name] }), name).toBe(1);
    expect(await countOf({ source: 'event', names: ['id 1200'] })).toBe(0);
  });
});
