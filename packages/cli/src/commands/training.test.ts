/** The commands about runs to learn from: the file, the schema beside it, and files that arrive in part. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerOf, FileOf } from '@heartwood/api/client';
import { expect, onTestFinished, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';

const CONTENT = Buffer.from('PAR1\u0000\u0001PAR1', 'latin1');
const sha256 = createHash('sha256').update(CONTENT).digest('hex');

const FACTS: FileOf<'/api/v1/training/runs'> = {
  from: '2026-10-25T00:00:00.000Z',
  to: '2026-11-22T00:00:00.000Z',
  complete: true,
  format: 'parquet',
  rows: 9,
  sizeBytes: CONTENT.length,
  sha256,
  through: '41',
  split: [0.8, 0.1, 0.1],
  parts: [
    {
      split: 'train',
      from: '2026-10-25T00:00:00.000Z',
      to: '2026-11-20T00:00:00.000Z',
      rows: 7,
      leftOut: 2,
    },
    {
      split: 'validation',
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      rows: 1,
      leftOut: 0,
    },
    {
      split: 'test',
      from: '2026-11-21T00:00:00.000Z',
      to: '2026-11-22T00:00:00.000Z',
      rows: 1,
      leftOut: 0,
    },
  ],
  gapMs: 1500,
};

const SCHEMA: AnswerOf<'/api/v1/training/schema'> = {
  data: {
    columns: [
      {
        name: 'duration_ms',
        type: 'number',
        unit: 'ms',
        nullable: true,
        values: null,
        known: 'after',
        meaning: 'How long it took.',
      },
    ],
    rules: [{ label: 'data_quality', version: 1, rule: 'A word.' }],
  },
  meta: { version: '0.1.0' },
};

/** Answers with the schema, and with a file of this content. */
async function serve(
  content: Buffer,
  facts: object = FACTS,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    if (url.startsWith('/api/v1/training/schema')) {
      response.end(JSON.stringify(SCHEMA));
      return;
    }
    response.setHeader('Heartwood-File', JSON.stringify(facts));
    response.end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked };
}

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-training-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('S0-76: the file says its form, and its schema lies beside it', async () => {
  const { url, asked } = await serve(CONTENT);
  const file = path.join(makeFolder(), 'runs.parquet');
  const args = ['--split', '0.8,0.1,0.1', '--labels', 'data_quality', '--since', '90d'];
  const ran = await run(['training', 'export', '--url', url, '--output', file, ...args]);
  expect(ran).toMatchObject({ code: EXIT.OK, data: '' });
  expect(readFileSync(file)).toEqual(CONTENT);
  const schema = JSON.parse(readFileSync(`${file}.schema.json`, 'utf8')) as unknown;
  expect(schema).toEqual({ ...FACTS, ...SCHEMA.data });
  expect(asked[0]).toBe('/api/v1/training/schema?labels=data_quality');
  expect(Object.fromEntries(new URL(asked[1] ?? '', url).searchParams)).toMatchObject({
    since: '90d',
    split: '0.8,0.1,0.1',
    labels: 'data_quality',
    format: 'parquet',
  });
  expect(ran.notes).toContain('9 runs from');
  expect(ran.notes).toContain('train 7, validation 1, test 1; 2 left out');
});

test.each([
  ['changed', Buffer.from('PAR2'), FACTS, 'arrived in part or changed', EXIT.ERROR],
  ['told of in other words', CONTENT, { rows: 1 }, 'has not the shape', EXIT.ERROR],
])('a file that is %s is not kept', async (_name, content, facts, words, code) => {
  const { url } = await serve(content, facts);
  const folder = makeFolder();
  const ran = await run([
    'training',
    'export',
    '--url',
    url,
    '--output',
    path.join(folder, 'a.parquet'),
  ]);
  expect(ran.code).toBe(code);
  expect(ran.notes).toContain(words);
  expect(readdirSync(folder)).toEqual([]);
});

test('Parquet is not poured into a terminal, and other forms are', async () => {
  const { url } = await serve(CONTENT);
  const refused = await run(['training', 'export', '--url', url, '--format', 'parquet'], {
    seen: true,
  });
  expect(refused).toMatchObject({ code: EXIT.USAGE, data: '' });
  expect(refused.notes).toContain('--output runs.parquet');
  const shown = await run(['training', 'export', '--url', url], { seen: true });
  expect(shown).toMatchObject({ code: EXIT.OK, data: CONTENT.toString() });
});

test('training schema shows columns with when each was known, and the versions of rules', async () => {
  const { url } = await serve(CONTENT);
  const { data, notes } = await run(['training', 'schema', '--url', url]);
  expect(data).toMatch(/duration_ms +after +number +ms/u);
  expect(notes).toContain('Rules: data_quality@1.');
  const { data: json } = await run(['training', 'schema', '--url', url, '--json']);
  expect(JSON.parse(json)).toMatchObject({ data: SCHEMA.data, warnings: [] });
});
