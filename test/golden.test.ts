/** Every pair of shapes, sent over every transport and read back from the database: equal to the last nanosecond. */
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { LOGS, METRICS, TRACES } from '../packages/receiver/src/signal.ts';
import { logRequestType } from '../packages/receiver/src/testing/log-schema.ts';
import { metricRequestType } from '../packages/receiver/src/testing/metric-schema.ts';
import { otlpSchema } from '../packages/receiver/src/testing/otlp-schema.ts';
import { logExport, READ_LOGS, readLog, storedLogs } from './golden/logs.ts';
import { metricExport, READ_METRICS, readMetric, storedMetrics } from './golden/metrics.ts';
import { type Message, toProtobuf } from './golden/otlp-json.ts';
import { READ_TRACES, readTrace, storedTraces, traceExport } from './golden/traces.ts';
import { TRANSPORTS } from './golden/transports.ts';
import { startServer, withDataDir } from './system/server-process.ts';

const SIGNALS = [
  {
    signal: TRACES,
    type: otlpSchema().request,
    message: traceExport,
    sql: READ_TRACES,
    read: readTrace,
    stored: storedTraces,
  },
  {
    signal: LOGS,
    type: logRequestType(),
    message: logExport,
    sql: READ_LOGS,
    read: readLog,
    stored: storedLogs,
  },
  {
    signal: METRICS,
    type: metricRequestType(),
    message: metricExport,
    sql: READ_METRICS,
    read: readMetric,
    stored: storedMetrics,
  },
];

/** Sends everything over every transport, stops the server, and reads the rows of each from the database. */
async function readBack(
  given: (typeof SIGNALS)[number],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  return withDataDir(async (dataDir) => {
    const server = await startServer({ dataDir });
    try {
      for (const { name, send } of TRANSPORTS) {
        const message: Message = given.message(name);
        const answer = await send(server, {
          path: given.signal.path,
          grpcPath: given.signal.grpcPath,
          protobuf: toProtobuf(given.type, message),
          json: Buffer.from(JSON.stringify(message)),
        });
        // An answer without a partial success: zero bytes in protobuf, an empty object in JSON.
        expect([name, answer.toString()]).toEqual([name, name.includes('json') ? '{}' : '']);
      }
      expect((await server.end('SIGTERM')).code).toBe(0);
    } finally {
      await server.end('SIGKILL');
    }
    const database = await DuckDBInstance.create(path.join(dataDir, 'heartwood.duckdb'));
    const connection = await database.connect();
    try {
      const found = new Map<string, readonly unknown[]>();
      for (const { name } of TRANSPORTS) {
        const rows = await connection.runAndReadAll(given.sql, { label: name });
        found.set(name, rows.getRowObjectsJson().map(given.read));
      }
      return found;
    } finally {
      connection.disconnectSync();
      database.closeSync();
    }
  });
}

describe.each(SIGNALS)('$signal.name', (given) => {
  test('come back as they were sent, whatever the way', async () => {
    const found = await readBack(given);
    expect(found.size).toBe(TRANSPORTS.length);
    for (const [name, rows] of found) {
      const stored = given.stored(name);
      expect(stored.length).toBeGreaterThan(20);
      expect([name, rows.length]).toEqual([name, stored.length]);
      for (const [n, row] of rows.entries()) expect([name, n, row]).toEqual([name, n, stored[n]]);
    }
  }, 60_000);
});
