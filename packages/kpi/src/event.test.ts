/** Events beside plain loops over the same world, and what is said of them. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents, type EventNumbers } from './event.ts';
import { nsToInstant } from './instant.ts';
import { createEventWorld, landWorld } from './testing/event-world.ts';
import { type PlainLog } from './testing/plain-log.ts';
import { spanEventsOf } from './testing/oracle-condition.ts';
import { openTestStore } from './testing/world.ts';
import { parseWindow } from './window.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 1);
const WORLD = createEventWorld({
  seed: 11,
  startMs: START,
  lengthMs: HOUR_MS,
  count: 120,
  moments: 40,
});
const WINDOW = parseWindow(
  { from: String(START), to: String(START + HOUR_MS), timeZone: 'Asia/Kathmandu' },
  START + HOUR_MS + 1000,
);

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, WORLD);
});
afterAll(() => store.close());

const events = WORLD.logs.filter(
  ({ event, timeNs }) => event !== null && timeNs < BigInt(START + HOUR_MS) * 1_000_000n,
);

function numbersOf(logs: readonly PlainLog[]): Omit<EventNumbers, 'event' | 'group'> {
  const actors = logs.flatMap(({ user, session }) =>
    user !== null ? [`user ${user}`] : session === null ? [] : [`session ${session}`],
  );
  const sessions = logs.flatMap(({ session }) => (session === null ? [] : [session]));
  const times = logs.map(({ timeNs }) => timeNs).toSorted((a, b) => (a < b ? -1 : 1));
  return {
    records: logs.length,
    users: new Set(actors).size,
    sessions: new Set(sessions).size,
    firstSeen: nsToInstant(times[0] ?? 0n),
    lastSeen: nsToInstant(times.at(-1) ?? 0n),
  };
}

describe('numbers are those of plain loops', () => {
  test('by event', async () => {
    const { data, sampleSize, unit, complete } = await readEvents(store, WINDOW, { limit: 200 });
    const names = [...new Set(events.map(({ event }) => event))];
    expect(data.toSorted((a, b) => ((a.event ?? '') < (b.event ?? '') ? -1 : 1))).toEqual(
      names
        .toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))
        .map((event) => ({
          event,
          group: null,
          ...numbersOf(events.filter((log) => log.event === event)),
        })),
    );
    expect({ sampleSize, unit, complete }).toEqual({
      sampleSize: { unit: 'events', n: events.length },
      unit: 'events',
      complete: false,
    });
  });

  test('of one event by a property, those of spans among them, what has none beside it', async () => {
    const { data } = await readEvents(store, WINDOW, { event: 'view', by: 'plan', limit: 200 });
    const ofSpans = WORLD.spans
      .flatMap(spanEventsOf)
      .filter(({ timeNs }) => timeNs < BigInt(START + HOUR_MS) * 1_000_000n);
    const views = [...events, ...ofSpans].filter(({ event }) => event === 'view');
    expect(views.length).toBeGreaterThan(events.filter(({ event }) => event === 'view').length);
    const planOf = ({ attributes }: PlainLog): string =>
      (JSON.parse(attributes) as { plan?: string | null }).plan ?? '$none';
    const plans = [...new Set(views.map(planOf))];
    expect(plans).toContain('$none');
    expect(data.toSorted((a, b) => ((a.group ?? '') < (b.group ?? '') ? -1 : 1))).toEqual(
      plans.toSorted().map((group) => ({
        event: 'view',
        group,
        ...numbersOf(views.filter((log) => planOf(log) === group)),
      })),
    );
  });

  test('beyond the limit as one row, with no event lost', async () => {
    const { data, truncated } = await readEvents(store, WINDOW, { limit: 1 });
    expect(data.map(({ event }) => event)).toEqual([expect.any(String), '$other']);
    expect(data.reduce((sum, { records }) => sum + records, 0)).toBe(events.length);
    expect(truncated).toBe(true);
  });
});

test('an event that never occurred is unknown, with those that are close', async () => {
  await expect(readEvents(store, WINDOW, { event: 'veiw', limit: 9 })).rejects.toMatchObject({
    code: 'EVENT_UNKNOWN',
    status: 404,
    parameter: 'event',
    suggestions: ['view'],
  });
});

test('an event that did not occur in the window is an empty answer', async () => {
  const before = parseWindow({ from: '2025-01-01', to: '2025-01-02' }, START);
  expect((await readEvents(store, before, { event: 'view', limit: 9 })).data).toEqual([]);
});

test('the explanation names what ran, and a command that asks the same', async () => {
  const { explain } = await readEvents(store, WINDOW, {
    event: `x'"; $p1 --`,
    by: 'plan',
    limit: 9,
  });
  expect(explain).toMatchObject({
    definition: { kind: 'events', id: null, written: { event: `x'"; $p1 --`, by: 'plan' } },
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-03-01T01:00:00.000Z',
    timeZone: 'Asia/Kathmandu',
    command: String.raw`heartwood events list '--event=x'\''"; $p1 --' --by=plan --limit 9 --from 2026-03-01T00:00:00.000Z --to 2026-03-01T01:00:00.000Z --time-zone Asia/Kathmandu`,
  });
  const [statement] = explain.statements;
  expect(statement?.sql).toMatch(/^WITH eligible AS/u);
  expect(Object.values(statement?.params ?? {})).toContain(`x'"; $p1 --`);
  expect(() => JSON.stringify(explain)).not.toThrow();
});
