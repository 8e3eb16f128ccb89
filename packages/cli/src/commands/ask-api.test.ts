/** `api get`: which path goes out, and what is printed of the answer. */
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

test.each([
  ['usage?since=7d&by=feature', '/api/v1/usage?since=7d&by=feature'],
  ['/healthz', '/healthz'],
  // The client has nothing to fill in.
  ['features/a{name}', '/api/v1/features/a%7Bname%7D'],
])('asks for %s as it was typed', async (typed, path) => {
  const { url, asked } = await openTestServer(() => ({ body: { status: 'ok' } }));
  expect(await run(['api', 'get', typed, '--url', url])).toMatchObject({
    code: EXIT.OK,
    data: '{\n  "status": "ok"\n}\n',
  });
  expect(asked.map((one) => one.url.pathname + one.url.search)).toEqual([path]);
});

test('what a terminal would obey is printed as JSON escapes it', async () => {
  const { url } = await openTestServer(() => ({ body: { data: ['\u001B[2J\u009B\u202E'] } }));
  const { data } = await run(['api', 'get', 'anything', '--url', url]);
  expect(data).toContain(String.raw`\u001b[2J\u009b\u202e`);
});

test('a path that the server does not know is told, with what to check', async () => {
  const body = { code: 'ROUTE_UNKNOWN', detail: 'There is nothing.', remedy: 'See /docs.' };
  const { url } = await openTestServer(() => ({ status: 404, body }));
  const { code, notes } = await run(['api', 'get', 'x', '--url', url]);
  expect(code).toBe(EXIT.ERROR);
  expect(notes).toContain('with heartwood api get, check the path');
});

const PAGE = '<!doctype html><title>Heartwood</title>';

test.each([
  [
    '/metrics',
    'text/plain; version=0.0.4; charset=utf-8',
    'up 1',
    '/metrics (HTTP 200, text/plain)',
  ],
  ['/?a=b', 'text/html', PAGE, '/ (HTTP 200, text/html)'],
  ['logs/stream', 'text/event-stream', '', '/api/v1/logs/stream (HTTP 200, text/event-stream)'],
  [
    'training/runs?format=csv',
    'text/csv',
    'trace_id,label',
    '/api/v1/training/runs (HTTP 200, text/csv)',
  ],
])('of %s it is said what came, and which paths answer JSON', async (typed, type, body, came) => {
  const { url } = await openTestServer(() => ({ type, body }));
  const { code, data, notes } = await run(['api', 'get', typed, '--url', url]);
  expect([code, data]).toEqual([EXIT.ERROR, '']);
  const [what, helps] = notes.split('\n');
  expect(what).toBe(
    `heartwood: ${url}: The answer of ${came} is no JSON. heartwood api get prints nothing else.`,
  );
  expect(helps).toMatch(/^ {2}Give a path below \/api\/v1\/, such as features; .*monitor logs/u);
  expect(notes).not.toContain('4319');
});

test('where a path for JSON is answered otherwise, the address is in doubt', async () => {
  const { url } = await openTestServer(() => ({ type: 'text/html', body: PAGE }));
  const { notes } = await run(['api', 'get', 'features', '--url', url]);
  expect(notes).toContain('/api/v1/features (HTTP 200, text/html) is no JSON.\n');
  expect(notes).toContain('port 4319');
});
