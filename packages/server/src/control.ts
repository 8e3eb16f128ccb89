/** How commands on the same machine reach the server: a port of its own on loopback, known from a file that only the owner can read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '@heartwood/semconv';
import { serverError } from './errors.ts';

/** What a command may ask for, by path; each takes and gives JSON. */
export type ControlActions = Readonly<Record<string, (ask: unknown) => Promise<unknown>>>;

export interface Control {
  close(): Promise<void>;
}

/** Longest text of a request, bytes: a path and some words. */
const MAX_ASK_BYTES = 64 * 1024;

/** Listens and writes the file; whoever can read it may ask for anything here. */
export async function openControl(file: string, actions: ControlActions): Promise<Control> {
  const token = randomBytes(24).toString('hex');
  const server = createServer((request, response) => {
    void answer(request, response, token, actions);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify({ port, token, pid: process.pid }), {
    mode: 0o600,
    flag: 'wx',
  });
  return {
    close: async () => {
      rmSync(file, { force: true });
      await closeServer(server);
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  actions: ControlActions,
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (!isSame(request.headers.authorization ?? '', `Bearer ${token}`)) return send(401, {});
  const action = request.method === 'POST' ? actions[(request.url ?? '').slice(1)] : undefined;
  if (action === undefined) return send(404, {});
  try {
    send(200, (await action(await readAsk(request))) ?? {});
  } catch (error) {
    const { code, message } =
      error instanceof CodedError
        ? error
        : { code: 'SERVER_CONTROL_FAILED', message: String(error) };
    send(500, { code, message });
  }
}

async function readAsk(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += String(part);
    if (text.length > MAX_ASK_BYTES) throw new RangeError('too long');
  }
  return JSON.parse(text);
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Asks the server that runs on a data folder; undefined when none does. Rejects with what the server said. */
export async function askServer(file: string, action: string, ask: object): Promise<unknown> {
  let address: { port: number; token: string };
  try {
    address = JSON.parse(readFileSync(file, 'utf8')) as typeof address;
  } catch {
    return undefined;
  }
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${address.port}/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${address.token}` },
      body: JSON.stringify(ask),
    });
  } catch {
    // Left by a server that was killed.
    return undefined;
  }
  const body = (await response.json()) as { code?: string; message?: string };
  if (response.ok) return body;
  if (body.code !== undefined) throw new CodedError(body.code, body.message ?? '', false);
  throw serverError('SERVER_CONTROL_REFUSED', { file, status: response.status });
}
