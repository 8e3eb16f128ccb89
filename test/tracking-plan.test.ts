/** The tracking plan from end to end: drafted from what a real SDK sent, looked over, compiled, put in force, and kept. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, type ServerProcess, startServer } from './system/server-process.ts';

const root = path.resolve(import.meta.dirname, '..');
const HEARTWOOD = path.join(root, 'packages/cli/bin/heartwood.js');
const TSC = path.join(root, 'node_modules/typescript/bin/tsc');

let folder: string;
let server: ServerProcess;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heartwood-plan-'));
  await mkdir(path.join(folder, 'definitions'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  server = await startServer({
    dataDir: path.join(folder, 'data'),
    env: { HEARTWOOD_DEFINITIONS: path.join(folder, 'definitions') },
  });
  await send(
    Array.from({ length: 200 }, (_, i) => ({
      eventName: 'file_upload_started',
      attributes: {
        file_type: i % 3 === 0 ? 'pdf' : 'png',
        file_size: i,
        ...(i % 2 === 0 ? { 'owner.team': 'core' } : {}),
        'session.id': `s${String(i % 5)}`,
      },
    })),
  );
  await eventually(
    async () => (await clientOf(server).get('/api/v1/events')).data,
    ([row]) => row?.records === 200,
  );
}, 60_000);

afterAll(async () => {
  await server.end('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  readonly eventName: string;
  readonly attributes: Record<string, string | number | boolean>;
}

/** Sends events as an app with the SDK of OpenTelemetry does. */
async function send(events: readonly Sent[]): Promise<void> {
  const exporter = new OTLPLogExporter({ url: `${server.otlpUrl}/v1/logs` });
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('app');
  for (const event of events)
    logger.emit({ ...event, severityNumber: SeverityNumber.INFO, timestamp: Date.now() });
  await provider.shutdown();
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (file: string, args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [file, ...args],
      { cwd: folder, env: { PATH: process.env['PATH'], HEARTWOOD_URL: server.appUrl } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
const heartwood = (...args: string[]): Promise<Ran> => run(HEARTWOOD, args);
const toFile = (name: string, text: string): Promise<void> =>
  writeFile(path.join(folder, name), text);
const plan = (): Promise<string> => readFile(path.join(folder, 'plan.yaml'), 'utf8');

// A dozen processes, the compiler among them.
const TIMEOUT_MS = 120_000;

describe('a plan of what was seen', { timeout: TIMEOUT_MS }, () => {
  test('is drafted, looked over, and compiled to code that TypeScript takes', async () => {
    const drafted = await heartwood('plan', 'infer', '--since', '7d');
    expect(drafted.code, drafted.stderr).toBe(0);
    await toFile('plan.yaml', drafted.stdout);
    expect(drafted.stdout).toContain('file_upload_started:');
    expect(drafted.stdout).not.toContain('session');

    const linted = await heartwood('plan', 'lint', 'plan.yaml');
    expect(linted.code, linted.stdout).toBe(0);
    const checked = await heartwood('definitions', 'check', 'plan.yaml');
    expect(checked.code, checked.stdout).toBe(0);

    const code = await heartwood('plan', 'codegen', 'plan.yaml');
    expect(code.code, code.stderr).toBe(0);
    await toFile('track.ts', code.stdout);
    const compiled = await run(TSC, ['--noEmit', 'track.ts']);
    expect(compiled, compiled.stdout).toMatchObject({ code: 0, stdout: '' });
  });

  test('is not drafted of an event that never came', async () => {
    const drafted = await heartwood('plan', 'infer', '--event', 'file_upload_startd');
    expect(drafted).toMatchObject({ code: 1, stdout: '' });
    expect(drafted.stderr).toContain('Did you mean "file_upload_started"?');
  });

  test('what was seen and is in no plan is told by its name', async () => {
    await toFile('other.yaml', 'events: {a_b_done: {schema: {type: object}}}');
    const linted = await heartwood('plan', 'lint', 'other.yaml');
    expect(linted.stdout).toContain(
      'other.yaml:1: warning: events.file_upload_started: was seen and is not planned.',
    );
    expect(linted.code).toBe(0);
  });

  test('S4-40 goes through the table of nine columns and comes back', async () => {
    for (const form of ['markdown', 'csv']) {
      const table = await heartwood('plan', 'export', 'plan.yaml', '--to', form);
      expect(table.code, table.stderr).toBe(0);
      expect(table.stdout).toContain('Product Section');
      await toFile('table.txt', table.stdout);
      const imported = await heartwood('plan', 'import', 'table.txt');
      expect(imported.code, imported.stderr).toBe(0);
      await toFile('again.yaml', imported.stdout);
      const again = await heartwood('plan', 'export', 'again.yaml', '--to', form);
      expect(again.stdout).toBe(table.stdout);
    }
    const bad = await heartwood('plan', 'import', 'package.json');
    expect(bad.code).not.toBe(0);
  });

  test('that is changed is compared, and ends a build where its version does not say so', async () => {
    await toFile(
      'later.yaml',
      (await plan()).replace('file_type:', 'file_kind:').replace('- file_type', '- file_kind'),
    );
    const same = await heartwood('plan', 'diff', 'plan.yaml', '--with', 'plan.yaml');
    expect(same).toMatchObject({ code: 0, stdout: '' });
    const changed = await heartwood('plan', 'diff', 'plan.yaml', '--with', 'later.yaml');
    expect(changed.code, changed.stderr).toBe(3);
    expect(changed.stdout).toContain('file_kind');
  });

  test('that is put into the folder of definitions is in force, and off again when it goes', async () => {
    const inForce = path.join(folder, 'definitions', 'plan.yaml');
    await toFile('strict.yaml', (await plan()).replace(/violation: \w+/u, 'violation: block'));
    await rename(path.join(folder, 'strict.yaml'), inForce);
    const client = clientOf(server);
    await eventually(
      async () => (await client.get('/api/v1/plan')).meta.total,
      (total) => total === 1,
    );
    const shown = await heartwood('plan', 'show', '--format', 'csv');
    expect(shown.stdout).toContain('file_upload_started,1-0-0');

    await send([
      { eventName: 'file_upload_started', attributes: { file_type: 'pdf', file_size: 1 } },
      { eventName: 'file_upload_started', attributes: { file_size: 'secret words' } },
      { eventName: 'file_upload_ended', attributes: {} },
    ]);
    const { data } = await eventually(
      () => client.get('/api/v1/plan/violations', { query: { since: '1h' } }),
      (answer) => answer.data.length === 3,
    );
    const told = data.map(({ event, type, path: at, records, blocked }) =>
      [event, type, at, records, blocked].join(' '),
    );
    expect(told.toSorted()).toEqual([
      'file_upload_ended unplanned_event  1 0',
      'file_upload_started datatype_mismatch file_size 1 1',
      'file_upload_started required_missing file_type 1 1',
    ]);
    const listed = await heartwood('plan', 'violations', '--type', 'required_missing');
    expect(listed.stdout).toContain('file_type');
    expect(`${listed.stdout}${server.output().stdout}${server.output().stderr}`).not.toContain(
      'secret words',
    );

    const { data: events } = await client.get('/api/v1/events');
    expect(events.map(({ event, records }) => [event, records])).toEqual([
      ['file_upload_started', 201],
      ['file_upload_ended', 1],
    ]);
    const { data: verdict } = await client.post('/api/v1/plan/validate', {
      body: { event: 'file_upload_started', properties: { file_type: 'pdf' } },
    });
    expect(verdict).toMatchObject({
      valid: false,
      errors: ['Missing required property: file_size'],
      outcome: 'block',
    });
    const { data: metrics } = { data: await (await fetch(`${server.appUrl}/metrics`)).text() };
    expect(metrics).toMatch(/rejected[^\n]*reason="plan"[^\n]* 1\n/u);

    await rm(inForce);
    await eventually(
      async () => (await client.get('/api/v1/plan')).meta.plan,
      (found) => found === null,
    );
    // What was counted stays, and what is not checked now is told.
    const unchecked = await heartwood('plan', 'violations');
    expect(unchecked.stdout).toContain('file_type');
    expect(unchecked.stderr).toContain('There is no tracking plan');
    expect(listed.stderr).not.toContain('There is no tracking plan');
  });

  test.each([
    ['plan', 'lint', 'broken.yaml'],
    ['definitions', 'check', 'broken.yaml'],
  ])('%s %s of a broken one says where, and ends with 3', async (...args) => {
    await toFile('broken.yaml', 'events:\n  a_b_done:\n    schema: {pattern: "(a"}\n');
    const ran = await heartwood(...args);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('broken.yaml:3:');
  });
});

describe('a bad plan in a question is refused with its place', () => {
  const deep = `${'{"not":'.repeat(10_000)}{}${'}'.repeat(10_000)}`;
  test.each([
    ['a schema that turns in itself', '{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}'],
    ['a pattern with a back reference', String.raw`{"properties":{"a":{"pattern":"(a+)+\\1$"}}}`],
    ['a schema 10,000 deep', deep],
    ['a schema that is none', '[1, 2]'],
  ])('%s', async (_case, schema) => {
    const text = `{"events":\n{"a_b_done":{"schema":${schema}}}}`;
    const files = [{ name: 'plan.json', text }];
    for (const [route, body] of [
      ['text', { files, to: 'yaml' }],
      ['validate', { files, event: 'a' }],
      ['diff', { before: files, after: files }],
      ['lint', { files }],
    ] as const) {
      const answer = await fetch(`${server.appUrl}/api/v1/plan/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const told = (await answer.json()) as {
        readonly code?: string;
        readonly problems?: readonly { readonly place: object }[];
        readonly data?: { readonly problems: readonly { readonly place: object }[] };
      };
      const wanted = route === 'lint' ? [200, undefined] : [422, 'DEFINITION_INVALID'];
      expect([route, answer.status, told.code]).toEqual([route, ...wanted]);
      const [problem] = told.problems ?? told.data?.problems ?? [];
      expect(problem?.place).toMatchObject({ file: 'plan.json', line: 2 });
    }
  });

  test('properties nested 10,000 deep are checked to their limit, or refused', async () => {
    const files = [{ name: 'p.yaml', text: 'events: {a_b_done: {schema: {type: object}}}' }];
    const body = `{"event":"a_b_done","files":${JSON.stringify(files)},"properties":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`;
    const answer = await fetch(`${server.appUrl}/api/v1/plan/validate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect([200, 400, 422]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/json/u);
  });
});
