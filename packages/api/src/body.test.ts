import type { Reader } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { createClient } from './client.ts';
import { Problem } from './contract/answer.ts';
import { listen, sendRaw, type RawAnswer, type TestServer } from './testing/server.ts';

const CHECK = '/api/v1/definitions/check';
const TOKEN = 'read-token-0123456789';
const unasked = async (): Promise<never> => {
  throw new Error('Nothing here asks the store.');
};
const reader: Reader = { exactRuns: 0, isSummed: () => false, read: unasked, ask: unasked };
const failures: unknown[] = [];
let server: TestServer;
let closed: TestServer;

beforeAll(async () => {
  const options = { reader, version: '0', onFailure: (error: unknown) => failures.push(error) };
  server = await listen(createApp(options));
  closed = await listen(createApp({ ...options, tokens: { read: TOKEN } }));
});
afterAll(async () => {
  await server.close();
  await closed.close();
});

const JSON_TYPE = { 'content-type': 'application/json' };

const post = async (
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
): Promise<RawAnswer> => sendRaw(server.port, CHECK, { method: 'POST', headers, body });

const problemOf = ({ status, headers, body }: RawAnswer): Problem => {
  expect(headers['content-type']).toMatch(/^application\/problem\+json/u);
  const problem = Problem.parse(JSON.parse(body));
  expect(problem.status).toBe(status);
  return problem;
};

const ONE_FILE = JSON.stringify({ files: [{ name: 'a.yaml', text: '' }] });

describe('a body that is refused', () => {
  const files = (count: number): object[] =>
    Array.from({ length: count }, (_, index) => ({ name: `${String(index)}.yaml`, text: '' }));
  const deep = `{"files":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;

  test.each([
    ['nothing', '', 'BODY_NOT_JSON', undefined],
    ['half of it', '{"files":', 'BODY_NOT_JSON', undefined],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'BODY_NOT_JSON', undefined],
    ['NaN', '{"files":NaN}', 'BODY_NOT_JSON', undefined],
    ['null', 'null', 'BODY_INVALID', 'body'],
    ['a list', '[]', 'BODY_INVALID', 'body'],
    ['a text', '"files"', 'BODY_INVALID', 'body'],
    ['no files', '{}', 'BODY_INVALID', 'files'],
    ['an empty list of files', '{"files":[]}', 'BODY_INVALID', 'files'],
    ['too many files', JSON.stringify({ files: files(201) }), 'BODY_INVALID', 'files'],
    [
      'two files of one name',
      JSON.stringify({ files: [...files(1), ...files(1)] }),
      'BODY_INVALID',
      'files',
    ],
    ['a file without a text', '{"files":[{"name":"a"}]}', 'BODY_INVALID', 'files[0].text'],
    ['a number for a text', '{"files":[{"name":"a","text":1}]}', 'BODY_INVALID', 'files[0].text'],
    ['an unknown member', '{"file":[],"files":[{"name":"a","text":""}]}', 'BODY_INVALID', 'file'],
    [
      'an unknown member inside',
      '{"files":[{"name":"a","text":"","mode":1}]}',
      'BODY_INVALID',
      'files[0].mode',
    ],
    [
      'a hostile member',
      '{"files":[{"name":"a","text":"","__proto__":1}]}',
      'BODY_INVALID',
      'files[0].__proto__',
    ],
    ['what is nested 20,000 deep', deep, 'BODY_INVALID', 'body'],
  ])('%s', async (_name, body, code, parameter) => {
    const problem = problemOf(await post(body));
    expect(problem).toMatchObject({ code, status: 400 });
    expect(problem.parameter).toBe(parameter);
    expect(problem.remedy).not.toBe('');
    expect(failures).toEqual([]);
  });

  test('an unknown member that is nearly right is suggested', async () => {
    const answer = await post('{"fils":[],"files":[{"name":"a","text":""}]}');
    expect(problemOf(answer).suggestions).toEqual(['files']);
  });

  test.each([
    ['no type', {}],
    ['the type of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text, which any page may send', { 'content-type': 'text/plain;charset=UTF-8' }],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }],
    ['compressed bytes', { ...JSON_TYPE, 'content-encoding': 'gzip' }],
  ])('%s', async (_name, headers) => {
    expect(problemOf(await post(ONE_FILE, headers))).toMatchObject({
      code: 'BODY_TYPE_WRONG',
      status: 415,
    });
  });

  test.each([
    ['announced', {}],
    ['in pieces', { 'transfer-encoding': 'chunked' }],
  ])('more bytes than may be, %s', async (_name, headers) => {
    const body = JSON.stringify({ files: [{ name: 'a.yaml', text: 'x'.repeat(262_144) }] });
    expect(problemOf(await post(body, { ...JSON_TYPE, ...headers }))).toMatchObject({
      code: 'BODY_TOO_LARGE',
      status: 413,
    });
  });
});

describe('a body that is taken', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
  ])('as %s', async (type) => {
    const { status, body } = await post(ONE_FILE, { 'content-type': type });
    expect({ status, ...JSON.parse(body) }).toEqual({
      status: 200,
      data: { valid: true, definitions: 0, problems: [] },
    });
  });

  test('with a byte order mark', async () => {
    expect((await post(`\uFEFF${ONE_FILE}`)).status).toBe(200);
  });

  test('and parameters behind the path are checked as everywhere', async () => {
    const answer = await sendRaw(server.port, `${CHECK}?since=1h`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: ONE_FILE,
    });
    expect(problemOf(answer)).toMatchObject({
      code: 'PARAMETER_UNKNOWN',
      remedy: 'Leave it out; this path takes none.',
    });
  });

  test.each([
    ['[1]', 'body must be an object.'],
    ['{"files": {}}', 'files must be a list.'],
  ])('a body of another form, %s, is told which it must be', async (body, detail) => {
    expect(
      problemOf(await sendRaw(server.port, CHECK, { method: 'POST', headers: JSON_TYPE, body }))
        .detail,
    ).toBe(detail);
  });
});

describe('who may', () => {
  const send = async (headers: Readonly<Record<string, string>>): Promise<RawAnswer> =>
    sendRaw(closed.port, CHECK, { method: 'POST', headers, body: 'no JSON' });

  test('a question needs the read token, which is looked at before the body', async () => {
    expect(problemOf(await send(JSON_TYPE)).code).toBe('TOKEN_MISSING');
    const headers = { ...JSON_TYPE, authorization: `Bearer ${TOKEN}` };
    expect(problemOf(await send(headers)).code).toBe('BODY_NOT_JSON');
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('%s is not taken', async (method) => {
    const answer = await sendRaw(server.port, CHECK, { method });
    expect(problemOf(answer)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(answer.headers.allow).toBe('POST');
  });

  test('a host name that is not of this machine is refused without a token', async () => {
    const headers = { ...JSON_TYPE, host: 'evil.example' };
    const answer = await sendRaw(server.port, CHECK, { method: 'POST', headers, body: ONE_FILE });
    expect(problemOf(answer).code).toBe('HOST_NOT_ALLOWED');
  });
});

test('the client sends a body and reads the answer, or the problem', async () => {
  const client = createClient({ baseUrl: server.baseUrl });
  const files = [
    { name: 'a.yaml', text: 'goals:\n  - id: grow\nmeasure: 1\n' },
    { name: 'b.yaml', text: 'goals:\n  - id: grow\n' },
  ];
  const { data } = await client.post(CHECK, { body: { files } });
  expect(data).toMatchObject({ valid: false, definitions: 0 });
  expect(
    data.problems.map(({ code, place }) => `${place.file}:${String(place.line)} ${code}`),
  ).toEqual(['a.yaml:3 DEFINITION_KEY_UNKNOWN', 'b.yaml:2 DEFINITION_DUPLICATE']);
  await expect(client.post(CHECK, { body: { files: [] } })).rejects.toMatchObject({
    code: 'BODY_INVALID',
    status: 400,
    parameter: 'files',
  });
});
