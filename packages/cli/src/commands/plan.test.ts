/** The commands of the tracking plan against answers of a server: what they ask, print and end with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerOf } from '@heartwood/api/client';
import { expect, onTestFinished, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

function makeFile(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-plan-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'plan.yaml');
  writeFileSync(file, text);
  return file;
}

const call = async (body: unknown, ...words: string[]) => {
  const { url, asked } = await openTestServer(() => ({ body }));
  const ran = await run(['plan', ...words, '--url', url]);
  return { ...ran, asked };
};

const RANGE = {
  from: '2026-11-15T00:00:00.000Z',
  to: '2026-11-22T00:00:00.000Z',
  timeZone: 'UTC',
  unit: 'events',
  complete: true,
  truncated: false,
  warnings: [],
};

test('plan show without a plan says so', async () => {
  const answer: AnswerOf<'/api/v1/plan'> = { data: [], meta: { total: 0, plan: null } };
  const { data, notes, code } = await call(answer, 'show');
  expect([data, code]).toEqual(['', EXIT.OK]);
  expect(notes).toContain('There is no tracking plan');
});

test('plan violations asks for what it was told to, and prints names clean', async () => {
  const answer: AnswerOf<'/api/v1/plan/violations'> = {
    data: [
      {
        event: HOSTILE,
        type: 'additional_property',
        path: HOSTILE,
        schemaVersion: '1-0-0',
        records: 3,
        blocked: 1,
        firstSeen: '2026-11-20T00:00:00.000000000Z',
        lastSeen: '2026-11-21T00:00:00.000000000Z',
        sample: '7',
      },
    ],
    meta: RANGE,
  };
  const words = ['violations', '--since', '7d', '--event', 'a b', '--type', 'additional_property'];
  const { data, asked } = await call(answer, ...words, '--format', 'md');
  expect(Object.fromEntries(asked.at(0)?.url.searchParams ?? [])).toMatchObject({
    since: '7d',
    event: 'a b',
    type: 'additional_property',
    limit: '100',
  });
  expect(data).toContain(HOSTILE_SHOWN.slice(0, 8));
  expect(data).not.toContain(HOSTILE);
  const wrong = await call(answer, 'violations', '--type', 'naming_');
  expect(wrong.code).toBe(EXIT.USAGE);
  expect(wrong.asked).toEqual([]);
});

test.each([
  [true, EXIT.OK],
  [false, EXIT.CHECK_FAILED],
])('plan lint of a plan that is valid: %s ends with %i', async (valid, code) => {
  const problem = {
    place: { file: 'plan.yaml', line: 3, path: 'events.a' },
    severity: valid ? ('warning' as const) : ('error' as const),
    code: 'PLAN_LINT',
    message: 'events.a: is odd',
    suggestions: [],
  };
  const answer: AnswerOf<'/api/v1/plan/lint'> = { data: { valid, events: 1, problems: [problem] } };
  const ran = await call(answer, 'lint', makeFile('events: {a: {}}'));
  expect(ran.code).toBe(code);
  expect(ran.data).toBe(`plan.yaml:3: ${problem.severity}: events.a: is odd.\n`);
  expect(ran.asked.at(0)?.body).toEqual({
    files: [{ name: 'plan.yaml', text: 'events: {a: {}}' }],
  });
});

test.each([
  [true, EXIT.OK],
  [false, EXIT.CHECK_FAILED],
])('plan diff of versions that are right: %s ends with %i', async (ok, code) => {
  const event = { event: 'a', from: '1-0-0', to: '1-0-0', bump: 'model', needed: '2-0-0', ok };
  const change = { path: 'size', bump: 'model', message: 'required property came' };
  const answer: AnswerOf<'/api/v1/plan/diff'> = {
    data: { ok, bump: 'model', events: [{ ...event, change: 'changed', changes: [change] }] },
  };
  const file = makeFile('events: {}');
  const ran = await call(answer, 'diff', file, '--with', file, '--format', 'csv');
  expect(ran.code).toBe(code);
  expect(ran.data).toContain(`a,size,required property came,model,1-0-0,1-0-0,2-0-0`);
  expect(Object.keys(ran.asked.at(0)?.body as object)).toEqual(['before', 'after']);
  const toServer = await call(answer, 'diff', file);
  expect(Object.keys(toServer.asked.at(0)?.body as object)).toEqual(['before']);
});

test('plan infer writes the file and nothing else to stdout', async () => {
  const answer = {
    data: { plan: { version: 1 }, text: 'version: 1\n' },
    meta: {
      ...RANGE,
      sampleSize: { unit: 'events', n: 9 },
      sampling: null,
      approximate: null,
      asOf: '9',
      definition: { kind: 'plan', id: null, revision: null },
    },
  };
  const ran = await call(answer, 'infer', '--since', '7d', '--event=a', '--event=b', '--sample=5');
  expect(ran.data).toBe('version: 1\n');
  expect(ran.asked.at(0)?.body).toMatchObject({ since: '7d', events: ['a', 'b'], sample: 5 });
});

test('plan codegen and export ask for the form, of files or of the plan in force', async () => {
  const answer: AnswerOf<'/api/v1/plan/text'> = { data: { text: 'text\n', events: 1 } };
  const file = makeFile('events: {}');
  const code = await call(answer, 'codegen', file);
  expect(code.data).toBe('text\n');
  expect(code.asked.at(0)?.body).toMatchObject({
    to: 'typescript',
    files: [{ text: 'events: {}' }],
  });
  const table = await call(answer, 'export', '--in-force', '--to', 'csv');
  expect(table.asked.at(0)?.body).toEqual({ to: 'csv' });
});

test('plan import ends with 3 on a table that cannot be read, and refuses no file', async () => {
  const answer: AnswerOf<'/api/v1/plan/import'> = {
    data: {
      text: '',
      events: 0,
      problems: [
        {
          place: { file: 'plan.yaml', line: 2, path: '' },
          severity: 'error',
          code: 'PLAN_INVALID',
          message: 'is none',
          suggestions: [],
        },
      ],
    },
  };
  const ran = await call(answer, 'import', makeFile('| a |'));
  expect([ran.data, ran.code]).toEqual(['', EXIT.CHECK_FAILED]);
  expect(ran.notes).toContain('plan.yaml:2: error: is none');
  const absent = await call(answer, 'import', '/no/such/file');
  expect(absent.asked).toEqual([]);
  expect(absent.code).toBe(EXIT.USAGE);
  expect(absent.notes).toContain('/no/such/file cannot be read: ');
  expect(absent.notes).toContain('Give the file that holds the table.');
});
