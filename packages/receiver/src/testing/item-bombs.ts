/** Requests of a few KiB that hold millions of things: what a sender can do to a receiver that counts while it makes rows. */
import { gzipSync } from 'node:zlib';
import { field } from './wire.ts';

/** A bomb before its compression. */
export interface ItemBomb {
  readonly name: string;
  /** Path of OTLP/HTTP. */
  readonly path: string;
  readonly type: 'application/x-protobuf' | 'application/json';
  readonly make: () => Buffer;
}

const MIB = 1024 * 1024;

/** 16 MiB of an empty field. */
const filled = (number: number, content = 0): Buffer =>
  Buffer.alloc(16 * MIB, field(number, Buffer.alloc(content)));

const inScope = (...records: readonly Uint8Array[]): Buffer => field(1, field(2, ...records));
const inRecord = (...fields: readonly Uint8Array[]): Buffer => inScope(field(2, ...fields));
const inValue = (...fields: readonly Uint8Array[]): Buffer =>
  inRecord(field(9, field(1, 'k'), field(2, ...fields)));

const protobuf = (name: string, path: string, make: () => Buffer): ItemBomb => ({
  name,
  path,
  type: 'application/x-protobuf',
  make,
});

/** A JSON request around 5 million elements. */
const json = (
  name: string,
  path: string,
  before: string,
  element = '{}',
  elements = 5_000_000,
): ItemBomb => ({
  name: `${name}, JSON`,
  path,
  type: 'application/json',
  make: () => {
    const closing = Array.from(before.replaceAll(/"[^"]*"|[^[\]{}]/g, ''), (bracket) =>
      bracket === '{' ? '}' : ']',
    )
      .toReversed()
      .join('');
    return Buffer.from(`${before}${`${element},`.repeat(elements)}${element}${closing}`);
  },
});

const TRACES = '/v1/traces';
const LOGS = '/v1/logs';
const METRICS = '/v1/metrics';
const SPANS = '{"resourceSpans":[{"scopeSpans":[{"spans":[';
const RECORDS = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[';
const METRIC = '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[';

/** One bomb of each kind; all of them are too large by the default limits. */
export const ITEM_BOMBS: readonly ItemBomb[] = [
  protobuf('spans', TRACES, () => inScope(filled(2))),
  protobuf('scopes', TRACES, () => field(1, filled(2))),
  protobuf('resources', TRACES, () => filled(1)),
  protobuf('attributes', TRACES, () => inRecord(filled(9))),
  protobuf('resource attributes', TRACES, () => field(1, field(1, filled(1)))),
  protobuf('events', TRACES, () => inRecord(filled(11))),
  protobuf('links', TRACES, () => inRecord(filled(13))),
  protobuf('list elements', TRACES, () => inValue(field(5, filled(1)))),
  protobuf('map members', TRACES, () => inValue(field(6, filled(1)))),
  protobuf('log records', LOGS, () => inScope(filled(2))),
  protobuf('log attributes', LOGS, () => inRecord(filled(6))),
  protobuf('metrics', METRICS, () => inScope(filled(2))),
  ...Object.entries({ gauge: 5, sum: 7, histogram: 9, exponential: 10, summary: 11 }).map(
    ([kind, number]) =>
      protobuf(`${kind} points`, METRICS, () => inRecord(field(number, filled(1)))),
  ),
  protobuf('exemplars', METRICS, () => inRecord(field(5, field(1, filled(5))))),
  protobuf('buckets', METRICS, () =>
    inRecord(field(9, field(1, field(6, Buffer.alloc(48 * MIB))))),
  ),
  protobuf('exponential buckets', METRICS, () =>
    inRecord(field(10, field(1, field(8, field(2, Buffer.alloc(10 * MIB)))))),
  ),
  json('spans', TRACES, SPANS),
  json('scopes', TRACES, '{"resourceSpans":[{"scopeSpans":['),
  json('resources', TRACES, '{"resourceSpans":['),
  json('attributes', TRACES, `${SPANS}{"attributes":[`),
  json('events', TRACES, `${SPANS}{"events":[`),
  json('links', TRACES, `${SPANS}{"links":[`),
  json('list elements', TRACES, `${SPANS}{"attributes":[{"value":{"arrayValue":{"values":[`),
  json('map members', TRACES, `${SPANS}{"attributes":[{"value":{"kvlistValue":{"values":[`),
  json('log records', LOGS, RECORDS),
  json('log attributes', LOGS, `${RECORDS}{"attributes":[`),
  json('metrics', METRICS, METRIC),
  json('points', METRICS, `${METRIC}{"gauge":{"dataPoints":[`),
  json('exemplars', METRICS, `${METRIC}{"sum":{"dataPoints":[{"exemplars":[`),
  json('buckets', METRICS, `${METRIC}{"histogram":{"dataPoints":[{"bucketCounts":[`, '"0"'),
];

/** The bomb as it is sent. */
export const compressed = ({ make }: ItemBomb): Buffer => gzipSync(make());
