/** OTLP/JSON as plain objects: attribute values to choose from, the protobuf form of a message, and what is read back. */
import type protobuf from 'protobufjs';

export type AnyValue = Readonly<Record<string, unknown>>;
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}
export type Message = Readonly<Record<string, unknown>>;

const text = (key: string, stringValue: string): KeyValue => ({ key, value: { stringValue } });
const int = (key: string, intValue: string): KeyValue => ({ key, value: { intValue } });

/** Attribute lists: none, one of each kind, the shapes of common instrumentations, extremes, and as many as SDKs allow. */
export const ATTRIBUTE_LISTS: readonly (readonly KeyValue[])[] = [
  [],
  [text('empty.text', '')],
  [{ key: 'nothing', value: {} }],
  [text('word', 'żółć 東京 🎉 "quoted" \\ back \u0001 control')],
  [int('least', '-9223372036854775808'), int('most', '9223372036854775807'), int('zero', '0')],
  [int('beyond.double', '9007199254740993')],
  [0.1, -0, 5e-324, 1.7976931348623157e308, 3].map((doubleValue, n) => ({
    key: `double.${n}`,
    value: { doubleValue: Object.is(doubleValue, -0) ? '-0' : doubleValue },
  })),
  ['NaN', 'Infinity', '-Infinity'].map((doubleValue) => ({
    key: `double.${doubleValue}`,
    value: { doubleValue },
  })),
  [
    { key: 'yes', value: { boolValue: true } },
    { key: 'no', value: { boolValue: false } },
  ],
  [{ key: 'bytes', value: { bytesValue: Buffer.from([0, 1, 127, 128, 255]).toString('base64') } }],
  [
    {
      key: 'list',
      value: {
        arrayValue: { values: [{ stringValue: 'a' }, { intValue: '2' }, { boolValue: false }, {}] },
      },
    },
    { key: 'empty.list', value: { arrayValue: { values: [] } } },
  ],
  [
    {
      key: 'map',
      value: {
        kvlistValue: {
          values: [
            text('inner', 'x'),
            {
              key: 'deeper',
              value: { kvlistValue: { values: [{ key: '$d', value: { doubleValue: 1.5 } }] } },
            },
          ],
        },
      },
    },
  ],
  [
    text('http.request.method', 'GET'),
    text('http.route', '/orders/:id'),
    int('http.response.status_code', '200'),
    text('url.path', '/orders/17'),
    text('user_agent.original', 'Mozilla/5.0'),
  ],
  [
    text('feature.name', 'checkout'),
    text('feature.category', 'web_interface'),
    text('feature.status', 'success'),
    text('feature.version', '2.1'),
    text('session.id', 'session-17'),
    text('user.hash', '5d41402abc4b2a76b9719d911017c592'),
    int('feature.iterations', '3'),
    { key: 'feature.efficiency', value: { doubleValue: 0.75 } },
  ],
  [text('__proto__', 'no'), text('constructor', 'no'), text('', 'empty key')],
  Array.from({ length: 128 }, (_, n) => int(`count.${n}`, String(n))),
];

/** The protobuf form of a message in its JSON form. */
export function toProtobuf(type: protobuf.Type, message: Message): Buffer {
  type.root.resolveAll();
  return Buffer.from(type.encode(toWire(type, message)).finish());
}

const LONG = new Set(['fixed64', 'sfixed64', 'int64', 'uint64', 'sint64']);
/** The byte fields that OTLP/JSON writes as hexadecimal digits. */
const HEX = new Set(['traceId', 'spanId', 'parentSpanId']);

function toWire(type: protobuf.Type, message: Message): Record<string, unknown> {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    const field = type.fields[name];
    if (field === undefined) throw new Error(`${type.name} has no field ${name}`);
    const one = (item: unknown): unknown => {
      if (field.resolvedType !== null && 'fields' in field.resolvedType)
        return toWire(field.resolvedType, item as Message);
      if (LONG.has(field.type)) return toLong(BigInt(item as string));
      if (field.type === 'bytes')
        return Buffer.from(item as string, HEX.has(name) ? 'hex' : 'base64');
      return field.type === 'double' || field.type === 'float' ? Number(item) : item;
    };
    wire[name] = field.repeated ? (value as unknown[]).map(one) : one(value);
  }
  return wire;
}

const toLong = (value: bigint): { low: number; high: number; unsigned: boolean } => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
  unsigned: false,
});

/** What the store must give back for a list of attributes: names and values, integers and doubles told apart. */
export const storedAttributes = (list: readonly KeyValue[] = []): Record<string, unknown> => {
  const stored = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of list) stored[key] = storedValue(value);
  return stored;
};

function storedValue(value: AnyValue): unknown {
  const [[kind, given] = []] = Object.entries(value);
  switch (kind) {
    case undefined:
      return null;
    case 'intValue':
      return `int ${BigInt(given as string)}`;
    case 'doubleValue': {
      const double = Number(given);
      return Number.isFinite(double) ? `double ${exact(double)}` : { $double: String(double) };
    }
    case 'bytesValue':
      return { $bytes: given };
    case 'arrayValue':
      return ((given as Message)['values'] as AnyValue[]).map(storedValue);
    case 'kvlistValue': {
      const list = (given as Message)['values'] as KeyValue[];
      const map = storedAttributes(list);
      return list[0]?.key.startsWith('$') === true ? { $map: map } : map;
    }
    default:
      return given;
  }
}

/** Shortest digits of a double, a negative zero included. */
const exact = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** Parses what a view gives: integers and doubles as in {@link storedAttributes}. */
export function parseStored(json: string): unknown {
  return JSON.parse(
    json.replaceAll(TEXT_OR_NUMBER, (token) => {
      if (token.startsWith('"')) return token;
      return /^-?\d+$/.test(token) ? `"int ${token}"` : `"double ${exact(Number(token))}"`;
    }),
    // A key named like a member of Object must stay a key.
    (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.assign(Object.create(null) as object, value)
        : value,
  );
}

const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
