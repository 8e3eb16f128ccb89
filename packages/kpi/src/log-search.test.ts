import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryParams, Reader, ReadOptions, Store } from '@heartwood/store';
import { CodedError } from '@heartwood/semconv';
import { readLogs } from './log.ts';
import type { LogFilter } from './log-filter.ts';
import { searchLogs } from './log-search.ts';
import { readLogReach, readLogTail } from './log-tail.ts';
import { drawFilter, drawLogs, landLogs, passes, type LogRecord } from './testing/log-world.ts';
import { createRandom, openTestStore } from './testing/world.ts';
import { parseWindow } from './window.ts';

const START = Date.UTC(2026, 8, 1);
const DAYS = 4;
const WINDOW = parseWindow(
  { from: String(START), to: String(START + DAYS * 86_400_000) },
  START + 30 * 86_400_000,
  'UTC',
);
/** Filters that are asked: 20, or as many as there are worlds. */
const FILTERS = Math.max(20, Number(process.env['HEARTWOOD_WORLDS'] ?? 0));
let store: Store;
let logs: LogRecord[];

beforeAll(async () => {
  store = await openTestStore();
  logs = drawLogs(1, BigInt(START) * 1_000_000n, BigInt(DAYS) * 86_400_000_000_000n, 2000);
  await landLogs(store, logs);
}, 60_000);
afterAll(async () => {
  await store.close();
});

/** All pages, one after the other. */
async function readAll(
  filter: LogFilter,
  order: 'newest' | 'oldest',
  limit: number,
): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await readLogs(store, WINDOW, filter, { limit, order, cursor });
    found.push(...page.rows.map(({ seq }) => seq));
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

test('S2-01 S2-04 S0-35 random filters find what plain code finds, in both orders and across pages', async () => {
  let found = 0;
  for (let seed = 1; seed <= FILTERS; seed++) {
    const filter = drawFilter(seed);
    const random = createRandom(seed);
    const order = random() < 0.5 ? 'newest' : 'oldest';
    const wanted = logs
      .filter((log) => passes(log, filter))
      .toSorted((a, b) => Number(a.timeNs - b.timeNs) || Number(a.seq - b.seq))
      .map(({ seq }) => String(seq));
    if (order === 'newest') wanted.reverse();
    // A page of hundreds and some of few.
    const limit = Math.max(1, Math.ceil(wanted.length / (1 + Math.floor(random() * 3))));
    const answered = await readAll(filter, order, limit);
    expect([filter, order, limit, answered]).toEqual([filter, order, limit, wanted]);
    if (wanted.length > 0 && wanted.length < logs.length) found++;
  }
  expect(found).toBeGreaterThan(FILTERS / 3);
}, 600_000);

test('words that few records have are looked for only where they may be', async () => {
  for (const filter of [
    { text: 'order 100012' },
    { text: 'ORDER 100012' },
    { pattern: 'order 100012' },
    { attribute: ['ref=r100012'] },
  ] as const) {
    let [places, everywhere] = [0, 0];
    const reader = {
      read: async (name: 'log/find', params: QueryParams<'log/find'>, options?: ReadOptions) => {
        if (name === 'log/find') places += 1;
        if (name === 'log/find' && params.lastSeq - params.firstSeq > 1_000_000n) everywhere += 1;
        return await store.read(name, params, options);
      },
    } as Reader;
    const range = { from: WINDOW.fromMs, to: WINDOW.toMs };
    const [from, to] = [BigInt(range.from) * 1_000_000n, BigInt(range.to) * 1_000_000n];
    const { rows } = await searchLogs(reader, 'log/list', { from, to }, filter, { limit: 1000 });
    const wanted = logs.filter((log) => passes(log, filter)).length;
    expect([filter, rows.length, places > 0]).toEqual([filter, wanted, true]);
    // What has landed since upkeep was last here is looked through in each of three slices of time.
    expect(everywhere).toBeLessThanOrEqual(3);
    expect(places).toBeLessThan(9);
  }
});

test('S2-02 random filters find in order of arrival what plain code finds, behind any record and up to any', async () => {
  const last = Number(logs.at(-1)?.seq);
  expect(await readLogReach(store, 0n, {})).toBe(BigInt(last));
  expect(await readLogReach(store, BigInt(last), {})).toBe(BigInt(last));
  for (let seed = 1; seed <= FILTERS; seed++) {
    const filter = drawFilter(seed * 31);
    const random = createRandom(seed);
    const after = BigInt(Math.floor(random() * last));
    const upTo = after + BigInt(Math.floor(random() * last));
    const all = logs.filter(({ seq }) => seq > after && seq <= upTo);
    const wanted = all.filter((log) => passes(log, filter)).map(({ seq }) => String(seq));
    const most = 1 + Math.floor(random() * wanted.length * 1.5);
    const found: string[] = [];
    for (let at = after; at < upTo;) {
      const range = { after: at, upTo, most, limit: Math.ceil(most / 3) };
      const { rows, skipped, total, through } = await readLogTail(store, filter, range, {});
      const left = wanted.filter((seq) => BigInt(seq) > at).length;
      expect([total, skipped]).toEqual([left, Math.max(0, left - most)]);
      found.push(...rows.map(({ seq }) => seq));
      expect(through).toBeGreaterThan(at);
      at = through;
    }
    expect([filter, most, found]).toEqual([filter, most, wanted.slice(-most)]);
  }
}, 600_000);

describe('S2-22: a filter is', () => {
  const countOf = async (filter: string): Promise<number> =>
    (await readAll({ filter }, 'newest', 1000)).length;
  const count = (test: (log: LogRecord) => boolean): number => logs.filter(test).length;

  test.each([
    ['ERROR', ({ severityNumber }: LogRecord) => severityNumber >= 17],
    ['info', ({ severityNumber }: LogRecord) => severityNumber >= 9],
    ['Warning', ({ severityNumber }: LogRecord) => severityNumber >= 13],
    ['ERROR in', ({ body }: LogRecord) => body.includes('ERROR in')],
    ['[E]RROR', ({ body }: LogRecord) => body.includes('ERROR')],
    [String.raw`Syncing\|✓\|❌`, ({ body }: LogRecord) => /Syncing|✓|❌/u.test(body)],
  ])('a level in any letter case, else a pattern: %s', async (filter, isMeant) => {
    expect(await countOf(filter)).toBe(count(isMeant));
  });
});

describe('a pattern', () => {
  const find = async (filter: LogFilter): Promise<unknown> =>
    await readLogs(store, WINDOW, filter, { limit: 5 });

  test.each([
    ['pattern', { pattern: 'a(b' }],
    ['notPattern', { notPattern: '(?<=a)b' }],
    ['filter', { filter: '[z-a]' }],
    ['component', { component: '/*/' }],
    ['pattern', { pattern: '((a{1,1000}){1,1000}){1,1000}' }],
  ])('that RE2 does not take is refused as the %s that it is: %j', async (parameter, filter) => {
    await expect(find(filter)).rejects.toMatchObject({ code: 'PATTERN_INVALID', parameter });
  });

  test.each([['(a+)+$'], [`${'(x+x+)+'.repeat(70)}y`], ['(.*)*zebra']])(
    'that is made to be slow is answered: %s',
    async (pattern) => {
      await expect(find({ pattern })).resolves.toBeDefined();
    },
  );
});

test('an attribute without = is refused', async () => {
  await expect(readAll({ attribute: ['plan'] }, 'newest', 5)).rejects.toMatchObject({
    code: 'ATTRIBUTE_INVALID',
  });
});

describe('when the deadline comes', () => {
  /** A store whose question number `last` and all after it take too long. */
  const slowAfter = (last: number): Reader => {
    let asked = 0;
    return {
      read: async (name, params, options) => {
        if (name === 'log/find' && ++asked >= last)
          throw new CodedError('STORE_QUERY_TIMEOUT', 'too long', true);
        return await store.read(name, params, options);
      },
    } as Reader;
  };
  const range = {
    from: BigInt(START) * 1_000_000n,
    to: BigInt(START + DAYS * 86_400_000) * 1_000_000n,
  };
  const filter = { pattern: 'never' };

  test('before anything was looked at, there is no answer', async () => {
    await expect(
      searchLogs(slowAfter(1), 'log/list', range, filter, { limit: 5 }),
    ).rejects.toMatchObject({
      code: 'STORE_QUERY_TIMEOUT',
    });
  });

  test.each(['newest', 'oldest'] as const)(
    'later, what was found is the answer, and the next page goes on there: %s first',
    async (order) => {
      const wanted = logs
        .filter(({ body }) => body === 'a|b')
        .toSorted((a, b) => Number(a.timeNs - b.timeNs) || Number(a.seq - b.seq))
        .map(({ seq }) => String(seq));
      if (order === 'newest') wanted.reverse();
      const search = { pattern: '^a[|]b$' };
      const cut = await searchLogs(slowAfter(3), 'log/list', range, search, { limit: 1000, order });
      expect(cut.stoppedNs).toBe(
        order === 'newest'
          ? range.to - (range.to - range.from) / 8n
          : range.from + (range.to - range.from) / 8n,
      );
      expect(cut.rows.length).toBeLessThan(wanted.length);
      const rest = await searchLogs(store, 'log/list', range, search, {
        limit: 1000,
        order,
        cursor: cut.nextCursor ?? undefined,
      });
      expect([...cut.rows, ...rest.rows].map(({ seq }) => seq)).toEqual(wanted);
    },
  );
});
