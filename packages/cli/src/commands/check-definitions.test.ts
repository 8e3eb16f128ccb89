import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerOf } from '@heartwood/api/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

type Answer = AnswerOf<'/api/v1/definitions/check'>;

const VALID: Answer = { data: { valid: true, definitions: 1, problems: [] } };
const INVALID: Answer = {
  data: {
    valid: false,
    definitions: 0,
    problems: [
      {
        place: { file: 'kpis.yaml', line: 3, path: 'kpi' },
        severity: 'error',
        code: 'DEFINITION_KEY_UNKNOWN',
        message: 'is not known',
        suggestions: ['kpis'],
      },
      {
        place: { file: HOSTILE, line: 9, path: '' },
        severity: 'warning',
        code: 'DEFINITION_VALUE',
        message: HOSTILE,
        suggestions: [],
      },
    ],
  },
};

function makeFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-definitions-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const check = async (answer: Answer, folder: string, ...flags: string[]) => {
  const { url, asked } = await openTestServer(() => ({ body: answer }));
  const ran = await run(['definitions', 'check', folder, '--url', url, ...flags]);
  return { ...ran, asked };
};

test('sends every definition file below the folder, and says how many definitions there are', async () => {
  const folder = makeFolder({
    'b.yaml': 'b',
    'a/c.YML': 'ü',
    'd.json': '{}',
    'readme.md': 'no',
    '.git/e.yaml': 'no',
    '.hidden.yaml': 'no',
  });
  const { code, data, notes, asked } = await check(VALID, folder);
  expect(asked.map(({ method, body, url }) => ({ method, body, path: url.pathname }))).toEqual([
    {
      method: 'POST',
      path: '/api/v1/definitions/check',
      body: {
        files: [
          { name: 'a/c.YML', text: 'ü' },
          { name: 'b.yaml', text: 'b' },
          { name: 'd.json', text: '{}' },
        ],
      },
    },
  ]);
  expect({ code, data, notes }).toEqual({
    code: EXIT.OK,
    data: '',
    notes: '1 definition in 3 files.\n',
  });
});

test('one file alone can be looked at', async () => {
  const folder = makeFolder({ 'b.yaml': 'b', 'a.yaml': 'a' });
  const { asked } = await check(VALID, path.join(folder, 'b.yaml'));
  expect(asked[0]?.body).toEqual({ files: [{ name: 'b.yaml', text: 'b' }] });
});

describe('files with errors', () => {
  test('end with 3, a line each, as editors read it', async () => {
    const { code, data, notes } = await check(INVALID, makeFolder({ 'kpis.yaml': 'x' }));
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(data).toBe(
      `kpis.yaml:3: error: is not known. Did you mean kpis?\n${HOSTILE_SHOWN}:9: warning: ${HOSTILE_SHOWN}.\n`,
    );
    expect(notes).toBe('1 error and 1 warning in 1 file.\n');
  });

  test('are the envelope as JSON', async () => {
    const { code, data } = await check(INVALID, makeFolder({ 'kpis.yaml': 'x' }), '--json');
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(JSON.parse(data)).toEqual({
      data: INVALID.data.problems,
      meta: { files: 1, valid: false, definitions: 0 },
      warnings: [],
    });
  });

  test.each([
    ['csv', 'file,line,path,severity,code,message,suggestions\nkpis.yaml,3,kpi,error,'],
    ['md', '| file | line | path | severity | code | message | did you mean |\n'],
    ['ndjson', '{"place":{"file":"kpis.yaml","line":3,"path":"kpi"},'],
  ])('are rows as %s', async (format, start) => {
    const folder = makeFolder({ 'kpis.yaml': 'x' });
    const { data } = await check(INVALID, folder, '--format', format);
    expect(data.startsWith(start), data).toBe(true);
  });
});

describe('nothing is sent for', () => {
  test.each([
    ['a folder that is not there', {}, 'none', 'no such file'],
    ['a folder without definition files', { 'a.txt': '' }, '', 'there is no *.yaml'],
    ['a file that is no text', { 'a.yaml': Buffer.from([0xff]) }, '', 'not valid'],
    ['more than the server takes', { 'a.yaml': 'x'.repeat(300_000) }, '', '240 KiB'],
  ])('%s', async (_name, files, within, reason) => {
    const { code, notes, asked } = await check(VALID, path.join(makeFolder(files), within));
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain(reason);
    expect(asked).toEqual([]);
  });
});

test('the folder of the server is taken when none is named', async () => {
  const { code, data } = await run(['definitions', 'check', '--help']);
  expect(code).toBe(EXIT.OK);
  expect(data).toContain('heartwood definitions check [<folder>] [flags]');
  const { notes } = await run(['definitions', 'check']);
  expect(notes).toContain('No definitions can be read from heartwood:');
});

test('a verb that there is not is suggested', async () => {
  const { code, notes } = await run(['definitions', 'chekc']);
  expect(code).toBe(EXIT.USAGE);
  expect(notes).toContain('Did you mean definitions check?');
});
