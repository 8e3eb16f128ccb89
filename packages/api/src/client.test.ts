import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, createClient } from './client.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test('path, query and token go out encoded; undefined stays at home', async () => {
  let seen: { url?: string | undefined; authorization?: string | undefined } = {};
  const baseUrl = await serve(({ url, headers }, response) => {
    seen = { url, authorization: headers.authorization };
    response.end('{}');
  });
  const client = createClient({ baseUrl: `${baseUrl}/`, token: 'secret' });
  await client.get('/api/v1/features/{name}', {
    params: { name: 'GET /a b?ü#%' },
    query: { since: '1h', service: undefined, recent: 3, category: 'a&b=c' },
  });
  expect(seen).toEqual({
    url: '/api/v1/features/GET%20%2Fa%20b%3F%C3%BC%23%25?since=1h&recent=3&category=a%26b%3Dc',
    authorization: 'Bearer secret',
  });
});

test('a problem becomes an error with all that it says', async () => {
  const problem = {
    type: 'urn:heartwood:problem:FEATURE_UNKNOWN',
    title: 'Feature unknown',
    status: 404,
    code: 'FEATURE_UNKNOWN',
    detail: 'No run.',
    remedy: 'Check.',
    parameter: 'feature',
    suggestions: ['checkout'],
  };
  const baseUrl = await serve((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify(problem));
  });
  const error: unknown = await createClient({ baseUrl })
    .get('/api/stats')
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    code: 'FEATURE_UNKNOWN',
    message: 'No run.',
    status: 404,
    parameter: 'feature',
    remedy: 'Check.',
    suggestions: ['checkout'],
    retryable: false,
  });
});

test.each([
  [200, '<html>'],
  [502, 'Bad Gateway'],
  [200, ''],
])('an answer %i "%s" that is no JSON is unreadable', async (status, body) => {
  const baseUrl = await serve((_request, response) => {
    response.writeHead(status).end(body);
  });
  await expect(createClient({ baseUrl }).get('/healthz')).rejects.toMatchObject({
    code: 'ANSWER_UNREADABLE',
    status,
    message: `The answer of /healthz (HTTP ${String(status)}) is no JSON.`,
  });
});

test('a stream in place of an answer is unreadable at once, and let go', async () => {
  let isGone = false;
  const baseUrl = await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write(':\n\n');
    request.socket.on('close', () => (isGone = true));
  });
  await expect(createClient({ baseUrl }).get('/healthz')).rejects.toMatchObject({
    code: 'ANSWER_UNREADABLE',
    message: 'The answer of /healthz (HTTP 200, text/event-stream) is no JSON.',
  });
  await vi.waitFor(() => expect(isGone).toBe(true), 10_000);
});

test.each([['null'], ['"text"'], ['[]']])(
  'a failure that answers %s is an error all the same',
  async (body) => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(500).end(body);
    });
    await expect(createClient({ baseUrl }).get('/healthz')).rejects.toMatchObject({
      code: 'ANSWER_UNREADABLE',
      status: 500,
    });
  },
);

test('a server that is not there is unreachable', async () => {
  const baseUrl = await serve(() => undefined);
  for (const close of closers.splice(0)) close();
  await expect(createClient({ baseUrl }).get('/healthz')).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    status: 0,
    retryable: true,
  });
});

test('a server that does not answer is given up after the deadline', async () => {
  const baseUrl = await serve(() => undefined);
  await expect(createClient({ baseUrl, timeoutMs: 50 }).get('/healthz')).rejects.toMatchObject({
    code: 'ANSWER_TIMEOUT',
  });
});

test('an aborted request rejects with the reason it was given', async () => {
  const baseUrl = await serve(() => undefined);
  const stop = new AbortController();
  const reason = new Error('page left');
  const answer = createClient({ baseUrl }).get('/healthz', { signal: stop.signal });
  stop.abort(reason);
  await expect(answer).rejects.toBe(reason);
});
