import { beforeEach, expect, test } from 'vitest';
import { BEGUN_BYTES, InFlight } from './in-flight.ts';

const KIB = 1024;
let nowMs: number;
let inFlight: InFlight;
beforeEach(() => {
  nowMs = 0;
  inFlight = new InFlight(1000 * KIB, () => nowMs);
});

test('one body fits always, two only when there is room', () => {
  const first = inFlight.claim();
  expect(first.widen(5000 * KIB)).toBe(true);
  expect(inFlight.claim().widen(1)).toBe(false);
  first.release();
  first.release();
  expect(inFlight.bytes).toBe(BEGUN_BYTES);
});

test('a quarter of the room is kept for bodies under way', () => {
  const first = inFlight.claim();
  first.widen(740 * KIB);
  expect(inFlight.makeRoom()).toBe(true);
  first.widen(760 * KIB);
  expect(inFlight.makeRoom()).toBe(false);
});

test('a request that is alone is let in, however small the limit', () => {
  const none = new InFlight(0);
  none.claim();
  expect(none.makeRoom()).toBe(true);
  none.claim();
  expect(none.makeRoom()).toBe(false);
});

test('requests without a body take room as well, and give way when none comes', () => {
  const most = (1000 * KIB * 0.75) / BEGUN_BYTES;
  let gaveWay = 0;
  for (let begun = 0; begun <= most; begun++) {
    expect(inFlight.makeRoom()).toBe(true);
    inFlight.claim(() => gaveWay++);
  }
  const complete = inFlight.claim(() => expect.unreachable());
  complete.settle();
  expect(inFlight.makeRoom()).toBe(false);
  nowMs = 1000;
  expect(inFlight.makeRoom()).toBe(true);
  expect(gaveWay).toBe(Math.floor(most) + 1);
  expect(inFlight.bytes).toBe(BEGUN_BYTES);
});

test.each([
  [1000, true],
  [999, false],
])('a body that has stalled for %i ms gives way: %s', (stallMs, gives) => {
  let gaveWay = false;
  const first = inFlight.claim(() => (gaveWay = true));
  first.widen(800 * KIB);
  nowMs = 1000;
  // The window in which it came is over; the next one begins with this look.
  expect(inFlight.makeRoom()).toBe(false);
  nowMs += stallMs;
  expect(inFlight.makeRoom()).toBe(gives);
  expect(gaveWay).toBe(gives);
  expect(inFlight.bytes).toBe(gives ? 0 : 800 * KIB + BEGUN_BYTES);
});

test('a body that drips gives way', () => {
  let gaveWay = false;
  const first = inFlight.claim(() => (gaveWay = true));
  first.widen(800 * KIB);
  for (let bytes = 800 * KIB; nowMs < 3000; nowMs += 100) first.widen(++bytes);
  expect(inFlight.makeRoom()).toBe(true);
  expect(gaveWay).toBe(true);
});

test('a body that keeps coming does not, nor one that is complete', () => {
  const steady = inFlight.claim(() => expect.unreachable());
  for (let bytes = 0; bytes < 400 * KIB; nowMs += 100) steady.widen((bytes += 10 * KIB));
  const complete = inFlight.claim(() => expect.unreachable());
  complete.widen(400 * KIB);
  complete.settle();
  nowMs += 500;
  steady.widen(500 * KIB);
  nowMs += 500;
  expect(inFlight.makeRoom()).toBe(false);
});

test('a body that comes again after a pause does not', () => {
  const first = inFlight.claim(() => expect.unreachable());
  first.widen(10 * KIB);
  nowMs = 5000;
  first.widen(800 * KIB);
  expect(inFlight.makeRoom()).toBe(false);
});
