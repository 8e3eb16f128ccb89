/** Paths whose answer is known: sessions, repeats, ends, and what is asked in vain. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPathMembers, readPaths, type PathRequest } from './paths.ts';
import { landWorld } from './testing/event-world.ts';
import type { PlainLog } from './testing/plain-log.ts';
import { openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow } from './window.ts';

const START_MS = Date.UTC(2026, 2, 1);
const window = parseWindow({ from: '2026-03-01', to: '2026-03-02' }, Date.UTC(2030, 0, 1));
const REQUEST: PathRequest = { steps: 'all', unit: 'user', depth: 2, top: 10 };

const spans: PlainSpan[] = [];
function run(feature: string, user: string, minute: number, session: string | null = null): void {
  const seq = BigInt(spans.length + 1);
  const startNs = BigInt(START_MS + minute * 60_000) * 1_000_000n;
  spans.push({ ...PLAIN_SPAN, seq, spanId: seq, startNs, user, session, feature });
}

// Thirty minutes are one session, a moment more is two; with an id it is one however long.
for (const [feature, minute] of [
  ['a', 0],
  ['b', 30],
  ['c', 60.1],
] as const)
  run(feature, 'u1', minute);
for (const [feature, minute] of [
  ['a', 0],
  ['b', 300],
] as const)
  run(feature, 'u2', minute, 's1');
// The same on end is one step, and the first anchor begins the path.
for (const [feature, minute] of [
  ['a', 0],
  ['a', 1],
  ['b', 2],
  ['a', 3],
  ['c', 4],
] as const)
  run(feature, 'u3', minute);
for (const [feature, minute] of [
  ['a', 0],
  ['rare', 1],
] as const)
  run(feature, 'u4', minute);
/** Between two runs of each, and sent by an SDK of itself. */
const signsOfLife = spans.map(({ seq, startNs, user, session }): PlainLog => ({
  seq: seq + 1000n,
  timeNs: startNs + 1n,
  event: 'feature.operation.heartbeat',
  traceId: null,
  service: null,
  feature: null,
  component: null,
  errorType: null,
  session,
  user,
  attributes: '{}',
}));

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, { spans, logs: signsOfLife });
});
afterAll(() => store.close());

test('S4-97 user journeys: steps after a feature, by session, with ends', async () => {
  const { data, warnings } = await readPaths(store, window, { ...REQUEST, after: 'a' });
  expect(data).toMatchObject({ anchor: 'feature:a', direction: 'after', paths: 4, actors: 4 });
  expect(data.steps.map(({ depth, step, paths, share }) => [depth, step, paths, share])).toEqual([
    [1, 'feature:b', 3, 0.75],
    [1, 'feature:rare', 1, 0.25],
    [2, '$end', 3, 0.75],
    [2, 'feature:a', 1, 0.25],
  ]);
  expect(
    data.transitions.map(({ depth, from, to, paths, shareOfFrom }) => [
      depth,
      from,
      to,
      paths,
      shareOfFrom,
    ]),
  ).toEqual([
    [1, 'feature:a', 'feature:b', 3, 0.75],
    [1, 'feature:a', 'feature:rare', 1, 0.25],
    [2, 'feature:b', '$end', 2, 2 / 3],
    [2, 'feature:b', 'feature:a', 1, 1 / 3],
    [2, 'feature:rare', '$end', 1, 1],
  ]);
  expect(warnings[0]).toContain('not a funnel');
});

test('what an SDK sends of itself is a step where it is asked for', async () => {
  const anchor = 'event:feature.operation.heartbeat';
  const { data, explain } = await readPaths(store, window, { ...REQUEST, after: anchor, depth: 1 });
  expect(data.paths).toBe(5);
  expect(data.steps.map(({ step }) => step)).toContain('feature:b');
  expect(explain.sentence).toContain('events but those that SDKs send of themselves');
});

test('steps before a feature end at the last time that it is done', async () => {
  const { data } = await readPaths(store, window, { ...REQUEST, before: 'feature:a', depth: 1 });
  expect(data.steps.map(({ step, paths }) => [step, paths])).toEqual([
    ['$end', 3],
    ['feature:b', 1],
  ]);
});

test('rare steps are together in $other, and each number has as many members', async () => {
  const request = { ...REQUEST, after: 'a', top: 1 };
  const { data, asOf } = await readPaths(store, window, request);
  expect(data.steps[1]).toMatchObject({ depth: 1, step: '$other', paths: 1 });
  const page = { asOf: BigInt(asOf), limit: 10 };
  for (const { depth: at, from, to: step, actors } of data.transitions) {
    const members = await readPathMembers(store, window, request, { ...page, at, from, step });
    expect(members.total).toBe(actors);
  }
  const other = await readPathMembers(store, window, request, { ...page, at: 1, step: '$other' });
  expect(other.rows.map(({ key }) => key)).toEqual(['u4']);
});

test('an anchor that never occurred, none and two are refused', async () => {
  await expect(readPaths(store, window, { ...REQUEST, after: 'aa' })).rejects.toMatchObject({
    code: 'FEATURE_UNKNOWN',
  });
  await expect(readPaths(store, window, { ...REQUEST, after: 'event:a' })).rejects.toMatchObject({
    code: 'EVENT_UNKNOWN',
  });
  for (const both of [{}, { after: 'a', before: 'b' }])
    await expect(readPaths(store, window, { ...REQUEST, ...both })).rejects.toMatchObject({
      code: 'PATH_ANCHOR',
      status: 400,
    });
});
