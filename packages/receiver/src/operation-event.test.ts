/** What the receiver tells of operations: of each record that becomes a row, in both encodings, with its process. */
import { parsePlan } from '@heartwood/semconv/plan';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OperationEvent } from './operation-event.ts';
import { isLogKept } from './testing/log-expected.ts';
import {
  logRequestOf,
  type PlainLog,
  type PlainLogRequest,
  toLogJson,
  toLogProtobuf,
} from './testing/log-model.ts';
import { type DecodedLogs, LogTestDecoder } from './testing/log-rows.ts';
import { type Any, type KeyValue, RECEIVED_NS, START_NS } from './testing/model.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 60);

const ID = 'feature.operation.id';
const text = (string: string): Any => ({ string });

/** The same from both encodings, or the test fails. */
function decode(request: PlainLogRequest, skip = 0, batchRows = 64): DecodedLogs {
  const decoded = new LogTestDecoder({}, batchRows).decode(
    'protobuf',
    toLogProtobuf(request),
    skip,
  );
  const json = new LogTestDecoder({}, batchRows).decode('json', toLogJson(request), skip);
  expect(json.operations).toEqual(decoded.operations);
  return decoded;
}

const event = (eventName: string, ...attributes: readonly KeyValue[]): Partial<PlainLog> => ({
  eventName,
  attributes: [[ID, text('op-1')], ...attributes],
});

const told = (...logs: readonly Partial<PlainLog>[]): readonly OperationEvent[] =>
  decode(logRequestOf(...logs)).operations;

const kinds = (events: readonly OperationEvent[]): unknown[] =>
  events.map(({ kind, id }) => [kind, id]);

describe('what is told of a request', () => {
  test('S2-13: an event has the times of its record, what it says of the operation, and its process', () => {
    const request = logRequestOf({
      ...event(
        'feature.operation.progress',
        ['feature.name', text('sync_conversations')],
        ['feature.component', text('sync')],
        ['session.id', text('s-1')],
        ['user.hash', text('u-1')],
        ['error.type', text('TypeError')],
        ['feature.operation.sequence', { int: 4n }],
        ['feature.operation.duration', { double: 2.5 }],
        ['feature.operation.current', { int: 300n }],
        ['feature.operation.total', { double: 700 }],
        ['feature.operation.message', text('batch 3 of 7 “now”')],
      ),
      timeNs: START_NS + 5n,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
    });
    const { operations } = decode(
      request.map((resource) => ({
        ...resource,
        attributes: [
          ['service.name', text('importer')],
          ['service.instance.id', text('i-1')],
          ['host.name', text('a')],
          ['process.pid', { int: 4711n }],
        ],
      })),
    );
    expect(operations).toEqual([
      {
        kind: 'progress',
        id: 'op-1',
        timeNs: START_NS + 5n,
        receivedNs: RECEIVED_NS,
        seq: expect.any(BigInt) as bigint,
        sequence: 4,
        elapsedS: 2.5,
        feature: 'sync_conversations',
        component: 'sync',
        session: 's-1',
        user: 'u-1',
        errorType: 'TypeError',
        traceId: '0af7651916cd43dd8448eb211c80319c',
        service: 'importer',
        instance: 'i-1',
        host: 'a',
        pid: 4711,
        parentId: undefined,
        category: undefined,
        description: undefined,
        message: 'batch 3 of 7 “now”',
        current: 300,
        total: 700,
        unit: undefined,
        fraction: undefined,
        heartbeatS: undefined,
        blockedS: undefined,
        status: undefined,
        reason: undefined,
      },
    ]);
  });

  test('is the six events of operations, and nothing else', () => {
    expect(
      kinds(
        told(
          event('feature.operation.start'),
          event('feature.operation.progress'),
          event('feature.operation.heartbeat'),
          event('feature.paused'),
          event('feature.resumed'),
          event('feature.operation.end'),
          event('feature.feedback'),
          event('upload_started'),
          event(''),
          // Pauses of a session.
          { eventName: 'feature.paused', attributes: [['session.id', text('s-1')]] },
          { eventName: 'feature.operation.start', attributes: [[ID, text('')]] },
          { eventName: 'feature.operation.start', attributes: [[ID, { int: 7n }]] },
        ),
      ),
    ).toEqual(
      ['start', 'progress', 'heartbeat', 'paused', 'resumed', 'end'].map((kind) => [kind, 'op-1']),
    );
  });

  test('is what senders before OTLP 1.5 say, whose events are named by an attribute', () => {
    const named: KeyValue = ['event.name', text('feature.operation.end')];
    expect(kinds(told(event('', named)))).toEqual([['end', 'op-1']]);
    expect(kinds(told(event('upload_started', named)))).toEqual([]);
  });

  test('is the first of values that come twice', () => {
    const [one] = told(
      event(
        'feature.operation.progress',
        [ID, text('op-2')],
        ['feature.operation.current', { int: 1n }],
        ['feature.operation.current', { int: 2n }],
      ),
    );
    expect(one).toMatchObject({ id: 'op-1', current: 1 });
  });

  test('has times that rows can have, and no count that is no number', () => {
    const [one] = told({
      ...event(
        'feature.operation.progress',
        ['feature.operation.current', { double: Number.NaN }],
        ['feature.operation.total', { double: Number.POSITIVE_INFINITY }],
        ['feature.operation.sequence', { int: -1n }],
      ),
      timeNs: 1n,
    });
    expect(one).toMatchObject({
      timeNs: START_NS + 1000n,
      current: undefined,
      total: undefined,
      sequence: undefined,
    });
  });

  test('is not what a record says that is rejected, was stored before, or that the plan keeps out', () => {
    expect(told({ ...event('feature.operation.start'), traceId: 'ff' })).toEqual([]);
    const request = logRequestOf(
      event('feature.operation.start'),
      {},
      event('feature.operation.progress'),
      event('feature.operation.end'),
    );
    expect(kinds(decode(request, 3).operations)).toEqual([['end', 'op-1']]);
    const parsed = parsePlan({
      version: 1,
      enforcement: { violation: 'block' },
      events: {
        'feature.operation.end': {
          schema: {
            type: 'object',
            properties: { 'feature.operation.current': { type: 'number' } },
          },
        },
      },
    });
    const plan = parsed.ok ? parsed.plan : null;
    const broken = logRequestOf(
      event('feature.operation.end', ['feature.operation.current', text('many')]),
      event('feature.operation.end', ['feature.operation.current', { int: 1n }]),
    );
    const { operations, rejected } = new LogTestDecoder({}, 64, plan).decode(
      'protobuf',
      toLogProtobuf(broken),
    );
    expect(rejected).toBe(1);
    expect(operations).toMatchObject([{ current: 1 }]);
  });
});

/** Values of all types, more often than not one that makes sense. */
const anyValue: fc.Arbitrary<Any> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }).map(text) },
  { weight: 3, arbitrary: fc.bigInt({ min: -3n, max: 2n ** 40n }).map((int) => ({ int })) },
  { weight: 3, arbitrary: fc.double().map((double) => ({ double })) },
  { weight: 1, arbitrary: fc.boolean().map((bool) => ({ bool })) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const ATTRIBUTES = [
  ID,
  'feature.name',
  'feature.component',
  'session.id',
  'user.id',
  'user.hash',
  'feature.operation.sequence',
  'feature.operation.duration',
  'feature.operation.message',
  'feature.operation.current',
  'feature.operation.total',
  'feature.progress',
  'event.name',
  'other',
];

const listOf = (keys: readonly string[]): fc.Arbitrary<KeyValue[]> =>
  fc.array(fc.tuple(fc.constantFrom(...keys), anyValue), { maxLength: 8 });

const anyLog: fc.Arbitrary<Partial<PlainLog>> = fc.record({
  eventName: fc.constantFrom(
    'feature.operation.start',
    'feature.operation.progress',
    'feature.paused',
    'feature.feedback',
    '',
  ),
  attributes: fc
    .tuple(fc.option(fc.string({ maxLength: 6 }).map(text)), listOf(ATTRIBUTES))
    .map(([id, list]): KeyValue[] => (id === null ? list : [[ID, id], ...list])),
  traceId: fc.constantFrom('', '0af7651916cd43dd8448eb211c80319c', 'ff'),
});

const anyRequest: fc.Arbitrary<PlainLogRequest> = fc
  .array(
    fc
      .tuple(
        listOf(['service.name', 'service.instance.id', 'host.name', 'process.pid', 'other']),
        fc.array(anyLog, { maxLength: 6 }),
      )
      .map(([attributes, logs]) =>
        logRequestOf(...logs).map((resource) => ({ ...resource, attributes })),
      ),
    { maxLength: 4 },
  )
  .map((resources) => resources.flat());

const KINDS: ReadonlyMap<string, string> = new Map([
  ['feature.operation.start', 'start'],
  ['feature.operation.progress', 'progress'],
  ['feature.paused', 'paused'],
]);

/** The first value of a key, when it is of this type. */
function firstOf(list: readonly KeyValue[], key: string): Any {
  return list.find(([name]) => name === key)?.[1] ?? null;
}
const textOf = (list: readonly KeyValue[], key: string): string | undefined => {
  const value = firstOf(list, key);
  return value !== null && 'string' in value && value.string !== '' ? value.string : undefined;
};
const numberOf = (list: readonly KeyValue[], key: string): number | undefined => {
  const value = firstOf(list, key);
  if (value === null || !('int' in value || 'double' in value)) return undefined;
  const number = 'int' in value ? Number(value.int) : value.double;
  return number >= 0 && number < Infinity ? number : undefined;
};

/** What is to be told, worked out from the plain request, with the place of each row. */
function expected(request: PlainLogRequest): unknown[] {
  const rows = request.flatMap(({ attributes, scopes }) =>
    scopes.flatMap(({ logs }) => logs.filter(isLogKept).map((log) => ({ log, attributes }))),
  );
  return rows.flatMap(({ log, attributes: resource }, row) => {
    const { attributes, eventName, traceId, timeNs } = log;
    const kind = KINDS.get(eventName === '' ? (textOf(attributes, 'event.name') ?? '') : eventName);
    const id = textOf(attributes, ID);
    if (kind === undefined || id === undefined) return [];
    const sequence = numberOf(attributes, 'feature.operation.sequence');
    const fraction = numberOf(attributes, 'feature.progress');
    const pid = firstOf(resource, 'process.pid');
    return {
      row,
      kind,
      id,
      timeNs,
      traceId: traceId === '' ? undefined : traceId,
      feature: textOf(attributes, 'feature.name') ?? '',
      component: textOf(attributes, 'feature.component'),
      session: textOf(attributes, 'session.id'),
      user: textOf(attributes, 'user.hash') ?? textOf(attributes, 'user.id'),
      sequence: Number.isSafeInteger(sequence) ? sequence : undefined,
      elapsedS: numberOf(attributes, 'feature.operation.duration'),
      message: textOf(attributes, 'feature.operation.message'),
      current: numberOf(attributes, 'feature.operation.current'),
      total: numberOf(attributes, 'feature.operation.total'),
      fraction: fraction !== undefined && fraction <= 1 ? fraction : undefined,
      service: textOf(resource, 'service.name') ?? '',
      instance: textOf(resource, 'service.instance.id'),
      host: textOf(resource, 'host.name'),
      pid:
        pid !== null && 'int' in pid && pid.int >= 0n && pid.int < 2n ** 31n
          ? Number(pid.int)
          : undefined,
    };
  });
}

test('random requests tell what the contract says, whatever was decoded before and however small the batches', () => {
  fc.assert(
    fc.property(
      fc.array(anyRequest, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('protobuf', 'json'),
      fc.constantFrom(2, 64),
      (requests, encoding, batchRows) => {
        const decoder = new LogTestDecoder({}, batchRows);
        let next = 1n;
        for (const request of requests) {
          const body = encoding === 'json' ? toLogJson(request) : toLogProtobuf(request);
          const { logs, operations } = decoder.decode(encoding, body);
          const rows = operations.map(({ seq, ...facts }) => ({
            ...facts,
            row: Number(seq - next),
          }));
          expect(rows).toMatchObject(expected(request));
          next += BigInt(logs.length);
        }
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
});
