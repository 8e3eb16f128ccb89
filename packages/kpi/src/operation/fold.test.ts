/** What is known of an operation depends on its events alone: not on their order, not on how often they come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createTestClock,
  operationEvent,
  OperationStore,
  START_MS,
} from '../testing/operation-events.ts';
import { oracleOperation } from '../testing/operation-oracle.ts';
import { OperationBoard } from './board.ts';
import { foldOf, mergeFolds, toMs, type OperationFold } from './fold.ts';
import { hearEvent } from './hear-event.ts';
import { packFold, unpackFold, type PackedFold } from './packed-fold.ts';
import type { OperationEventLike } from './operation-event.ts';
import type { OperationReport } from './report.ts';

const NOW_MS = 100_000;
const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 100);

/** An event that an app, a careless one or a hostile one may send; numbers are few, so that they meet. */
const anyEvent = (isNumbered: boolean): fc.Arbitrary<OperationEventLike> =>
  fc
    .record({
      kind: fc.constantFrom(
        'start',
        'progress',
        'progress',
        'heartbeat',
        'paused',
        'resumed',
        'end',
      ),
      atMs: fc.integer({ min: 0, max: 60_000 }),
      jumpMs: fc.constantFrom(0, 0, 0, 0, 3_600_000, -3_600_000),
      lagMs: fc.constantFrom(0, 20, 300, 8000),
      sequence: isNumbered ? fc.integer({ min: 0, max: 200 }) : fc.constant(undefined),
      isTimed: fc.constantFrom(true, true, false),
      current: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
      total: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
      message: fc.option(fc.constantFrom('one', 'two', 'three'), { nil: undefined }),
      parentId: fc.option(fc.constantFrom('p', 'q'), { nil: undefined }),
      description: fc.option(fc.constantFrom('d', 'e'), { nil: undefined }),
      feature: fc.constantFrom('import', 'export', ''),
      status: fc.constantFrom('success', 'failed', 'cancelled', undefined),
      errorType: fc.constantFrom('TypeError', undefined),
    })
    .map(({ kind, atMs, jumpMs, lagMs, isTimed, ...given }) => {
      const event = operationEvent(kind, atMs + jumpMs, {
        ...given,
        elapsedS: isTimed ? atMs / 1000 : undefined,
      });
      return { ...event, receivedNs: BigInt(START_MS + atMs + lagMs) * 1_000_000n };
    });

/** No two at one place, where the order of the program is its own. */
const anyOperation = fc
  .tuple(
    fc.array(anyEvent(true), { maxLength: 40 }),
    fc.array(anyEvent(false), { minLength: 1, maxLength: 12 }),
  )
  .map(([numbered, plain]) => {
    const places = new Set<string>();
    return [...numbered, ...plain].filter(({ sequence, timeNs }) => {
      const place = String(sequence ?? timeNs);
      return !places.has(place) && places.add(place) !== undefined;
    });
  });

/** The same events in another order, some of them again and again. */
const anyDelivery = anyOperation.chain((events) =>
  fc.record({
    events: fc.constant(events),
    order: fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
    again: fc.array(fc.constantFrom(...events), { maxLength: 20 }),
  }),
);

test('an event that is heard adds what its own fold would', () => {
  fc.assert(
    fc.property(anyDelivery, ({ events: [first, ...rest], again }) => {
      if (first === undefined) return;
      const [heard, merged] = [foldAt(first), foldAt(first)];
      for (const event of [...rest, ...again]) {
        hearEvent(heard, event, toMs(event.receivedNs));
        mergeFolds(merged, foldAt(event));
        expect(heard).toEqual(merged);
      }
    }),
    { numRuns: RUNS / 2 },
  );
});

const foldAt = (event: OperationEventLike): OperationFold => foldOf(event, toMs(event.receivedNs));

test('S2-10 S2-11 S2-12 any order and any repetition of events tells what plain loops over all of them do', () => {
  fc.assert(
    fc.property(anyDelivery, ({ events, order, again }) => {
      const report = reportOf([...order, ...again]);
      expect(report).toMatchObject(oracleOperation(events, START_MS + NOW_MS));
      // All else too: rate, time left, what is shown of a total.
      expect(report).toEqual(reportOf(events));
    }),
    { numRuns: RUNS },
  );
});

test('what two halves of the events tell is what all of them do, whichever half comes first, and as they are kept too', () => {
  fc.assert(
    fc.property(anyDelivery, fc.integer({ min: 0, max: 60 }), ({ events, order }, cut) => {
      const left = order.slice(0, cut).map(toFold);
      const right = order.slice(cut).map(toFold);
      const whole = merged(events.map(toFold));
      const halves = [left, right].filter(({ length }) => length > 0).map(merged);
      const read = halves.map(asKept);
      expect(withoutNothing(merged(read.toReversed()))).toEqual(withoutNothing(whole));
    }),
    { numRuns: RUNS },
  );
});

const asKept = (fold: OperationFold): OperationFold =>
  unpackFold(fold.id, JSON.parse(JSON.stringify(packFold(fold))) as PackedFold);

describe('many pauses', () => {
  const turns = Array.from({ length: 400 }, (_, index) =>
    operationEvent(index % 2 === 0 ? 'paused' : 'resumed', index * 100, {
      sequence: index + 1,
      elapsedS: index / 10,
    }),
  );
  const start = operationEvent('start', 0, { sequence: 0, elapsedS: 0 });

  test('are summed up and not forgotten, and come again without counting twice', () => {
    const report = reportOf([start, ...turns, ...turns.slice(0, 50), ...turns.slice(-30)]);
    expect(report.pausedMs).toBeCloseTo(200 * 100, 6);
    expect(report.state).toBe('running');
  });

  test('take a bounded room', () => {
    const fold = merged([start, ...turns].map(toFold));
    expect(JSON.stringify(fold).length).toBeLessThan(10_000);
  });
});

test('what is heard later changes no fold that was put in before', () => {
  const [into, from] = [0, 1].map((sequence) =>
    foldAt(operationEvent('progress', sequence, { sequence, elapsedS: sequence, current: 1 })),
  );
  if (into === undefined || from === undefined) throw new Error('there are two');
  mergeFolds(into, from);
  const before = structuredClone(from);
  const event = operationEvent('progress', 2, { sequence: 2, elapsedS: 2, current: 2 });
  hearEvent(into, event, START_MS);
  expect(from).toEqual(before);
});

test('many counts take a bounded room', () => {
  const events = Array.from({ length: 5000 }, (_, index) =>
    operationEvent('progress', index, { sequence: index, elapsedS: index / 1000, current: index }),
  );
  expect(JSON.stringify(merged(events.map(toFold))).length).toBeLessThan(5000);
});

const toFold = (event: OperationEventLike): ReturnType<typeof foldOf> =>
  foldOf(event, Number(event.receivedNs / 1_000_000n));

function merged(folds: readonly ReturnType<typeof foldOf>[]): ReturnType<typeof foldOf> {
  const [first, ...rest] = folds;
  if (first === undefined) throw new Error('there is at least one event');
  for (const fold of rest) mergeFolds(first, fold);
  return first;
}

const withoutNothing = (value: unknown): unknown => JSON.parse(JSON.stringify(sorted(value)));

/** Keys in one order: which of them was put in first tells nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

function reportOf(events: readonly OperationEventLike[]): Omit<OperationReport, 'version'> {
  const store = new OperationStore();
  const { clock, monotonic } = createTestClock(NOW_MS);
  const board = new OperationBoard({
    source: store,
    keep: store.keep,
    clock,
    monotonic,
    taking: () => undefined,
  });
  board.take(events, true);
  const report = board.get('op');
  if (report === undefined) throw new Error('the board does not know it');
  const { version: _version, ...rest } = report;
  return rest;
}
