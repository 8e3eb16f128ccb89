import type { DuckDBConnection } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { ConnectionPool } from './connection-pool.ts';

interface Numbered {
  readonly number: number;
  disconnectSync(): void;
}

function createPool(size: number): { pool: ConnectionPool; closed: number[] } {
  const closed: number[] = [];
  const connections = Array.from({ length: size }, (_, number): Numbered => ({
    number,
    disconnectSync: () => void closed.push(number),
  }));
  return { pool: new ConnectionPool(connections as unknown as DuckDBConnection[]), closed };
}

/** What has happened to a promise once everything that can has. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'waits';
  void promise.then(() => (state = 'lent'));
  await new Promise((resolve) => setImmediate(resolve));
  return state;
}

test('analytic questions leave one connection to the others', async () => {
  const { pool } = createPool(3);
  const [first] = await Promise.all([pool.acquire('analytic'), pool.acquire('analytic')]);
  const third = pool.acquire('analytic');
  expect(await stateOf(third)).toBe('waits');
  const page = await pool.acquire('page');
  const another = pool.acquire('page');
  pool.release(page, 'page');
  expect([await stateOf(another), await stateOf(third)]).toEqual(['lent', 'waits']);
  pool.release(first, 'analytic');
  expect(await stateOf(third)).toBe('lent');
});

test('a single connection is for both', async () => {
  const { pool } = createPool(1);
  const connection = await pool.acquire('analytic');
  const page = pool.acquire('page');
  pool.release(connection, 'analytic');
  expect(await stateOf(page)).toBe('lent');
});

test('S4-52: a question that has to wait too long is told at once, and what stops waiting makes room', async () => {
  const { pool } = createPool(2);
  const running = await pool.acquire('analytic');
  const stop = new AbortController();
  const leaving = pool.acquire('analytic', stop.signal);
  const line = Array.from({ length: 15 }, () => pool.acquire('analytic'));
  await expect(pool.acquire('analytic')).rejects.toMatchObject({
    code: 'STORE_BUSY',
    retryable: true,
    message: expect.stringContaining('16 others wait'),
  });
  stop.abort(new Error('gone'));
  await expect(leaving).rejects.toThrow('gone');
  const last = pool.acquire('analytic');
  let connection = running;
  for (const waiting of [...line, last]) {
    pool.release(connection, 'analytic');
    connection = await waiting;
  }
  expect(await stateOf(last)).toBe('lent');
});

test('closes when all are back', async () => {
  const { pool, closed } = createPool(2);
  const connection = await pool.acquire('analytic');
  const end = pool.close();
  expect(await stateOf(end)).toBe('waits');
  pool.release(connection, 'analytic');
  await end;
  expect(new Set(closed)).toEqual(new Set([0, 1]));
});
