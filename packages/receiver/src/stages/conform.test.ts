/** Events beside a tracking plan, in both encodings: what is stored, marked, left out, rejected and counted. */
import type { TrackingPlan } from '@heartwood/semconv';
import { parsePlan } from '@heartwood/semconv/plan';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logRequests } from '../testing/log-arbitrary.ts';
import { logRequestOf, type PlainLog, toLogJson, toLogProtobuf } from '../testing/log-model.ts';
import { type DecodedLogs, LogTestDecoder } from '../testing/log-rows.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 40);

const EVENTS = {
  upload_started: {
    schemaVersion: '1-1-0',
    pii: { email: 'redact' },
    schema: {
      type: 'object',
      required: ['file_type', 'file_size'],
      additionalProperties: false,
      properties: {
        file_type: { type: 'string', enum: ['pdf', 'png'] },
        file_size: { type: 'integer', minimum: 0 },
        email: { type: 'string', pattern: '^[^@]+@example[.]com$' },
        owner: { type: 'object', properties: { id: { type: 'integer' } } },
        ratio: { type: 'number' },
        'session.id': { type: 'string' },
      },
    },
  },
};

function planOf(enforcement: Record<string, string>, events: object = EVENTS): TrackingPlan {
  const parsed = parsePlan({ version: 1, enforcement, events });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

/** The same from both encodings, or the test fails. */
function decode(
  plan: TrackingPlan | null,
  logs: readonly Partial<PlainLog>[],
  skip = 0,
  batchRows = 64,
): DecodedLogs {
  const request = logRequestOf(...logs);
  const decoded = new LogTestDecoder({}, batchRows, plan).decode(
    'protobuf',
    toLogProtobuf(request),
    skip,
  );
  const json = new LogTestDecoder({}, batchRows, plan).decode(
    'json',
    Buffer.from(toLogJson(request)),
    skip,
  );
  expect(json).toEqual(decoded);
  return decoded;
}

const FITTING: PlainLog['attributes'] = [
  ['file_type', { string: 'pdf' }],
  ['file_size', { int: 3n }],
];
const event = (eventName: string, attributes: PlainLog['attributes']): Partial<PlainLog> => ({
  eventName,
  attributes,
});
const seen = ({ violations }: DecodedLogs): unknown[] =>
  violations.map(({ event: name, type, path, records, blocked }) => [
    name,
    type,
    path,
    records,
    blocked,
  ]);

test('an event that keeps to the plan is stored as it would be without one', () => {
  const attributes: PlainLog['attributes'] = [
    ...FITTING,
    ['session.id', { string: 's1' }],
    ['feature.name', { string: 'upload' }],
    ['owner', { string: '{"id":7}' }],
    ['ratio', { double: 2 }],
    ['event.schema_version', { string: '1-1-0' }],
  ];
  const planned = decode(planOf({ violation: 'block', unplannedProperty: 'block' }), [
    event('upload_started', attributes),
  ]);
  const free = decode(null, [event('upload_started', attributes)]);
  expect(planned).toEqual(free);
  expect(planned.violations).toEqual([]);
});

test('an event that breaks the plan is stored, marked and counted by default', () => {
  const decoded = decode(planOf({}), [
    event('upload_started', [['file_type', { string: 'exe' }]]),
    event('upload_started', [['file_size', { string: '3' }]]),
    event('upload_started', FITTING),
    event('', [['file_size', { string: '3' }]]),
  ]);
  expect(decoded.logs.map(({ markNames }) => markNames.includes('PLAN_INVALID'))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(decoded.rejected).toBe(0);
  expect(seen(decoded)).toEqual([
    ['upload_started', 1, 'file_size', 1, 0],
    ['upload_started', 4, 'file_type', 1, 0],
    ['upload_started', 1, 'file_type', 1, 0],
    ['upload_started', 2, 'file_size', 1, 0],
  ]);
  expect(decoded.violations[0]).toMatchObject({ schema_version: '1-1-0', merged: 0 });
});

test.each([
  ['allow', false, 0],
  ['warn', false, 1],
  ['tag', true, 1],
] as const)('mode %s marks %s and counts %i', (mode, isMarked, counted) => {
  const decoded = decode(planOf({ violation: mode }), [
    event('upload_started', [['file_type', { string: 'pdf' }]]),
  ]);
  expect(decoded.logs.map(({ markNames }) => markNames.includes('PLAN_INVALID'))).toEqual([
    isMarked,
  ]);
  expect(decoded.violations).toHaveLength(counted);
});

test('mode block rejects the record, says why without any value, and leaves its neighbours', () => {
  const decoded = decode(planOf({ violation: 'block', unplannedEvent: 'block' }), [
    event('upload_started', FITTING),
    event('upload_started', [...FITTING, ['email', { string: 'secret@evil.example' }]]),
    event('no_such_event', [['password', { string: 'hunter2' }]]),
    event('', [['password', { string: 'hunter2' }]]),
    event('session.start', []),
    event('feature.feedback', []),
  ]);
  expect(decoded.logs).toHaveLength(4);
  expect([decoded.records, decoded.rejected]).toEqual([6, 2]);
  expect(decoded.rejections).toEqual({ plan: 2 });
  expect(decoded.problem).toMatch(
    /^log record 1: the tracking plan does not let in the event "upload_started": .*email/u,
  );
  expect(decoded.problem).not.toMatch(/secret|evil/u);
  expect(seen(decoded)).toEqual([
    ['upload_started', 4, 'email', 1, 1],
    ['no_such_event', 0, '', 1, 1],
  ]);
  expect(decoded.violations.map(({ sample_seq: seq }) => seq)).toEqual([0n, 0n]);
});

test('mode omit leaves out what is not planned, whatever it is, and counts it as dropped', () => {
  const odd: PlainLog['attributes'] = [
    ['a "b", {"c":[', { map: [['x', { array: [{ string: ',"}' }, { int: 1n }] }]] }],
    ['file_type', { string: 'pdf' }],
    ['note', { string: ',"file_size":9' }],
    ['file_size', { int: 3n }],
    ['last', null],
  ];
  const decoded = decode(planOf({ unplannedProperty: 'omit' }), [event('upload_started', odd)]);
  expect(decoded.logs).toMatchObject([
    { attributes: '{"file_type":"pdf","file_size":3}', droppedAttributes: 3, markNames: [] },
  ]);
  expect(seen(decoded).map((row) => (row as unknown[])[1])).toEqual([3, 3, 3]);
});

test('an attribute with a column of its own is a property where the plan names it', () => {
  const plan = planOf(
    { violation: 'block' },
    {
      a_b_done: { required_properties: ['session.id'], property_types: { 'session.id': 'string' } },
    },
  );
  const given = decode(plan, [event('a_b_done', [['session.id', { string: 's1' }]])]);
  expect([given.rejected, given.violations.length]).toEqual([0, 0]);
  expect(decode(plan, [event('a_b_done', [])]).rejected).toBe(1);
});

test('of a key that comes twice the first value is checked', () => {
  const twice = (first: string, second: string): Partial<PlainLog> =>
    event('upload_started', [
      ['file_type', { string: first }],
      ['file_size', { int: 3n }],
      ['file_type', { string: second }],
    ]);
  const plan = planOf({ violation: 'block' });
  expect(decode(plan, [twice('pdf', 'exe')]).rejected).toBe(0);
  expect(decode(plan, [twice('exe', 'pdf')]).rejected).toBe(1);
});

test('records that had landed before are rejected again, and counted as violations by nobody', () => {
  const bad = event('upload_started', []);
  const plan = planOf({ violation: 'block' });
  const whole = decode(plan, [bad, event('upload_started', FITTING), bad]);
  const rest = decode(plan, [bad, event('upload_started', FITTING), bad], 1);
  expect([rest.records, rest.rejected, rest.logs.length]).toEqual([3, 2, 1]);
  expect(seen(whole)).toEqual([
    ['upload_started', 1, 'file_type', 2, 2],
    ['upload_started', 1, 'file_size', 2, 2],
  ]);
  expect(seen(rest)).toEqual([
    ['upload_started', 1, 'file_type', 1, 1],
    ['upload_started', 1, 'file_size', 1, 1],
  ]);
});

test('a request that fills batches leaves its violations in the batches of their records', () => {
  const bad = event('upload_started', FITTING.slice(0, 1));
  const decoded = decode(planOf({}), [bad, bad, bad, bad, bad], 0, 2);
  expect(seen(decoded)).toEqual([
    ['upload_started', 1, 'file_size', 2, 0],
    ['upload_started', 1, 'file_size', 2, 0],
    ['upload_started', 1, 'file_size', 1, 0],
  ]);
  expect(decoded.violations.map(({ sample_seq: seq }) => seq)).toEqual([1n, 3n, 5n]);
});

const CLOSED = {
  type: 'object',
  additionalProperties: false,
  properties: { x: { type: 'string' } },
};

test('mode omit leaves out all that is not planned, however much it is', () => {
  const spare: PlainLog['attributes'] = Array.from({ length: 60 }, (_, i) => [
    `secret${i}`,
    { string: 'v' },
  ]);
  const plan = planOf({ unplannedProperty: 'omit' }, { many_props: { schema: CLOSED } });
  const decoded = decode(plan, [event('many_props', [...spare, ['x', { string: 'a' }]])]);
  expect(decoded.logs).toMatchObject([{ attributes: '{"x":"a"}', droppedAttributes: 60 }]);
});

test('of several violations that which blocks is the reason, and is the only one that counts as blocking', () => {
  const plan = planOf(
    { violation: 'block' },
    {
      form_saved: {
        enforcement: { required_missing: 'warn' },
        schema: { type: 'object', required: ['must'], properties: { n: { type: 'number' } } },
      },
    },
  );
  const decoded = decode(plan, [event('form_saved', [['n', { string: 'x' }]])]);
  expect(decoded.problem).toMatch(/Invalid type for property 'n'/u);
  expect(seen(decoded)).toEqual([
    ['form_saved', 1, 'must', 1, 0],
    ['form_saved', 2, 'n', 1, 1],
  ]);
  expect(decoded.violations.map(({ sample_seq: seq }) => seq)).toEqual([0n, 0n]);
});

test('attributes with a column of their own are parts of an object that the plan has, in the version that is named', () => {
  const object = (name: string): object => ({
    type: 'object',
    required: [name],
    properties: {
      [name]: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
    },
  });
  const plan = planOf(
    { violation: 'block' },
    {
      thing_seen: {
        schemaVersion: '2-0-0',
        schema: { $defs: { all: object('user') }, $ref: '#/$defs/all', type: 'object' },
        earlier: { '1-0-0': object('session') },
      },
    },
  );
  const user = event('thing_seen', [['user.id', { string: 'ann' }]]);
  const session = (version: string): Partial<PlainLog> =>
    event('thing_seen', [
      ['session.id', { string: 's1' }],
      ['event.schema_version', { string: version }],
    ]);
  expect(decode(plan, [user, session('1-0-0'), session('2-0-0')]).rejections).toEqual({ plan: 1 });
});

test('bytes are a text to the plan, as they are to a draft of one', () => {
  const plan = planOf({ violation: 'block' }, { many_props: { schema: CLOSED } });
  const decoded = decode(plan, [event('many_props', [['x', { bytes: Buffer.from('hello') }]])]);
  expect([decoded.rejected, decoded.violations]).toEqual([0, []]);
});

test('made-up names beyond a thousand are one row, beside which planned events keep theirs', () => {
  const plan = planOf({ unplannedEvent: 'block' });
  const decoded = decode(plan, [
    ...Array.from({ length: 1500 }, (_, i) => event(`made_up_${i}`, [])),
    event('upload_started', FITTING.slice(0, 1)),
  ]);
  expect(decoded.violations).toHaveLength(1002);
  expect(seen(decoded).slice(-2)).toEqual([
    ['(other events)', 0, '', 500, 500],
    ['upload_started', 1, '', 1, 0],
  ]);
});

test('events that come when the request has used up its steps are kept as they are, and counted as not checked', () => {
  // Its text is put in order before it is compared: half a step a character, of the 5 million of a request.
  const long = { a: 'x'.repeat(60_000) };
  const heavy = {
    type: 'object',
    required: ['v'],
    properties: { v: { type: 'object', enum: [long] } },
  };
  const plan = planOf(
    { violation: 'block', unplannedEvent: 'block', unplannedProperty: 'omit' },
    { heavy_sent: { schema: heavy }, light_sent: { schema: CLOSED } },
  );
  const value = JSON.stringify(long);
  const decoded = decode(plan, [
    ...Array.from({ length: 180 }, () => event('heavy_sent', [['v', { string: value }]])),
    event('light_sent', [
      ['x', { int: 7n }],
      ['y', { int: 8n }],
    ]),
    event('made_up', []),
  ]);
  const unchecked = seen(decoded).filter((row) => (row as unknown[])[1] === 6);
  expect(unchecked).toHaveLength(2);
  expect(unchecked.at(-1)).toEqual(['light_sent', 6, '', 1, 0]);
  expect(decoded.rejections).toEqual({ plan: 1 });
  expect(decoded.logs.at(-1)).toMatchObject({ attributes: '{"x":7}', markNames: [] });
});

test('whatever is sent, a plan that keeps nothing out changes no row but for the mark', () => {
  const plan = planOf({ unplannedEvent: 'tag', unplannedProperty: 'warn', violation: 'tag' });
  fc.assert(
    fc.property(logRequests, (request) => {
      const body = toLogProtobuf(request);
      const free = new LogTestDecoder({}, 3).decode('protobuf', body);
      const planned = new LogTestDecoder({}, 3, plan).decode('protobuf', body);
      const unmarked = planned.logs.map((log) => ({
        ...log,
        markNames: log.markNames.filter((name) => name !== 'PLAN_INVALID'),
      }));
      expect(unmarked).toEqual(free.logs);
      expect([planned.records, planned.rejected]).toEqual([free.records, free.rejected]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('with a plan that blocks, every event is a row or rejected', () => {
  const plan = planOf({ unplannedEvent: 'block' });
  fc.assert(
    fc.property(logRequests, (request) => {
      const body = toLogProtobuf(request);
      const decoded = new LogTestDecoder({}, 3, plan).decode('protobuf', body);
      expect(decoded.logs.length + decoded.rejected).toBe(decoded.records);
      const names = decoded.logs.map(({ eventName }) => String(eventName));
      expect(names.filter((name) => name !== '' && !/^(?:feature|session)\./u.test(name))).toEqual(
        [],
      );
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
