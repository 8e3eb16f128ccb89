/** An HTTP server that answers what a test says: what readers of the API are pointed at. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What one question gets. Text is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status?: number;
  readonly body: unknown;
}

export interface AnsweringServer {
  readonly url: string;
  /** Path and search of each question so far, with the authorization it came with. */
  readonly asked: readonly { readonly url: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1, until the test is over. A question without a reply is never answered. */
export async function openAnswering(
  reply: (url: URL, count: number) => Reply | undefined,
): Promise<AnsweringServer> {
  const asked: AnsweringServer['asked'][number][] = [];
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
    const answer = reply(url, asked.length);
    if (answer === undefined) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}
