/** Reads what an intake needs to go on where the last process stopped. */
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { readSqlFile } from '../sql-file.ts';
import { REQUEST_WINDOW } from './land.ts';
import { BIGINT, DuckDBUUIDValue } from './node-api.ts';
import type { EntriesAnswer, ResumeAnswer } from './protocol.ts';

/** On the writing connection, so that nothing lands in between. */
export async function readResume(
  connection: DuckDBConnection,
  nowMs: number,
): Promise<ResumeAnswer> {
  const state = await connection.runAndReadAll(readSqlFile('resume/state.sql'));
  const [record, rows, hashSeed, nextSeq] = state.getRows()[0] ?? [];
  const position = { record: record as bigint, rows: rows as number };
  const part = await connection.runAndReadAll(readSqlFile('resume/part.sql'));
  const [decoder, firstSeq] = part.getRows()[0] ?? [];
  return {
    position:
      decoder === undefined
        ? position
        : { ...position, part: { decoder: decoder as number, firstSeq: firstSeq as bigint } },
    hashSeed: hashSeed as number,
    nextSeq: nextSeq as bigint,
    vocabulary: await readEntries(connection, 'vocabulary'),
    identities: await readEntries(connection, 'identities'),
    resources: await readEntries(connection, 'resources'),
    scopes: await readEntries(connection, 'scopes'),
    metrics: await readEntries(connection, 'metrics'),
    attributeSets: await readEntries(connection, 'attribute_sets'),
    requests: await readRequests(connection, nowMs),
  };
}

/** Column by column, because a row object for each of four million texts would be a gigabyte. */
async function readEntries(connection: DuckDBConnection, table: string): Promise<EntriesAnswer> {
  const hashes: BigUint64Array[] = [];
  const ids: BigUint64Array[] = [];
  const result = await connection.stream(readSqlFile(`resume/${table}.sql`));
  await eachChunk(result, (columns) => {
    hashes.push(BigUint64Array.from(columns[0] as bigint[]));
    ids.push(BigUint64Array.from(columns[1] as bigint[]));
  });
  return { hashes: concat(hashes), ids: concat(ids) };
}

async function readRequests(
  connection: DuckDBConnection,
  nowMs: number,
): Promise<ResumeAnswer['requests']> {
  const since = BigInt(nowMs - REQUEST_WINDOW.durationMs) * 1_000_000n;
  const requests: { hash: string; accepted: number; rejected: number }[] = [];
  const result = await connection.stream(
    readSqlFile('resume/requests.sql'),
    { since, keep: REQUEST_WINDOW.count },
    { since: BIGINT, keep: BIGINT },
  );
  await eachChunk(result, ([hashes = [], accepted = [], rejected = []]) => {
    for (const [i, hash] of hashes.entries())
      if (hash instanceof DuckDBUUIDValue)
        requests.push({
          hash: hash.toString().replaceAll('-', ''),
          accepted: accepted[i] as number,
          rejected: rejected[i] as number,
        });
  });
  return requests;
}

async function eachChunk(
  result: DuckDBResult,
  take: (columns: readonly (readonly unknown[])[]) => void,
): Promise<void> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    take(chunk.getColumns());
  }
}

function concat(parts: readonly BigUint64Array[]): BigUint64Array<ArrayBuffer> {
  const whole = new BigUint64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
