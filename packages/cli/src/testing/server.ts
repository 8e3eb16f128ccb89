/** A real HTTP server that answers what a test says. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** An answer: a body, with a status when it is not 200; a text goes out as it is; nothing at all hangs. */
export type Reply = { readonly status?: number; readonly body: unknown } | undefined;

export interface TestServer {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** Listens on a free port until the test ends. */
export async function openTestServer(reply: (asked: Asked) => Reply): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const one = { url: new URL(request.url ?? '', 'http://test'), headers: request.headers };
    asked.push(one);
    const answer = reply(one);
    if (answer === undefined) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
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
