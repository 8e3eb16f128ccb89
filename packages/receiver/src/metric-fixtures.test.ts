/** Metric files of other projects, which lie beside the checkout where they are available: counts, values and both encodings. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MetricTestDecoder, type ReadPoint } from './testing/metric-rows.ts';
import { metricRequestType } from './testing/metric-schema.ts';

const FOLDER = path.join(import.meta.dirname, '../../../../shared/fixtures/otlp');
const INDEX = path.join(FOLDER, 'INDEX.md');

interface Entry {
  readonly file: string;
  readonly requests: number;
  readonly points: number;
}

/** Files that the index lists with data points. */
function entries(): Entry[] {
  if (!existsSync(INDEX)) return [];
  const list: Entry[] = [];
  let folder = '';
  for (const line of readFileSync(INDEX, 'utf8').split('\n')) {
    const heading = /^## (\S+)/.exec(line)?.[1];
    if (heading) folder = heading.replace('/', '__');
    const [, name, , , content = ''] = line.split('|').map((cell) => cell.trim());
    const found = /\breq=(\d+) metrics=\d+ points=(\d+)/.exec(content);
    if (!name || !found) continue;
    list.push({
      file: path.join(folder, name),
      requests: Number(found[1]),
      points: Number(found[2]),
    });
  }
  return list;
}

/** Requests of a file: the whole document, or one a line. */
function requestsOf(file: string): string[] {
  const raw = readFileSync(path.join(FOLDER, file));
  const text = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString();
  if (!/jsonl(\.gz)?$/.test(file)) return [text];
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Enough for the largest file, so that its points lie in one batch. */
const BATCH_ROWS = 32_768;

/** A fresh decoder a file: it remembers what it has seen, as it does in the server. */
const decodeAll = (bodies: readonly Uint8Array[], encoding: 'json' | 'protobuf'): ReadPoint[] => {
  const decoder = new MetricTestDecoder({}, BATCH_ROWS);
  return bodies.flatMap((body) => decoder.decode(encoding, body).points);
};

describe.skipIf(!existsSync(INDEX))('third-party metrics (they lie beside the checkout)', () => {
  const type = metricRequestType();

  test.each(entries())('$file holds $points points, exact', ({ file, requests, points }) => {
    const bodies = requestsOf(file);
    expect(bodies).toHaveLength(requests);
    const rows = decodeAll(
      bodies.map((body) => Buffer.from(body)),
      'json',
    );
    expect(rows).toHaveLength(points);
    const sent = bodies.flatMap((body) => pointsOf(JSON.parse(body)));
    expect(
      rows.map(({ name, valueKind, intValue, value }) => [name, valueKind, intValue, value]),
    ).toEqual(sent.map(({ metric, point }) => [metric, ...valueOf(point)]));
    const protobuf = bodies.map((body) =>
      type.encode(type.fromObject(asMessage(JSON.parse(body)) as object)).finish(),
    );
    expect(decodeAll(protobuf, 'protobuf')).toEqual(rows);
  });

  test('a protobuf file is decoded', () => {
    const body = readFileSync(path.join(FOLDER, 'smithclay__duckdb-otlp/otlp_metrics.pb'));
    expect(decodeAll([body], 'protobuf')).toHaveLength(1);
  });
});

type Json = Readonly<Record<string, unknown>>;

/** Every point of a request with the name of its metric. */
function pointsOf(request: Json): { readonly metric: string; readonly point: Json }[] {
  const list = (value: unknown): Json[] => (value ?? []) as Json[];
  return list(request['resourceMetrics'])
    .flatMap((resource) => list(resource['scopeMetrics']))
    .flatMap((scope) => list(scope['metrics']))
    .flatMap((metric) => {
      const data = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']
        .map((kind) => metric[kind] as Json | null | undefined)
        .find((found) => found !== undefined && found !== null);
      return list(data?.['dataPoints']).map((point) => ({
        metric: (metric['name'] ?? '') as string,
        point,
      }));
    });
}

/** Kind, integer and double that a point must have. */
function valueOf({ asInt, asDouble }: Json): [number, bigint, number] {
  if (asInt !== undefined && asInt !== null) return [1, BigInt(asInt as string), Number(asInt)];
  return asDouble === undefined || asDouble === null ? [0, 0n, 0] : [2, 0n, Number(asDouble)];
}

const TEMPORALITIES = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'];

/** The mapping that protobufjs knows has base64 where OTLP has hexadecimal digits, and no names of enums without the enum. */
function asMessage(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => asMessage(item, name));
  if (typeof value === 'string') {
    if (/^(traceId|spanId)$/.test(name)) return Buffer.from(value, 'hex').toString('base64');
    return name === 'aggregationTemporality'
      ? TEMPORALITIES.indexOf(value.replace('AGGREGATION_TEMPORALITY_', ''))
      : value;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, asMessage(member, key)]),
  );
}
