/** Seeded trace requests as a busy shop would send them, in protobuf and JSON. */
import { jsonAttributes, jsonTemplate, protobufTemplate, type Template } from './template.ts';
import type { Attribute, OtlpWriter } from './otlp-writer.ts';
import { createSeeded, type Seeded } from './seeded.ts';

export interface WorkloadOptions {
  /** Spans, log records or metric points. */
  readonly records: number;
  readonly seed: number;
  /** False: no attribute that Heartwood knows, as from an ordinary exporter. Default true. */
  readonly features?: boolean | undefined;
  /** Time of the first record, ns. Default: the beginning of yesterday, UTC. */
  readonly startNs?: bigint | undefined;
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

const DAY_MS = 24 * 3600 * 1000;
/** Time of the first record where none is asked for: yesterday, so that what is measured is neither archived nor too new. */
export const START_NS: bigint = BigInt((Math.floor(Date.now() / DAY_MS) - 1) * DAY_MS) * 1_000_000n;
const FEATURES = 60;
const USERS = 20_000;
const CATEGORIES = [
  'web_interface',
  'ai_provider',
  'database_operation',
  'file_operation',
  'other',
];
export const RESOURCE: readonly Attribute[] = [
  { key: 'service.name', value: 'shop-frontend' },
  { key: 'service.version', value: '4.17.2' },
  { key: 'service.instance.id', value: '5f3c9d52-0b1d-4f7e-9a55-2d1f60c2b0aa' },
  { key: 'deployment.environment.name', value: 'production' },
  { key: 'host.name', value: 'ip-10-0-3-17.eu-central-1.compute.internal' },
  { key: 'telemetry.sdk.language', value: 'nodejs' },
  { key: 'telemetry.sdk.name', value: 'opentelemetry' },
  { key: 'telemetry.sdk.version', value: '2.12.0' },
];
export const SCOPE = { name: 'shop', version: '4.17.2' } as const;

/** One request of so many spans, as bytes. */
export function traceRequest({ spans, seed }: { readonly spans: number; readonly seed: number }): {
  protobuf: Buffer;
  json: Buffer;
} {
  const templates = traceTemplates({ records: spans, seed });
  return {
    get protobuf() {
      return templates.protobuf.bytes;
    },
    get json() {
      return templates.json.bytes;
    },
  };
}

/** One request of so many spans: 10 attributes each and `url.full` on 30 %, 12 % with an event, 6 % with a link, 10 % failed. */
export function traceTemplates(options: WorkloadOptions): { protobuf: Template; json: Template } {
  const spans = makeSpans(options);
  return {
    // Made when asked for: a run in one encoding need not wait for the other.
    get protobuf() {
      return protobufTemplate((writer) => writeSpans(writer, spans));
    },
    get json() {
      return jsonTemplate(toJson(spans));
    },
  };
}

function makeSpans({ records, seed, features = true, startNs }: WorkloadOptions): Span[] {
  const seeded = createSeeded(seed);
  const { random, below, id } = seeded;
  const spans: Span[] = [];
  let now = startNs ?? START_NS;
  let traceId = id(16);
  let parent: Uint8Array | undefined;
  let leftInTrace = 0;
  while (spans.length < records) {
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
      attributes: attributesOf(features, feature, user, isFailed, seeded),
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
  { below, random }: Seeded,
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

function writeSpans(writer: OtlpWriter, spans: readonly Span[]): void {
  writer.message(1, () => {
    writer.message(2, () => {
      for (const span of spans.toReversed()) writer.message(2, () => writeSpan(writer, span));
      writer.message(1, () => {
        writer.string(2, SCOPE.version);
        writer.string(1, SCOPE.name);
      });
    });
    writer.message(1, () => writer.attributes(1, RESOURCE));
  });
}

function writeSpan(writer: OtlpWriter, span: Span): void {
  const { parentSpanId, eventNs, link, error } = span;
  writer.message(15, () => {
    if (error === undefined) return;
    writer.varint(3, 2);
    writer.string(2, error);
  });
  if (link !== undefined)
    writer.message(13, () => {
      writer.id(2, link.spanId);
      writer.id(1, link.traceId);
    });
  if (eventNs !== undefined)
    writer.message(11, () => {
      writer.attributes(3, [{ key: 'cache.tier', value: 'l2' }]);
      writer.string(2, 'cache.miss');
      writer.time(1, eventNs);
    });
  writer.attributes(9, span.attributes);
  writer.time(8, span.endNs);
  writer.time(7, span.startNs);
  writer.varint(6, span.kind);
  writer.string(5, span.name);
  if (parentSpanId !== undefined) writer.id(4, parentSpanId);
  writer.id(2, span.spanId);
  writer.id(1, span.traceId);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function toJson(spans: readonly Span[]): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: jsonAttributes(RESOURCE) },
        scopeSpans: [
          {
            scope: SCOPE,
            spans: spans.map((span) => ({
              traceId: hex(span.traceId),
              spanId: hex(span.spanId),
              ...(span.parentSpanId && { parentSpanId: hex(span.parentSpanId) }),
              name: span.name,
              kind: span.kind,
              startTimeUnixNano: String(span.startNs),
              endTimeUnixNano: String(span.endNs),
              attributes: jsonAttributes(span.attributes),
              ...(span.eventNs && {
                events: [
                  {
                    timeUnixNano: String(span.eventNs),
                    name: 'cache.miss',
                    attributes: jsonAttributes([{ key: 'cache.tier', value: 'l2' }]),
                  },
                ],
              }),
              ...(span.link && {
                links: [{ traceId: hex(span.link.traceId), spanId: hex(span.link.spanId) }],
              }),
              status: span.error ? { code: 2, message: span.error } : {},
            })),
          },
        ],
      },
    ],
  };
}
