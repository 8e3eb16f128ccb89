/** A real HTTP server that answers what a test says. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  /** What came as JSON; undefined when nothing did. */
  readonly body: unknown;
}

/** An answer: a body, with a status when it is not 200 and a type when it is no JSON; a text goes out as it is; nothing at all hangs. */
export type Reply =
  | { readonly status?: number; readonly type?: string; readonly body: unknown }
  | undefined;

export interface TestServer {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** Listens on a free port until the test ends. */
export async function openTestServer(reply: (asked: Asked) => Reply): Promise<TestServer> {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { headers, method = '', url = '' } = request;
    const one = {
      url: new URL(url, 'http://test'),
      headers,
      method,
      body: await readBody(request),
    };
    asked.push(one);
    const replied = reply(one);
    if (replied === undefined) return;
    response.writeHead(replied.status ?? 200, {
      'content-type': replied.type ?? 'application/json',
    });
    response.end(typeof replied.body === 'string' ? replied.body : JSON.stringify(replied.body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
