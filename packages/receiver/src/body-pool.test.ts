import { expect, test } from 'vitest';
import { BodyPool } from './body-pool.ts';

const MIB = 1024 * 1024;

test('a buffer that was given back serves the next body of about its size', () => {
  const pool = new BodyPool();
  const first = pool.take(3_400_000);
  expect(first.length).toBeGreaterThanOrEqual(3_400_000);
  expect(first.length).toBeLessThan(3_400_000 * 1.25);
  pool.give(first);
  expect(pool.freeBytes).toBe(first.length);
  expect(pool.take(3_410_000) === first).toBe(true);
  expect(pool.freeBytes).toBe(0);
  expect(pool.take(3_410_000) === first).toBe(false);
});

test.each([16 * 1024, 65_537, 213_000, MIB, 4 * MIB + 64])(
  'a buffer for %i bytes is long enough, whatever is rounded',
  (bytes) => {
    for (const more of [-1, 0, 1])
      expect(new BodyPool().take(bytes + more).length).toBeGreaterThanOrEqual(bytes + more);
  },
);

test('no more than 64 MiB lie unused, and no huge body stays', () => {
  const pool = new BodyPool();
  const taken = Array.from({ length: 40 }, () => pool.take(4 * MIB));
  for (const buffer of taken) {
    pool.give(buffer);
    expect(pool.freeBytes).toBeLessThanOrEqual(64 * MIB);
  }
  const { freeBytes } = pool;
  pool.give(pool.take(60 * MIB));
  expect(pool.freeBytes).toBe(freeBytes);
});

test('small buffers are not kept', () => {
  const pool = new BodyPool();
  pool.give(pool.take(1000));
  expect(pool.freeBytes).toBe(0);
});
