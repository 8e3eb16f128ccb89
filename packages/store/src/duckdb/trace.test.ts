/** One trace by its id is found wherever its spans lie, with all that the view of all spans says of them. */
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Batch } from '../batch.ts';
import { queries } from '../queries.ts';
import { loadStatements, type Statement } from '../statements.ts';
import type { Store } from '../store.ts';
import { readTest } from '../testing/store-fixture.ts';
import { writeRow } from '../testing/write-row.ts';
import { openDuckdb } from './engine.ts';

const DAY_NS = 86_400_000_000_000n;
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const MIDNIGHT_NS = BigInt(Date.UTC(2026, 10, 22)) * 1_000_000n;

/** Traces by what is special of them: ids, and the begin of each span in nanoseconds before the last midnight. */
const TRACES: Readonly<Record<string, readonly [id: string, ...beforeNs: bigint[]]>> = {
  'of the present day': ['a0000000000000000000000000000001', -5n, -7n],
  'of an archived day': ['a0000000000000000000000000000002', 5n * DAY_NS - 9n, 5n * DAY_NS - 8n],
  'over midnight between two archived days': [
    'a0000000000000000000000000000003',
    4n * DAY_NS + 1n,
    4n * DAY_NS,
    4n * DAY_NS - 1n,
  ],
  'partly archived': ['a0000000000000000000000000000004', 6n * DAY_NS, 3n * DAY_NS, -1n],
  'whose id ends like that of another day': ['b0000000000000000000000000000002', 3n * DAY_NS - 1n],
  'whose id begins like that of another, of the present day': [
    'a00000000000000000000000ffffffff',
    -3n,
  ],
  'whose id is half as long': ['0000000000000000b0000000000000a5', 6n * DAY_NS - 1n],
  'from the first and the last moment there is': [
    'c0000000000000000000000000000009',
    MIDNIGHT_NS,
    MIDNIGHT_NS - (2n ** 63n - 2n),
  ],
};

/** What the view says, as text, without the ranges and the look-ups of the question. */
const ORACLE: Statement = {
  name: 'test/oracle',
  params: { traceId: 'text' },
  row: { seq: 'ns', all: 'json' },
  sql: `SELECT seq, to_json([
      a.seq::VARCHAR, a.span_id, a.parent_span_id, a.trace_state, a.name, a.kind, a.service, epoch_ns(a.start_time)::VARCHAR,
      a.duration_ns::VARCHAR, a.status, a.status_message, a.feature, a.attributes_full::VARCHAR, a.events::VARCHAR,
      a.links::VARCHAR, a.original::VARCHAR, a.dropped_attributes::VARCHAR, a.resource::VARCHAR, a.scope::VARCHAR
    ]) AS "all"
    FROM all_spans a WHERE a.trace_id = $traceId ORDER BY a.start_time, a.seq`,
};

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-trace-'));
  const statements = new Map([...loadStatements(queries), [ORACLE.name, ORACLE] as const]);
  store = await openDuckdb({ path: path.join(folder, 'heartwood.duckdb') }, statements);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function createBatch(): Batch {
  const batch = new Batch(64);
  const texts = ['work', 'shop', 'checkout', 'cart "1"', '4.1', 'Timeout'];
  for (const [index, text] of texts.entries())
    writeRow(batch.vocabulary, { id: BigInt(index + 1), hash: BigInt(index + 1), text });
  // The same ids as words, for they are counted apart.
  for (const id of [1n, 2n, 3n]) writeRow(batch.identities, { id, hash: id, text: `actor ${id}` });
  const content = '{"attributes":{"service.name":"shop"}}';
  writeRow(batch.resources, { id: 1, hash: 1n, service_id: 2n, content });
  writeRow(batch.scopes, { id: 1, hash: 1n, content: '{"name":"scope"}' });
  let seq = 0n;
  for (const [id, ...begins] of Object.values(TRACES))
    for (const beforeNs of begins) {
      seq++;
      const start_time = MIDNIGHT_NS - beforeNs;
      writeRow(batch.spans, {
        seq,
        start_time,
        duration_ns: 5n * seq,
        trace_id: id,
        span_id: seq,
        parent_span_id: seq % 2n,
        // Every second span names a resource, words and actors; the others none.
        ...(seq % 2n === 0n && {
          resource_id: 1,
          scope_id: 1,
          name_id: 1n,
          feature_id: 3n,
          category_id: 4n,
          component_id: 4n,
          version_id: 5n,
          error_type_id: 6n,
          session_id: 1n + (seq % 3n),
          user_id: 2n,
          feature_status: 2,
          tier: 3,
        }),
        marks: seq % 2n === 0n ? 0x1ff80 : 0,
        attributes: `{"n":${seq}.0,"text":"\\u00fc \\"quoted\\""}`,
      });
      if (seq % 3n === 0n)
        writeRow(batch.spanExtras, { seq, start_time, status_message: `m ${seq}`, links: '[1]' });
    }
  return batch;
}

const askRange = async (traceId: string): Promise<{ from: bigint; last: bigint }> => {
  const [range] = await store.read('trace/range', { traceId });
  return { from: BigInt(range?.from ?? -1), last: BigInt(range?.last ?? -1) };
};

const ask = async (
  traceId: string,
  range: { from: bigint; last: bigint },
): Promise<Record<string, unknown>[]> => {
  const rows = await store.read('trace/spans', { traceId, ...range, limit: 100 });
  return rows.map((row) => ({ ...row }));
};

test('traces are the same in the database file and in the archive, as the view has them', async () => {
  await store.land(createBatch(), { record: 1n, rows: 0 });
  const hot = new Map<string, unknown>();
  const ranges = new Map<string, { from: bigint; last: bigint }>();
  for (const [name, [id, ...begins]] of Object.entries(TRACES)) {
    const range = await askRange(id);
    const rows = await ask(id, range);
    expect(rows, name).toHaveLength(begins.length);
    hot.set(id, rows);
    ranges.set(id, range);
    await expectAsTheViewSays(id, rows);
  }
  const { archivedRows } = await store.keepUp({
    nowMs: NOW_MS,
    keepDays: 0,
    hotDays: 2,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1, mostRows: 1000 },
  });
  expect(archivedRows).toBeGreaterThan(8);
  for (const [name, [id]] of Object.entries(TRACES)) {
    expect(await ask(id, await askRange(id)), name).toEqual(hot.get(id));
    // Archived between the two questions.
    const before = ranges.get(id) ?? { from: -1n, last: -1n };
    expect(await ask(id, before), name).toEqual(hot.get(id));
  }
});

test('the range of an archived trace is its hours, and there is none of a trace that is not stored', async () => {
  const id = TRACES['of an archived day']?.[0] ?? '';
  const from = MIDNIGHT_NS - 5n * DAY_NS;
  // The other trace with this ending lies two days later.
  expect(await askRange(id)).toEqual({ from, last: from + 2n * DAY_NS + DAY_NS / 24n - 1n });
  expect(await store.read('trace/range', { traceId: 'f'.repeat(32) })).toEqual([
    { from: null, last: null },
  ]);
});

test('an archived trace is read from the file of its day alone', async () => {
  const id = TRACES['over midnight between two archived days']?.[0] ?? '';
  const range = await askRange(id);
  const rows = await ask(id, range);
  expect(rows).toHaveLength(3);
  const archive = path.join(folder, 'heartwood.duckdb.archive', 'spans');
  const [own, others] = [/^2026-11-1[78]/u, /^2026-11-(?:16|19)/u];
  const files = readdirSync(archive);
  expect(files.filter((file) => own.test(file))).toHaveLength(2);
  const moved = files.filter((file) => others.test(file));
  expect(moved).toHaveLength(2);
  for (const file of moved) renameSync(path.join(archive, file), path.join(folder, file));
  try {
    expect(await ask(id, range)).toEqual(rows);
  } finally {
    for (const file of moved) renameSync(path.join(folder, file), path.join(archive, file));
  }
});

test('a question that is given up leaves nothing behind for the next', async () => {
  const id = TRACES['partly archived']?.[0] ?? '';
  const range = { from: 0n, last: MIDNIGHT_NS * 2n };
  const params = { traceId: id, ...range, limit: 100 };
  const before = await ask(id, range);
  for (let round = 0; round < 6; round++) {
    const stop = new AbortController();
    const asked = store.read('trace/spans', params, { signal: stop.signal });
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'STORE_QUERY_CANCELLED' });
    expect(await ask(id, range)).toEqual(before);
  }
  await expect(store.read('trace/spans', { ...params, from: 'x' as never })).rejects.toMatchObject({
    code: 'STORE_PARAMETER_INVALID',
  });
  expect(await ask(id, range)).toEqual(before);
});

test('a trace that retention removes meanwhile is answered whole or is gone', async () => {
  const id = TRACES['of an archived day']?.[0] ?? '';
  const range = await askRange(id);
  const kept = store.keepUp({
    nowMs: NOW_MS,
    keepDays: 3,
    hotDays: 2,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1, mostRows: 1000 },
  });
  const found: number[] = [];
  for (let round = 0; round < 40; round++) found.push((await ask(id, range)).length);
  await kept;
  expect(found.filter((rows) => rows !== 0 && rows !== 2)).toEqual([]);
  expect(await ask(id, range)).toEqual([]);
});

async function expectAsTheViewSays(
  traceId: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  const views = await readTest(store, 'oracle', { traceId });
  expect(views.map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => seq));
  const parse = (text: string | null | undefined): unknown => JSON.parse(text ?? 'null');
  for (const [index, { all }] of views.entries()) {
    const row = rows.at(index) ?? {};
    const [
      seq,
      spanId,
      parent,
      state,
      name,
      kind,
      service,
      start,
      duration,
      status,
      message,
      ...rest
    ] = all as (string | null)[];
    const [feature, attributes, events, links, original, dropped, resource, scope] = rest;
    expect(row).toMatchObject({
      seq,
      spanId,
      parentSpanId: parent,
      traceState: state,
      name,
      kind,
      service,
      startTime: start,
      durationNs: duration,
      status,
      statusMessage: message,
      feature,
      attributes: parse(attributes),
      events: parse(events),
      links: parse(links),
      original: parse(original),
      resource: parse(resource),
      scope: parse(scope),
      droppedAttributes: Number(dropped),
    });
  }
}
