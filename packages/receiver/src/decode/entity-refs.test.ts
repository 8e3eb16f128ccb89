import { expect, test } from 'vitest';
import { ENCODING, TRACES } from '../signal.ts';
import { dump } from '../testing/dump.ts';
import { field, SPAN_ID, tag, TRACE_ID, varint } from '../testing/wire.ts';

const SPAN = field(2, field(2, TRACE_ID, SPAN_ID));
const IDS = '"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"a1a2a3a4a5a6a7a8"';

const inProtobuf = (...resource: Buffer[]): unknown =>
  dump(TRACES, ENCODING.PROTOBUF, field(1, field(1, ...resource), SPAN)).tables['spans']?.[0]?.[
    'resource_id'
  ];
const inJson = (resource: string): unknown =>
  dump(
    TRACES,
    ENCODING.JSON,
    Buffer.from(`{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"spans":[{${IDS}}]}]}]}`),
  ).tables['spans']?.[0]?.['resource_id'];

test('references to entities are kept with the resource, the same from both encodings', () => {
  const expected =
    '{"attributes":{"a":"1"},"entityRefs":[{"schemaUrl":"u","type":"host","idKeys":["a","b\\n"],"descriptionKeys":["c"]},{"type":"é"},{}],"droppedAttributes":2}';
  expect(
    inProtobuf(
      field(
        3,
        field(3, 'a'),
        field(2, 'none'),
        field(4, 'c'),
        field(3, 'b\n'),
        field(1, 'u'),
        field(2, 'host'),
      ),
      field(1, field(1, 'a'), field(2, field(1, '1'))),
      field(3, field(2, 'é'), field(9, 'unknown')),
      field(3),
      tag(2, 0),
      varint(2),
    ),
  ).toBe(expected);
  expect(
    inJson(
      '{"entityRefs":[{"idKeys":["a","b\\n"],"x":[1],"type":"host","descriptionKeys":["c"],"schemaUrl":"u"},{"type":"\\u00e9","idKeys":[],"schemaUrl":null},null],"attributes":[{"key":"a","value":{"stringValue":"1"}}],"droppedAttributesCount":2}',
    ),
  ).toBe(expected);
});

test.each([
  ['an empty list', '{"entityRefs":[]}'],
  ['null', '{"entityRefs":null}'],
])('%s leaves nothing', (_, resource) => {
  expect(inJson(resource)).toBe('{}');
});

test('a reference that is cut off or of another wire type fails the request', () => {
  expect(() => inProtobuf(field(3, tag(3, 2), varint(9)))).toThrow('protobuf');
  expect(() => inProtobuf(field(3, tag(2, 0), varint(9)))).toThrow('protobuf');
  expect(() => inProtobuf(tag(3, 0), varint(1))).toThrow('protobuf');
  expect(() => inJson('{"entityRefs":[{"idKeys":[5]}]}')).toThrow('JSON');
});
