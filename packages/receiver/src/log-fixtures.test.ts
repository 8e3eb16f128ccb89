/** Log files of other projects, which lie beside the checkout where they are available: counts, contents and both encodings. */
import { CodedError } from '@heartwood/semconv';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeLogs, LogTestDecoder, type ReadLog } from './testing/log-rows.ts';
import { logRequestType } from './testing/log-schema.ts';

const FOLDER = path.join(import.meta.dirname, '../../../../shared/fixtures/otlp');
const INDEX = path.join(FOLDER, 'INDEX.md');
/** A list of cases, not of requests. */
const CASES = 'fluent__fluent-bit/otlp_json_logs_cases.json';
/** Its ids are base64, which OTLP/JSON has not. */
const IN_BASE64 = 'fluent__fluent-bit/test_logs_metadata_001.in.json';

interface Entry {
  readonly file: string;
  readonly requests: number;
  readonly logs: number;
}

/** Files that the index lists with log records. */
function entries(): Entry[] {
  if (!existsSync(INDEX)) return [];
  const list: Entry[] = [];
  let folder = '';
  for (const line of readFileSync(INDEX, 'utf8').split('\n')) {
    const heading = /^## (\S+)/.exec(line)?.[1];
    if (heading) folder = heading.replace('/', '__');
    const [, name, , , content = ''] = line.split('|').map((cell) => cell.trim());
    const found = /\breq=(\d+) logs=(\d+)/.exec(content);
    if (!name || !found || [CASES, IN_BASE64].includes(`${folder}/${name}`)) continue;
    list.push({
      file: path.join(folder, name),
      requests: Number(found[1]),
      logs: Number(found[2]),
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

/** Enough for the largest request. */
const BATCH_ROWS = 4096;

const decodeAll = (bodies: readonly Uint8Array[], encoding: 'json' | 'protobuf'): ReadLog[] => {
  const decoder = new LogTestDecoder({}, BATCH_ROWS);
  return bodies.flatMap((body) => decoder.decode(encoding, body).logs);
};

/** Tens of thousands of records: they have time where other programs hold the cores. */
const LONG = { timeout: 120_000 };

describe.skipIf(!existsSync(INDEX))('third-party logs (they lie beside the checkout)', LONG, () => {
  const type = logRequestType();

  test.each(entries())('$file holds $logs records, as sent', ({ file, requests, logs }) => {
    const bodies = requestsOf(file);
    expect(bodies).toHaveLength(requests);
    const rows = decodeAll(
      bodies.map((body) => Buffer.from(body)),
      'json',
    );
    expect(rows).toHaveLength(logs);
    const sent = bodies.flatMap((body) => recordsOf(asMessage(JSON.parse(body))));
    const told = rows.map((row) => [row['severityNumber'], row['severityText'], textOf(row)]);
    const given = sent.map((record) => [
      Number(record['severityNumber'] ?? 0),
      record['severityText'] ?? '',
      (record['body'] as { stringValue?: string | null } | null | undefined)?.stringValue ??
        undefined,
    ]);
    expect(sent).toHaveLength(logs);
    expect(told.filter((row, index) => !isDeepStrictEqual(row, given[index]))).toEqual([]);
    const timed = rows.flatMap((row, index) =>
      row.markNames.some((mark) => mark === 'NO_TIME' || mark === 'TIME_CLAMPED')
        ? []
        : [[String(row['time']), String(sent[index]?.['timeUnixNano'])]],
    );
    expect(timed.filter(([stored, given]) => stored !== given)).toEqual([]);
    const protobuf = bodies.map((body) =>
      type.encode(type.fromObject(asMessage(JSON.parse(body)) as object)).finish(),
    );
    const others = decodeAll(protobuf, 'protobuf');
    expect(others).toHaveLength(rows.length);
    const different = others.flatMap((row, index) =>
      isDeepStrictEqual(row, rows[index]) ? [] : [{ row, json: rows[index] }],
    );
    expect(different).toEqual([]);
  });

  test('a protobuf file is decoded', () => {
    const body = readFileSync(path.join(FOLDER, 'smithclay__duckdb-otlp/otlp_logs.pb'));
    expect(decodeAll([body], 'protobuf')).toHaveLength(1);
  });

  test('ids in base64 are refused', () => {
    const body = readFileSync(path.join(FOLDER, IN_BASE64), 'utf8');
    expect(() => decodeLogs('json', body)).toThrow(/traceId is base64/);
  });

  test('what another receiver calls wrong is refused or rejected, but for lists that are not there', () => {
    const cases = JSON.parse(readFileSync(path.join(FOLDER, CASES), 'utf8')) as Readonly<
      Record<string, { readonly input: unknown; readonly expected_error?: unknown }>
    >;
    const taken: string[] = [];
    const refused: string[] = [];
    for (const [name, { input }] of Object.entries(cases))
      (isTaken(JSON.stringify(input)) ? taken : refused).push(name);
    const isWrong = (name: string): boolean => cases[name]?.expected_error !== undefined;
    expect(refused.filter((name) => !isWrong(name))).toEqual([]);
    // To the JSON mapping of proto3 a missing list is an empty one.
    expect(taken.filter(isWrong)).toEqual([
      'scopeLogs_missing',
      'resourceLogs_missing',
      'resource_valid_scope_missing',
    ]);
    expect(taken.length + refused.length).toBe(61);
  });
});

function isTaken(body: string): boolean {
  try {
    return decodeLogs('json', body).rejected === 0;
  } catch (error) {
    if (error instanceof CodedError) return false;
    throw error;
  }
}

const textOf = (row: ReadLog): unknown =>
  row.markNames.includes('JSON_BODY') ? undefined : row['body'];

type Message = Readonly<Record<string, unknown>>;

/** Log records of a request in their order. */
function recordsOf(request: unknown): Message[] {
  const list = (message: Message, name: string): Message[] => (message[name] ?? []) as Message[];
  return list(request as Message, 'resourceLogs').flatMap((resource) =>
    list(resource, 'scopeLogs').flatMap((scope) => list(scope, 'logRecords')),
  );
}

const camelCase = (key: string): string =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The mapping that protobufjs knows has base64 where OTLP has hexadecimal digits, and no snake_case. */
function asMessage(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMessage);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [
        camelCase(key),
        /^(traceId|spanId|trace_id|span_id)$/.test(key) && typeof member === 'string'
          ? Buffer.from(member, 'hex').toString('base64')
          : asMessage(member),
      ]),
  );
}
