import type { Store } from '@heartwood/store';
import { Batch, MARK } from '@heartwood/store/batch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeRow } from '../../store/src/testing/write-row.ts';
import { readLogs } from './log.ts';
import { readLogRecord } from './log-record.ts';
import type { LogFilter } from './log-filter.ts';
import { openTestStore } from './testing/world.ts';
import { parseWindow } from './window.ts';

const TIME_NS = 1_790_000_000_000_000_000n;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const WINDOW = parseWindow({ from: '2026-01-01', to: '2027-01-01' }, Date.UTC(2026, 11, 1), 'UTC');
let store: Store;

beforeAll(async () => {
  store = await openTestStore();
  const batch = new Batch(8);
  for (const [index, text] of ['shop', 'search', 'session.start', 'WARN'].entries())
    writeRow(batch.vocabulary, { id: BigInt(index + 1), hash: BigInt(index), text });
  for (const id of [1, 2])
    writeRow(batch.resources, {
      id,
      hash: BigInt(id),
      service_id: BigInt(id),
      content: '{"attributes":{"host.name":"a"},"schemaUrl":"https://s"}',
    });
  writeRow(batch.scopes, { id: 1, hash: 1n, content: '{"name":"lib","version":"2"}' });
  const log = {
    resource_id: 1,
    scope_id: 1,
    observed_time: TIME_NS + 5n,
    received_time: TIME_NS + 9n,
    attributes: '{}',
  };
  writeRow(batch.logs, {
    ...log,
    seq: 1n,
    time: TIME_NS,
    severity_number: 9,
    body: 'Order 17 was PAID',
  });
  writeRow(batch.logs, {
    ...log,
    seq: 2n,
    time: TIME_NS + 1n,
    trace_id: TRACE,
    span_id: 255n,
    severity_number: 13,
    severity_text_id: 4n,
    body: '{"big":9223372036854775807}',
    marks: MARK.JSON_BODY | MARK.NO_OBSERVED_TIME,
    attributes: '{"n":9007199254740993,"x":1.0}',
  });
  writeRow(batch.logs, {
    ...log,
    seq: 3n,
    time: TIME_NS + 2n,
    resource_id: 2,
    event_name_id: 3n,
    body: 'null',
    marks: MARK.JSON_BODY,
  });
  await store.land(batch, { record: 1n, rows: 0 });
});
afterAll(async () => {
  await store.close();
});

const seqs = async (filter: LogFilter): Promise<string[]> =>
  (await readLogs(store, WINDOW, filter, { limit: 10 })).rows.map(({ seq }) => seq);

test('S4-50: log records come newest first, with all that is stored of them', async () => {
  const { rows, nextCursor } = await readLogs(store, WINDOW, {}, { limit: 10 });
  expect(nextCursor).toBeNull();
  expect(rows).toMatchObject([
    {
      seq: '3',
      service: 'search',
      event: 'session.start',
      body: null,
      isJsonBody: false,
      severity: null,
    },
    {
      seq: '2',
      time: '2026-09-21T14:13:20.000000001Z',
      timeNs: '1790000000000000001',
      observedTime: '2026-09-21T14:13:20.000000005Z',
      traceId: TRACE,
      spanId: '00000000000000ff',
      service: 'shop',
      component: 'shop',
      severity: 'warn',
      severityNumber: 13,
      severityText: 'WARN',
      body: '{"big":9223372036854775807}',
      isJsonBody: true,
      attributes: { n: '9007199254740993', x: 1 },
      marks: ['no_observed_time'],
      resource: { attributes: { 'host.name': 'a' }, droppedAttributes: 0, schemaUrl: 'https://s' },
      scope: { name: 'lib', version: '2', attributes: {}, schemaUrl: null },
      original: null,
    },
    { seq: '1', body: 'Order 17 was PAID', isJsonBody: false, traceId: null, spanId: null },
  ]);
});

test('S4-51: pages follow each other without gap or overlap', async () => {
  const first = await readLogs(store, WINDOW, {}, { limit: 2 });
  expect([first.rows.map(({ seq }) => seq), first.nextCursor]).toEqual([
    ['3', '2'],
    '1790000000000000001-2',
  ]);
  const second = await readLogs(
    store,
    WINDOW,
    {},
    {
      limit: 2,
      cursor: '1790000000000000001-2',
    },
  );
  expect([second.rows.map(({ seq }) => seq), second.nextCursor]).toEqual([['1'], null]);
});

describe('log records are narrowed by', () => {
  test.each<[string, LogFilter, string[]]>([
    ['their service', { service: 'search' }, ['3']],
    ['their severity', { minSeverity: 'info' }, ['2', '1']],
    ['a higher severity', { minSeverity: 'warn' }, ['2']],
    ['their trace', { traceId: TRACE.toUpperCase() }, ['2']],
    ['a text of their body, whatever its letter case', { text: 'was paid' }, ['1']],
    [
      'a pattern of their body or of the name of their event',
      { filter: 'PAID|session[.]st' },
      ['3', '1'],
    ],
    ['a pattern that neither has', { notPattern: 'PAID|session[.]st' }, ['2']],
    ['a text that a pattern could mean', { text: '%' }, []],
    ['all of these together', { service: 'shop', minSeverity: 'trace', text: 'order' }, ['1']],
  ])('%s', async (_case, filter, expected) => {
    expect(await seqs(filter)).toEqual(expected);
  });

  test('a range of time, whose end is outside', async () => {
    const window = parseWindow(
      { from: '2026-09-21T14:13:20Z', to: '2026-09-21T14:13:21Z' },
      Date.UTC(2026, 11, 1),
      'UTC',
    );
    expect((await readLogs(store, window, {}, { limit: 10 })).rows).toHaveLength(3);
    const later = parseWindow({ from: '2026-09-21T14:13:21Z' }, Date.UTC(2026, 11, 1), 'UTC');
    expect((await readLogs(store, later, {}, { limit: 10 })).rows).toEqual([]);
  });
});

test('a service that never sent anything is an error, one without such records is not', async () => {
  await expect(readLogs(store, WINDOW, { service: 'shpo' }, { limit: 10 })).rejects.toMatchObject({
    code: 'SERVICE_UNKNOWN',
    suggestions: ['shop'],
  });
  expect(await seqs({ service: 'shop', text: 'nothing like it' })).toEqual([]);
});

describe('one record by its number', () => {
  test('is what the list says of it, and when it was received', async () => {
    const { rows } = await readLogs(store, WINDOW, {}, { limit: 10 });
    for (const row of rows)
      expect(await readLogRecord(store, row.seq)).toEqual({
        ...row,
        receivedTime: '2026-09-21T14:13:20.000000009Z',
      });
  });

  test.each(['0', '4', '999999999999999999'])('that is none is an error: %s', async (seq) => {
    await expect(readLogRecord(store, seq)).rejects.toMatchObject({
      code: 'LOG_UNKNOWN',
      status: 404,
      parameter: 'seq',
    });
  });
});
