/** Seeded trace requests as a busy shop would send them: the same bytes on every machine, protobuf and JSON. */

export interface WorkloadOptions {
  readonly spans: number;
  readonly seed: number;
  /** False: no attribute that Heartwood knows, as from an ordinary exporter. Default true. */
  readonly features?: boolean | undefined;
  /** Time of the first span, ns. Default 2026-11-01T00:00:00Z. */
  readonly startNs?: bigint | undefined;
}

type Value = string | number | bigint | boolean;
interface Attribute {
  readonly key: string;
  readonly value: Value;
}
interface Span {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array | undefined;
  readonly name: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: readonly Attribute[];
  readonly eventNs: bigint | undefined;
  readonly link: { readonly traceId: Uint8Array; readonly spanId: Uint8Array } | undefined;
  readonly error: string | undefined;
}

const FEATURES = 60;
const USERS = 20_000;
const CATEGORIES = [
  'web_interface',
  'ai_provider',
  'database_operation',
  'file_operation',
  'other',
];
const RESOURCE: readonly Attribute[] = [
  { key: 'service.name', value: 'shop-frontend' },
  { key: 'service.version', value: '4.17.2' },
  { key: 'service.instance.id', value: '5f3c9d52-0b1d-4f7e-9a55-2d1f60c2b0aa' },
  { key: 'deployment.environment.name', value: 'production' },
  { key: 'host.name', value: 'ip-10-0-3-17.eu-central-1.compute.internal' },
  { key: 'telemetry.sdk.language', value: 'nodejs' },
  { key: 'telemetry.sdk.name', value: 'opentelemetry' },
  { key: 'telemetry.sdk.version', value: '2.12.0' },
];

/** One request of `spans` spans: 10 attributes each and `url.full` on 30 %, 12 % with an event, 6 % with a link, 10 % failed. */
export function traceRequest(options: WorkloadOptions): { protobuf: Buffer; json: Buffer } {
  const spans = makeSpans(options);
  return {
    // Made when asked for: a run in one encoding need not wait for the other.
    get protobuf() {
      return toProtobuf(spans);
    },
    get json() {
      return toJson(spans);
    },
  };
}

function makeSpans(options: WorkloadOptions): Span[] {
  const random = mulberry32(options.seed);
  const below = (n: number): number => Math.floor(random() * n);
  const id = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => below(256));
  const spans: Span[] = [];
  let now = options.startNs ?? 1_793_491_200_000_000_000n;
  let traceId = id(16);
  let parent: Uint8Array | undefined;
  let leftInTrace = 0;
  while (spans.length < options.spans) {
    if (leftInTrace === 0) {
      leftInTrace = 1 + below(8);
      traceId = id(16);
      parent = undefined;
    }
    leftInTrace--;
    now += BigInt(1000 + below(200_000));
    const feature = Math.floor(FEATURES * random() ** 2);
    const user = Math.floor(USERS * random() ** 3);
    const isFailed = random() < 0.1;
    const spanId = id(8);
    spans.push({
      traceId,
      spanId,
      parentSpanId: parent,
      name: `feature-${feature} handler`,
      kind: 1,
      startNs: now,
      endNs: now + BigInt(below(800_000_000)),
      attributes: attributesOf(options.features ?? true, feature, user, isFailed, below, random),
      eventNs: random() < 0.12 ? now + 5000n : undefined,
      link: random() < 0.06 ? { traceId: id(16), spanId: id(8) } : undefined,
      error: isFailed ? 'upstream answered 502' : undefined,
    });
    parent = spanId;
  }
  return spans;
}

function attributesOf(
  features: boolean,
  feature: number,
  user: number,
  isFailed: boolean,
  below: (n: number) => number,
  random: () => number,
): Attribute[] {
  const prefix = features ? '' : 'app.';
  const list: Attribute[] = [
    { key: `${prefix}feature.name`, value: `feature-${feature}` },
    { key: `${prefix}feature.category`, value: CATEGORIES[feature % CATEGORIES.length] ?? 'other' },
    { key: `${prefix}feature.status`, value: isFailed ? 'failed' : 'success' },
    { key: `${prefix}session.id`, value: `s-${(user * 7919) % 1_000_003}` },
    { key: `${prefix}user.hash`, value: (user * 2_654_435_761).toString(16).padStart(16, '0') },
    { key: 'http.request.method', value: below(4) === 0 ? 'POST' : 'GET' },
    { key: 'http.response.status_code', value: BigInt(isFailed ? 502 : 200) },
    { key: 'http.request.body.size', value: BigInt(below(100_000)) },
    { key: `${prefix}feature.efficiency`, value: Math.round(random() * 1000) / 1000 + 0.0005 },
    { key: 'app.cache.hit', value: below(2) === 0 },
  ];
  if (below(10) < 3)
    list.push({
      key: 'url.full',
      value: `https://shop.example.com/products/${below(10_000)}?ref=home&campaign=${below(50)}`,
    });
  return list;
}

/** Small fast generator with a 32-bit state; the same on every platform. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function toJson(spans: readonly Span[]): Buffer {
  const value = (v: Value): object => {
    if (typeof v === 'string') return { stringValue: v };
    if (typeof v === 'boolean') return { boolValue: v };
    return typeof v === 'bigint' ? { intValue: String(v) } : { doubleValue: v };
  };
  const list = (attributes: readonly Attribute[]): object[] =>
    attributes.map(({ key, value: v }) => ({ key, value: value(v) }));
  return Buffer.from(
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: list(RESOURCE) },
          scopeSpans: [
            {
              scope: { name: 'shop', version: '4.17.2' },
              spans: spans.map((span) => ({
                traceId: hex(span.traceId),
                spanId: hex(span.spanId),
                ...(span.parentSpanId && { parentSpanId: hex(span.parentSpanId) }),
                name: span.name,
                kind: span.kind,
                startTimeUnixNano: String(span.startNs),
                endTimeUnixNano: String(span.endNs),
                attributes: list(span.attributes),
                ...(span.eventNs && {
                  events: [
                    {
                      timeUnixNano: String(span.eventNs),
                      name: 'cache.miss',
                      attributes: list([{ key: 'cache.tier', value: 'l2' }]),
                    },
                  ],
                }),
                ...(span.link && {
                  links: [{ traceId: hex(span.link.traceId), spanId: hex(span.link.spanId) }],
                }),
                status: span.error ? { message: span.error, code: 2 } : {},
              })),
            },
          ],
        },
      ],
    }),
  );
}

function toProtobuf(spans: readonly Span[]): Buffer {
  const keyValue = ({ key, value }: Attribute): Buffer =>
    Buffer.concat([field(1, Buffer.from(key)), field(2, anyValue(value))]);
  const span = (s: Span): Buffer =>
    Buffer.concat([
      field(1, s.traceId),
      field(2, s.spanId),
      s.parentSpanId ? field(4, s.parentSpanId) : Buffer.alloc(0),
      field(5, Buffer.from(s.name)),
      Buffer.concat([varint(6 << 3), varint(s.kind)]),
      fixed64(7, s.startNs),
      fixed64(8, s.endNs),
      ...s.attributes.map((attribute) => field(9, keyValue(attribute))),
      s.eventNs
        ? field(
            11,
            Buffer.concat([
              fixed64(1, s.eventNs),
              field(2, Buffer.from('cache.miss')),
              field(3, keyValue({ key: 'cache.tier', value: 'l2' })),
            ]),
          )
        : Buffer.alloc(0),
      s.link
        ? field(13, Buffer.concat([field(1, s.link.traceId), field(2, s.link.spanId)]))
        : Buffer.alloc(0),
      s.error
        ? field(15, Buffer.concat([field(2, Buffer.from(s.error)), varint(3 << 3), varint(2)]))
        : field(15, Buffer.alloc(0)),
    ]);
  const scope = Buffer.concat([field(1, Buffer.from('shop')), field(2, Buffer.from('4.17.2'))]);
  const scopeSpans = Buffer.concat([field(1, scope), ...spans.map((s) => field(2, span(s)))]);
  const resource = Buffer.concat(RESOURCE.map((attribute) => field(1, keyValue(attribute))));
  return field(1, Buffer.concat([field(1, resource), field(2, scopeSpans)]));
}

function anyValue(value: Value): Buffer {
  if (typeof value === 'string') return field(1, Buffer.from(value));
  if (typeof value === 'boolean') return Buffer.from([2 << 3, value ? 1 : 0]);
  if (typeof value === 'bigint') return Buffer.concat([varint(3 << 3), varint(Number(value))]);
  const bytes = Buffer.alloc(9);
  bytes[0] = (4 << 3) | 1;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);

const fixed64 = (number: number, value: bigint): Buffer => {
  const bytes = Buffer.alloc(9);
  bytes[0] = (number << 3) | 1;
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
};

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
