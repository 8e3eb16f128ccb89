/** Runs to learn from through the API: the file with what its header tells, and what becomes of the file. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Exporter, Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { landWorld, openTestStore, PLAIN_SPAN } from '../../kpi/src/testing/world.ts';
import { createApp } from './app.ts';
import { createClient, type Client } from './client.ts';
import { ROUTES } from './contract/routes.ts';
import { listen, type TestServer } from './testing/server.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const PATH = '/api/v1/training/runs';

let store: Store;
let server: TestServer;
let client: Client;
/** Where files were written. */
const files: string[] = [];
beforeAll(async () => {
  store = await openTestStore();
  const spans = Array.from({ length: 40 }, (_, index) => ({
    ...PLAIN_SPAN,
    seq: BigInt(index + 1),
    spanId: BigInt(index + 1),
    startNs: BigInt(NOW - (index + 1) * 3_600_000) * 1_000_000n,
  }));
  await landWorld(store, spans);
  const exporter: Exporter = {
    exportRows: async (name, ...rest) => {
      const file = await store.exportRows(name, ...rest);
      files.push(file.path);
      return file;
    },
  };
  const options = { version: '1.2.3', clock: () => NOW, watermark: () => NOW };
  server = await listen(createApp({ reader: store, exporter, ...options }));
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const bytesOf = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
};

const leftOver = (): string[] =>
  files.flatMap((file) => readdirSync(file.replace(/\/[^/]*$/u, '')));

test.each([
  ['jsonl', 'application/x-ndjson', /^\{"run_hash":/u],
  ['csv', 'text/csv', /^run_hash,/u],
  ['parquet', 'application/vnd.apache.parquet', /^PAR1/u],
] as const)(
  'S1-144: a file as %s comes whole, and nothing is left of it',
  async (format, type, shape) => {
    const { facts, bytes } = await client.download(PATH, { query: { format } });
    const content = await bytesOf(bytes);
    expect(ROUTES.exportTraining.header.parse(facts)).toEqual(facts);
    expect(facts).toMatchObject({
      format,
      rows: content.length > 0 ? facts.rows : -1,
      complete: true,
    });
    expect(facts.sizeBytes).toBe(content.length);
    expect(facts.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(content.toString('latin1')).toMatch(shape);
    const head = await fetch(`${server.baseUrl}${PATH}?format=${format}`, { method: 'HEAD' });
    expect(head.headers.get('content-type')).toContain(type);
    expect(head.headers.get('content-length')).toBe(String(content.length));
    await expect.poll(leftOver).toEqual([]);
  },
);

test('the schema has the columns of the file, in its order', async () => {
  const { data, meta } = await client.get('/api/v1/training/schema', {
    query: { labels: 'data_quality' },
  });
  const { bytes } = await client.download(PATH, {
    query: { format: 'csv', labels: 'data_quality' },
  });
  const [head] = (await bytesOf(bytes)).toString().split('\n');
  expect(data.columns.map(({ name }) => name).join(',')).toBe(head);
  expect(data.rules.map(({ label, version }) => [label, version])).toEqual([['data_quality', 1]]);
  expect(meta).toEqual({ version: '1.2.3' });
});

test.each([
  ['split=1,1,1', 422, 'TRAINING_SPLIT_INVALID', undefined],
  ['labels=data_qualty', 404, 'TRAINING_LABEL_UNKNOWN', 'data_quality'],
  ['from=2020-01-01&to=2020-01-02', 404, 'TRAINING_EMPTY', undefined],
  ['feature=chekout', 404, 'FEATURE_UNKNOWN', 'checkout'],
  ['format=xml', 400, 'PARAMETER_INVALID', undefined],
])('%s is answered %i %s', async (query, status, code, suggestion) => {
  const asked = client.download(PATH, { query: Object.fromEntries(new URLSearchParams(query)) });
  await expect(asked).rejects.toMatchObject({
    status,
    code,
    suggestions: suggestion === undefined ? [] : [suggestion],
  });
});

test('a server without a place for files says so', async () => {
  const other = await listen(createApp({ reader: store, version: '1', clock: () => NOW }));
  const asked = createClient({ baseUrl: other.baseUrl }).download(PATH);
  await expect(asked).rejects.toMatchObject({ status: 503, code: 'TRAINING_UNAVAILABLE' });
  await other.close();
});

test('no more than four files are written at once, and the next caller is told when to come back', async () => {
  let begun = 0;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const exporter: Exporter = {
    exportRows: async (...question) => {
      begun++;
      await gate;
      return await store.exportRows(...question);
    },
  };
  const crowded = await listen(
    createApp({ reader: store, exporter, version: '1', clock: () => NOW }),
  );
  const ask = async (): Promise<Response> => await fetch(`${crowded.baseUrl}${PATH}?format=csv`);
  const first = Array.from({ length: 4 }, ask);
  await expect.poll(() => begun).toBe(4);
  const refused = await ask();
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await refused.json()).toMatchObject({ status: 503, code: 'FILES_FULL' });
  open();
  for (const answer of await Promise.all(first)) {
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
  await expect.poll(async () => (await ask()).status).toBe(200);
  await crowded.close();
});
