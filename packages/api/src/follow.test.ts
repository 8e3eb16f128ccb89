import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, describe, expect, test } from 'vitest';
import { createClient, type FollowState } from './client.ts';

type Answer = (response: ServerResponse, request: IncomingMessage, attempt: number) => void;

/** Answers each attempt in turn, the last one again and again. */
async function serve(...answers: Answer[]) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const attempt = asked.length - 1;
    (answers[attempt] ?? answers.at(-1))?.(response, request, attempt);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

const stream =
  (text: string, isEnd = true): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (isEnd) response.end(text);
    else response.write(text);
  };

const refusal =
  (status: number, code: string): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ code, detail: `${code}.`, status }));
  };

const skipped = (id: number): string => `event: skipped\nid: ${id}\ndata: {"records":${id}}\n\n`;

/** Events until there are so many, and how the connection was. */
async function follow(baseUrl: string, count: number, token?: string) {
  const states: FollowState[] = [];
  const events = createClient({ baseUrl, token, timeoutMs: 500 }).follow('/api/v1/logs/stream', {
    query: { minSeverity: 'warn', withoutProgress: true },
    onState: (state) => states.push(state),
  });
  const found: (string | undefined)[] = [];
  for await (const { id } of events) {
    found.push(id);
    if (found.length === count) break;
  }
  return { found, states };
}

test('a stream that breaks off is taken up behind the last event that came', async () => {
  const { asked, url } = await serve(
    stream(skipped(1) + skipped(2) + skipped(3).slice(0, -1)),
    refusal(503, 'NOT_READY'),
    stream(skipped(3) + skipped(4), false),
  );
  const { found, states } = await follow(url, 4, 'secret');
  expect(found).toEqual(['1', '2', '3', '4']);
  expect(states).toEqual(['open', 'lost', 'again']);
  expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2', '2']);
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(
    asked.map(() => 'Bearer secret'),
  );
  expect(asked[0]?.url).toBe('/api/v1/logs/stream?minSeverity=warn&withoutProgress=true');
});

describe('it ends when the server', () => {
  test.each<[string, Answer[], object]>([
    [
      'refuses the first attempt',
      [refusal(503, 'STREAM_FULL')],
      { code: 'STREAM_FULL', status: 503 },
    ],
    [
      'wants another token later',
      [stream(skipped(1)), refusal(401, 'TOKEN_WRONG')],
      { status: 401 },
    ],
    [
      'does not take the question later',
      [stream(skipped(1)), refusal(400, 'STREAM_ID_INVALID')],
      { status: 400 },
    ],
    [
      'has no such stream later',
      [stream(skipped(1)), refusal(404, 'ROUTE_UNKNOWN')],
      { status: 404 },
    ],
    [
      'answers something else',
      [(response) => void response.end('hello')],
      { code: 'ANSWER_UNREADABLE' },
    ],
    [
      'sends data that are no JSON',
      [stream('event: log\ndata: {\n\n')],
      { code: 'ANSWER_UNREADABLE' },
    ],
    ['says nothing at all', [() => undefined], { code: 'ANSWER_TIMEOUT' }],
  ])('%s', async (_name, answers, problem) => {
    const { url } = await serve(...answers);
    await expect(follow(url, 2)).rejects.toMatchObject(problem);
  });
});

test('nobody there at first is an error', async () => {
  await expect(follow('http://127.0.0.1:1', 1)).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    status: 0,
  });
});

test('a line without end does not fill the memory', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  let sent = 0;
  const { url } = await serve((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: ');
    const more = (): void => {
      while (!response.destroyed && response.write(megabyte)) sent++;
      sent++;
    };
    response.on('drain', more);
    more();
  });
  await expect(follow(url, 1)).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
  expect(sent).toBeLessThan(100);
});

test('the signal ends it, while it reads and while it waits', async () => {
  for (const answer of [stream(skipped(1), false), stream(skipped(1))]) {
    const { asked, url } = await serve(answer, () => undefined);
    const stop = new AbortController();
    const events = createClient({ baseUrl: url }).follow('/api/v1/logs/stream', {
      signal: stop.signal,
      onState: (state) => {
        if (state === 'lost') stop.abort(new Error('enough'));
      },
    });
    const read = async (): Promise<void> => {
      for await (const { id } of events)
        if (id === '1') setTimeout(() => stop.abort(new Error('enough')), 20);
    };
    await expect(read()).rejects.toThrow('enough');
    expect(asked).toHaveLength(1);
  }
});
