/** Trace files of other projects, which lie beside the checkout where they are available: counts and both encodings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { otlpSchema } from './testing/otlp-schema.ts';
import { TestDecoder } from './testing/rows.ts';

const FOLDER = path.join(import.meta.dirname, '../../../../shared/fixtures/otlp');
const INDEX = path.join(FOLDER, 'INDEX.md');
/** Their ids hold letters that are no hexadecimal digits: each of these spans must be rejected. */
const BAD_IDS = /non-hex\/odd ids=(\d+)/;

interface Entry {
  readonly file: string;
  readonly requests: number;
  readonly spans: number;
  readonly badIds: number;
}

/** Files that the index lists with spans. */
function entries(): Entry[] {
  if (!existsSync(INDEX)) return [];
  const list: Entry[] = [];
  let folder = '';
  for (const line of readFileSync(INDEX, 'utf8').split('\n')) {
    const heading = /^## (\S+)/.exec(line)?.[1];
    if (heading) folder = heading.replace('/', '__');
    const [, name, , , content = ''] = line.split('|').map((cell) => cell.trim());
    const spans = /\breq=(\d+) spans=(\d+)/.exec(content);
    if (!name || !spans) continue;
    list.push({
      file: path.join(folder, name),
      requests: Number(spans[1]),
      spans: Number(spans[2]),
      badIds: Number(BAD_IDS.exec(content)?.[1] ?? 0),
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

describe.skipIf(!existsSync(INDEX))('third-party traces (they lie beside the checkout)', () => {
  test.each(entries())('$file holds $spans spans', ({ file, requests, spans, badIds }) => {
    const bodies = requestsOf(file);
    expect(bodies).toHaveLength(requests);
    const decoder = new TestDecoder({}, undefined, 4096);
    const decoded = bodies.map((body) => decoder.decode('json', Buffer.from(body)));
    const sum = (of: (one: (typeof decoded)[number]) => number): number =>
      decoded.reduce((total, one) => total + of(one), 0);
    expect(sum(({ records }) => records)).toBe(spans);
    expect(sum(({ rejected }) => rejected)).toBe(badIds);
    expect(sum((one) => one.spans.length)).toBe(spans - badIds);
  });

  const { request } = otlpSchema();
  test.each(entries().filter(({ badIds }) => badIds === 0))(
    '$file gives the same rows from protobuf',
    ({ file }) => {
      for (const body of requestsOf(file)) {
        const json = new TestDecoder({}, undefined, 4096).decode('json', Buffer.from(body));
        const message = request.fromObject(idsToBase64(JSON.parse(body)) as object);
        const protobuf = new TestDecoder({}, undefined, 4096).decode(
          'protobuf',
          request.encode(message).finish(),
        );
        expect(protobuf.spans).toEqual(json.spans);
      }
    },
  );

  test('protobuf files are decoded', () => {
    const folder = path.join(FOLDER, 'smithclay__duckdb-otlp');
    const files = readdirSync(folder).filter((name) => /trace.*\.pb$/.test(name));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      const body = readFileSync(path.join(folder, name));
      expect(new TestDecoder().decode('protobuf', body)).toMatchObject({ records: 1, rejected: 0 });
    }
  });
});

/** The mapping that protobufjs knows has base64 where OTLP has hexadecimal digits. */
function idsToBase64(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(idsToBase64);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [
        key,
        /^(traceId|spanId|parentSpanId)$/.test(key) && typeof member === 'string'
          ? Buffer.from(member, 'hex').toString('base64')
          : idsToBase64(member),
      ]),
  );
}
