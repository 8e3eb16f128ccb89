/** The app on a free port, over a real store, for tests. */
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { noteUndeclared } from './declared-codes.ts';

/** An app that listens. */
export interface TestServer {
  readonly baseUrl: string;
  readonly port: number;
  /** Codes that routes have answered and do not declare, by `method path: code`. */
  readonly undeclared: ReadonlySet<string>;
  /** Throws where there are any. */
  close(): Promise<void>;
}

/** Listens on a free port of the loopback address. */
export async function listen(app: Express): Promise<TestServer> {
  const undeclared = new Set<string>();
  const server = createServer((request, response) => {
    noteUndeclared(request, response, undeclared);
    app(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    undeclared,
    baseUrl: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      if (undeclared.size > 0)
        throw new Error(`routes do not declare what they answer: ${[...undeclared].join(', ')}`);
    },
  };
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a request line and headers that fetch would mend or refuse. */
export async function sendRaw(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
