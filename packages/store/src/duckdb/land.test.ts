import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../batch.ts';
import { readSchema } from '../migrate.ts';
import { writeRow } from '../testing/write-row.ts';
import { landingFailure } from './failures.ts';
import { Lander, REQUEST_WINDOW } from './land.ts';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
let lander: Lander;

beforeEach(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  for (const table of readSchema().tables) await connection.run(table);
  lander = new Lander(connection);
});
afterEach(() => instance.closeSync());

const value = async (sql: string): Promise<unknown> =>
  (await connection.runAndReadAll(sql)).getRowsJson()[0]?.[0];

describe('pruneRequests', () => {
  const NOW_MS = 1_790_000_000_000;

  it('forgets what is older than a day', async () => {
    await connection.run(
      `INSERT INTO requests SELECT uuid(), n, make_timestamp_ns((${NOW_MS} - n * 3600000) * 1000000), 1, 1, 0, 0 FROM range(48) t(n)`,
    );
    await lander.pruneRequests(NOW_MS);
    expect(await value('SELECT max(record) FROM requests')).toBe('24');
  });

  it('keeps the newest million when there are clearly more', async () => {
    const many = REQUEST_WINDOW.count * REQUEST_WINDOW.slack + 10;
    await connection.run(
      `INSERT INTO requests SELECT uuid(), n, make_timestamp_ns(${NOW_MS}000000 - n), 1, 1, 0, 0 FROM range(${many}) t(n)`,
    );
    await lander.pruneRequests(NOW_MS);
    expect(await value('SELECT count(*) FROM requests')).toBe(String(REQUEST_WINDOW.count));
    expect(await value('SELECT max(record) FROM requests')).toBe(String(REQUEST_WINDOW.count - 1));
  });
});

describe('land', () => {
  it('frees the connection for the next batch when a table does not take its rows', async () => {
    await connection.run('INSERT INTO landed_position VALUES (0, 0)');
    await connection.run('DROP TABLE requests');
    const batch = new Batch(2);
    writeRow(batch.spans, { seq: 1n });
    writeRow(batch.requests, { hash: '1' });
    const parts = batch.tables.map((table) => table.release());
    await expect(lander.land(parts, { record: 1n, rows: 0 })).rejects.toThrow('requests');
    expect(await value('SELECT count(*) FROM hot_spans')).toBe('0');
    await lander.land(
      parts.filter(({ table }) => table === 'spans'),
      { record: 1n, rows: 0 },
    );
    expect(await value('SELECT count(*) FROM hot_spans')).toBe('1');
    expect(await value('SELECT record FROM landed_position')).toBe('1');
  });

  const batchOf = (seq: bigint) => {
    const batch = new Batch(2);
    writeRow(batch.spans, { seq });
    return batch.tables.map((table) => table.release());
  };

  it('leaves nothing of a batch with a row that a constraint refuses, and lands the next', async () => {
    await connection.run('INSERT INTO landed_position VALUES (0, 0)');
    await connection.run('ALTER TABLE hot_spans RENAME TO unbound');
    await connection.run('CREATE TABLE hot_spans AS FROM unbound');
    const columns = await value(
      `SELECT string_agg(column_name || ' ' || data_type, ', ') FROM duckdb_columns() WHERE table_name = 'hot_spans'`,
    );
    await connection.run('DROP TABLE hot_spans');
    await connection.run(`CREATE TABLE hot_spans (${String(columns)}, CHECK (seq <> 13))`);
    const refused = await lander.land(batchOf(13n), { record: 1n, rows: 0 }).then(
      () => undefined,
      (error: unknown) => landingFailure(error),
    );
    expect(refused).toMatchObject({ code: 'STORE_DATA_REFUSED', retryable: false });
    await lander.land(batchOf(14n), { record: 1n, rows: 0 });
    expect(await value('SELECT string_agg(seq) FROM hot_spans')).toBe('14');
  });

  it.each([
    ['leaves no part of a request behind', { record: 2n, rows: 0 }, '0'],
    ['notes a part once', { record: 2n, rows: 5, part: { decoder: 1, firstSeq: 13n } }, '1'],
  ])('%s when its commit failed before and is tried again', async (_case, position, parts) => {
    await connection.run('INSERT INTO landed_position VALUES (0, 0)');
    let failing = false;
    const broken = Object.create(connection, {
      run: {
        value: async (sql: string, ...rest: never[]) => {
          if (sql !== 'COMMIT' || !failing) return connection.run(sql, ...rest);
          failing = false;
          await connection.run('ROLLBACK');
          throw new Error('TransactionContext Error: Failed to commit');
        },
      },
    }) as DuckDBConnection;
    const landings = new Lander(broken, []);
    await landings.land([], { record: 1n, rows: 5, part: { decoder: 1, firstSeq: 7n } });
    failing = true;
    await expect(landings.land([], position)).rejects.toThrow('Failed to commit');
    expect(await value('SELECT first_seq FROM landed_part')).toBe('7');
    await landings.land([], position);
    expect(await value('SELECT count(*) FROM landed_part')).toBe(parts);
  });

  it('takes nothing back while the position stands between two requests', async () => {
    await connection.run('INSERT INTO landed_position VALUES (0, 0)');
    await lander.land(batchOf(13n), { record: 1n, rows: 0 });
    // As a program before this one may have left it.
    await connection.run('INSERT INTO landed_part VALUES (0, 5)');
    for (const view of readSchema().views) await connection.run(view);
    await lander.takeBackPart();
    expect(await value('SELECT string_agg(seq) FROM hot_spans')).toBe('13');
    expect(await value('SELECT count(*) FROM landed_part')).toBe('0');
  });

  it('says that the database must be opened anew when a transaction cannot be rolled back', async () => {
    await connection.run('INSERT INTO landed_position VALUES (0, 0)');
    const broken = Object.create(connection, {
      run: {
        value: (sql: string, ...rest: never[]) =>
          sql === 'ROLLBACK' || sql.startsWith('UPDATE landed_position')
            ? Promise.reject(new Error(`IO Error: no ${sql.split(' ')[0]}`))
            : connection.run(sql, ...rest),
      },
    }) as DuckDBConnection;
    const failure: unknown = await new Lander(broken, [])
      .land([], { record: 1n, rows: 0 })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'STORE_FATAL',
      message: expect.stringContaining('no ROLLBACK'),
      cause: { message: 'IO Error: no UPDATE' },
    });
  });
});
