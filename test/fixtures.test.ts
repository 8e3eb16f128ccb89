/** Real payloads of other projects against a running server: what their index counts is what is stored. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { otlpSchema } from '../packages/receiver/src/testing/otlp-schema.ts';
import { ALL_TIME, clientOf } from './system/api.ts';
import { eventually, type ServerProcess, withServer } from './system/server-process.ts';

const folder = path.resolve(import.meta.dirname, '../../shared/fixtures/otlp');
const present = existsSync(path.join(folder, 'INDEX.md'));

/** Hundreds of requests and questions each: they have time where other programs hold the cores. */
const LONG = { timeout: 120_000 };

interface Fixture {
  readonly file: string;
  readonly spans: number;
  /** Spans whose ids no OTLP receiver can take. */
  readonly odd: number;
}

/** Trace files of the index with the counts it gives. */
function traceFixtures(): Fixture[] {
  const index = readFileSync(path.join(folder, 'INDEX.md'), 'utf8');
  let project = '';
  const found: Fixture[] = [];
  for (const line of index.split('\n')) {
    const heading = /^## (\S+)\/(\S+)/.exec(line);
    if (heading !== null) project = `${heading[1]}__${heading[2]}`;
    const row = /^\| (\S+) \|.*\| req=\d+ spans=(\d+)([^|]*)\|/.exec(line);
    if (row === null) continue;
    const odd = /non-hex\/odd ids=(\d+)/.exec(row[3] ?? '')?.[1];
    found.push({
      file: path.join(project, row[1] ?? ''),
      spans: Number(row[2]),
      odd: Number(odd ?? 0),
    });
  }
  return found;
}

/** The requests of a file: one JSON document, or one a line. */
function requestsOf(file: string): string[] {
  const bytes = readFileSync(path.join(folder, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  if (!/\.jsonl(\.gz)?$/.test(file)) return [text];
  return text.split('\n').filter((line) => line.trim() !== '');
}

async function post(
  server: ServerProcess,
  body: Uint8Array | string,
  type: string,
): Promise<number> {
  const answer = await fetch(`${server.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': type, 'content-encoding': 'gzip' },
    body: new Uint8Array(gzipSync(body)),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return Number(/"rejectedSpans":"(\d+)"/.exec(text)?.[1] ?? 0);
}

const storedSpans = async (server: ServerProcess): Promise<number> => {
  const { data } = await clientOf(server).get('/api/v1/system');
  return data.store.spans;
};

describe.skipIf(!present)('third-party traces (skipped where they are absent)', LONG, () => {
  test('of every file exactly the spans that the index counts are stored', async () => {
    await withServer(async (server) => {
      const fixtures = traceFixtures();
      expect(fixtures.length).toBeGreaterThan(60);
      let expected = 0;
      const seen = new Set<string>();
      for (const { file, spans, odd } of fixtures) {
        let rejected = 0;
        let repeated = false;
        for (const request of requestsOf(file)) {
          // Some projects hold the same request under two names; it is stored once.
          repeated ||= seen.has(request);
          seen.add(request);
          rejected += await post(server, request, 'application/json');
        }
        expect(rejected, file).toBe(odd);
        if (!repeated) expected += spans - odd;
      }
      await eventually(
        () => storedSpans(server),
        (stored) => stored === expected,
      );
    });
  });

  test('services and root spans of the Nezha traces are those of the oracle, to the last digit', async () => {
    for (const [csv, truth] of Object.entries(readOracle().nezha_traces)) {
      const file = path.join('IntelligentDDS__Nezha', csv.replace(/\.csv\.gz$/, '.otlp.jsonl.gz'));
      if (!existsSync(path.join(folder, file))) continue;
      await withServer(async (server) => {
        for (const request of requestsOf(file)) await post(server, request, 'application/json');
        await eventually(
          () => storedSpans(server),
          (stored) => stored === truth.spans,
        );
        const client = clientOf(server);
        const { data } = await client.get('/api/v1/services', { query: ALL_TIME });
        const found = data.map(({ service, spans, p50Ms, p95Ms, p99Ms, maxMs, negative }) => [
          service,
          { n: spans, p50Ms, p95Ms, p99Ms, maxMs, negative },
        ]);
        const expected = Object.entries(truth.per_service).map(([service, one]) => [
          service,
          {
            n: one.n,
            p50Ms: one.p50_ns / 1e6,
            p95Ms: one.p95_ns / 1e6,
            p99Ms: one.p99_ns / 1e6,
            maxMs: one.max_ns / 1e6,
            negative: one.negative,
          },
        ]);
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));

        const [first, last] = [truth.first_start_ns, truth.last_start_ns].map((time) =>
          Number(BigInt(time) / 1_000_000n),
        );
        const roots = await rootsBetween(server, first ?? 0, (last ?? 0) + 1);
        expect(roots.size).toBe(truth.traces);
        expect(countsOf(roots.values())).toEqual(truth.root_spans);
      });
    }
  });

  test('spans of each service of the Zipkin traces are those of the oracle', async () => {
    await withServer(async (server) => {
      let total = 0;
      for (const [name, truth] of Object.entries(readOracle().zipkin)) {
        const file = path.join(
          'openzipkin__zipkin',
          name.replace(/^zipkin_(.*)\.json$/, 'otlp_$1.jsonl'),
        );
        const requests = requestsOf(file);
        for (const request of requests) await post(server, request, 'application/json');
        total += truth.spans;
        await eventually(
          () => storedSpans(server),
          (stored) => stored === total,
        );
        // No two of these files have spans of the same time.
        const starts = requests
          .flatMap((text) => [...text.matchAll(/startTimeUnixNano": ?"(\d+)"/g)])
          .map((match) => Number(BigInt(match[1] ?? 0) / 1_000_000n));
        const query = { from: String(Math.min(...starts)), to: String(Math.max(...starts) + 1) };
        const { data } = await clientOf(server).get('/api/v1/services', { query });
        // Zipkin spans may have no service; in OTLP these files call it "unknown".
        const { null: none, ...named } = truth.by_service;
        const unknown = (named['unknown'] ?? 0) + (none ?? 0);
        expect(Object.fromEntries(data.map((row) => [row.service, row.spans])), name).toEqual({
          ...named,
          ...(unknown === 0 ? {} : { unknown }),
        });
      }
    });
  });

  test('the protobuf form of a request gives the same rows as its JSON form', async () => {
    const { request: type } = otlpSchema();
    const requests = [
      'openzipkin__zipkin/otlp_smartthings-oauth-authorization.jsonl',
      'go-faster__oteldb/traces.jsonl',
      'jaegertracing__jaeger-ui/otlp_genaiTestTrace.jsonl',
    ].flatMap(requestsOf);
    const traceIds = new Set(
      requests.flatMap((body) =>
        [...body.matchAll(/"traceId": ?"(\w{32})"/g)].map((match) =>
          (match[1] ?? '').toLowerCase(),
        ),
      ),
    );
    const traces = async (bodies: readonly { body: string | Uint8Array; contentType: string }[]) =>
      withServer(async (server) => {
        for (const { body, contentType } of bodies) await post(server, body, contentType);
        await eventually(
          async () => (await clientOf(server).get('/api/v1/system')).data.receiver['waiting'],
          (waiting) => waiting === 0,
        );
        const client = clientOf(server);
        const details = [];
        for (const traceId of traceIds) {
          const answer = await client.get('/api/v1/traces/{traceId}', { params: { traceId } });
          details.push(answer.data);
        }
        return details;
      });
    const json = await traces(requests.map((body) => ({ body, contentType: 'application/json' })));
    const protobuf = await traces(
      requests.map((body) => ({
        body: type.encode(toMessage(JSON.parse(body))).finish(),
        contentType: 'application/x-protobuf',
      })),
    );
    expect(json.length).toBeGreaterThan(0);
    expect(withoutArrival(protobuf)).toEqual(withoutArrival(json));
  });
});

interface Oracle {
  readonly nezha_traces: Readonly<Record<string, NezhaTraces>>;
  readonly zipkin: Readonly<Record<string, { spans: number; by_service: Record<string, number> }>>;
}

interface NezhaTraces {
  readonly spans: number;
  readonly traces: number;
  readonly first_start_ns: string;
  readonly last_start_ns: string;
  readonly root_spans: Readonly<Record<string, number>>;
  readonly per_service: Readonly<
    Record<
      string,
      {
        n: number;
        p50_ns: number;
        p95_ns: number;
        p99_ns: number;
        max_ns: number;
        negative: number;
      }
    >
  >;
}

const readOracle = (): Oracle =>
  JSON.parse(readFileSync(path.join(folder, 'oracle.json'), 'utf8')) as Oracle;

/** Service and name of the root of each trace; in halves of the range, as long as a list has more than it may show. */
async function rootsBetween(
  server: ServerProcess,
  fromMs: number,
  toMs: number,
): Promise<Map<string, string>> {
  const { data, meta } = await clientOf(server).get('/api/v1/traces', {
    query: { from: String(fromMs), to: String(toMs), limit: 500 },
  });
  if (!meta.truncated)
    return new Map(data.map(({ traceId, service, root }) => [traceId, `${service} ${root}`]));
  const middleMs = Math.floor((fromMs + toMs) / 2);
  return new Map([
    ...(await rootsBetween(server, fromMs, middleMs)),
    ...(await rootsBetween(server, middleMs, toMs)),
  ]);
}

function countsOf(words: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** OTLP/JSON as protobufjs wants it: ids from hexadecimal to bytes, 64-bit numbers left as texts. */
function toMessage(value: unknown, key = ''): object {
  const convert = (item: unknown, name: string): unknown => {
    if (Array.isArray(item)) return item.map((entry) => convert(entry, name));
    if (typeof item === 'string' && /^(traceId|spanId|parentSpanId)$/.test(name))
      return Buffer.from(item, 'hex');
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([child, inner]) => [child, convert(inner, child)]),
    );
  };
  return otlpSchema().request.fromObject(convert(value, key) as Record<string, unknown>);
}

/** Everything but when and in which order the spans arrived. */
const withoutArrival = (traces: unknown): unknown =>
  JSON.parse(
    JSON.stringify(traces, (name, value: unknown) =>
      name === 'receivedTime' || name === 'received' || name === 'seq' || name === 'id'
        ? undefined
        : value,
    ),
  );
