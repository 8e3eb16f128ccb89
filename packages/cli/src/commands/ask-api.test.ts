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
