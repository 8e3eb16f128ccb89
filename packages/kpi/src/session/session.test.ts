/** Sessions told by the store against the same over arrays, hot and archived. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { msToNs, nsToInstant } from '../instant.ts';
import { tellSessions, type ToldSession } from '../testing/session-oracle.ts';
import { drawSessions } from '../testing/session-world.ts';
import {
  createLanded,
  createRandom,
  landWorld,
  openTestStore,
  pickFrom,
} from '../testing/world.ts';
import { parseWindow, toNs, type Window } from '../window.ts';
import { readSession } from './detail.ts';
import { LOOK_BACK_MS } from './limits.ts';
import { readSessions, SESSION_STATES, type Session, type SessionFilter } from './session.ts';
import { readSessionSummary } from './summary.ts';

/** A question costs 60 ms of CPU, most of it for the plan. */
const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 5);
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 8, 1);
const LENGTH_HOURS = 10;
/** Further than a window is long; no two worlds have a session in common. */
const APART_MS = 36 * HOUR_MS;
const COUNT = 60;

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

const startOf = (seed: number): number => START + seed * APART_MS;

function drawQuestion(
  seed: number,
  random: () => number,
): { window: Window; filter: SessionFilter } {
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const nowMs = startOf(seed) + Math.floor((0.5 + random()) * LENGTH_HOURS * HOUR_MS);
  const from = startOf(seed) + Math.floor(random() * 4 * HOUR_MS);
  const to = from + HOUR_MS + Math.floor(random() * LENGTH_HOURS * HOUR_MS);
  const window = parseWindow({ from: String(from), to: String(to) }, nowMs, 'UTC');
  const filter = pick<SessionFilter>([
    {},
    {},
    { kind: pick(['work', 'visit', 'run']) },
    { state: pick(SESSION_STATES) },
    { component: pick(['cart', 'pay']) },
    { service: pick(['shop', 'search']) },
    { user: 'u1', kind: 'work' },
    { isCi: true },
  ]);
  return { window, filter };
}

const rangeOf = (window: Window) => ({
  ...toNs(window),
  lookFrom: msToNs(Math.max(0, window.fromMs - LOOK_BACK_MS)),
  now: msToNs(window.nowMs),
});

const asTold = ({
  startNs,
  endNs,
  firstSeq: _firstSeq,
  activeMs,
  pausedMs,
  durationMs,
  ...told
}: ToldSession) => ({
  ...told,
  startedAt: nsToInstant(startNs),
  endedAt: endNs === null ? null : nsToInstant(endNs),
  times: [activeMs, pausedMs, durationMs].map((ms) => ms.toFixed(3)),
});
const asAnswered = ({ activeMs, pausedMs, durationMs, ...session }: Session) => {
  const { lastSeenAt: _l, user: _u, service: _s, notes: _n, ...rest } = session;
  return { ...rest, times: [activeMs, pausedMs, durationMs].map((ms) => ms.toFixed(3)) };
};

test(
  'TRAP S0-a S0-08 S0-09 S0-10 S0-11 sessions and their sums are told as over arrays, page by page',
  { timeout: 30_000 + WORLDS * 10_000 },
  async () => {
    const landed = createLanded();
    const states = new Set<string>();
    for (let seed = 0; seed < WORLDS; seed++) {
      const world = drawSessions({
        seed,
        firstSeq: BigInt(seed * COUNT + 1),
        startNs: msToNs(startOf(seed)),
        lengthNs: msToNs(LENGTH_HOURS * HOUR_MS),
        count: COUNT,
      });
      await landWorld(store, world.spans, world.logs, landed);
      if (seed === Math.floor(WORLDS / 2)) await archive(startOf(seed));
      const random = createRandom(seed * 31 + 7);
      for (let ask = 0; ask < (seed % 2) + 1; ask++) {
        const { window, filter } = drawQuestion(seed, random);
        const expected = tellSessions(world, rangeOf(window), filter);
        const rows: Session[] = [];
        let cursor: string | undefined;
        do {
          const page = await readSessions(store, window, filter, { limit: 4, cursor });
          rows.push(...page.rows);
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        for (const { state } of rows) states.add(state);
        const told = expected.map(asTold);
        expect(rows.map(asAnswered), JSON.stringify({ seed, filter })).toEqual(told);
        const { summary } = await readSessionSummary(store, window, filter);
        const sum = (of: (one: ToldSession) => number): number =>
          expected.reduce((total, one) => total + of(one), 0);
        expect(summary.sessions).toBe(expected.length);
        expect(summary.openSessions).toBe(expected.filter(({ endNs }) => endNs === null).length);
        expect(summary.activeMs).toBeCloseTo(
          sum(({ activeMs }) => activeMs),
          3,
        );
        expect(summary.pausedMs).toBeCloseTo(
          sum(({ pausedMs }) => pausedMs),
          3,
        );
        expect(summary.pauseCount).toBe(sum(({ pauseCount }) => pauseCount));
        expect([summary.runs, summary.failed, summary.errors]).toEqual([
          sum(({ runs }) => runs),
          sum(({ failed }) => failed),
          sum(({ errors }) => errors),
        ]);
        const components = new Set(expected.map(({ component }) => component));
        expect(new Set(summary.components.map(({ component }) => component))).toEqual(components);
        const [first] = rows;
        if (first === undefined || seed % 4 !== ask) continue;
        const alone = await readSession(store, first.id, { nowMs: window.nowMs });
        expect(alone).toMatchObject({
          id: first.id,
          state: first.state,
          startedAt: first.startedAt,
        });
      }
    }
    expect([...states].toSorted()).toEqual([...SESSION_STATES].toSorted());
  },
);

const archive = (nowMs: number): Promise<unknown> =>
  store.keepUp({
    nowMs,
    keepDays: 0,
    hotDays: 1,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1 },
  });

test('nothing is stored of a session that never was', async () => {
  await expect(readSession(store, 'nobody', { nowMs: START })).rejects.toMatchObject({
    code: 'SESSION_UNKNOWN',
  });
});
