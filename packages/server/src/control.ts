/** How commands on the same machine reach the server: a port of its own on loopback, known from a file that only the owner can read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  request as openRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
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
    response
      .writeHead(status, { 'content-type': 'application/json', [PROOF]: digest(token) })
      .end(JSON.stringify(body));
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
const isSame = (given: string, expected: string): boolean =>
  timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(expected)));

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Header that shows whoever knows the token that the answer comes from the server of this file. */
const PROOF = 'heartwood-control';

/**
 * Asks the server that runs on a data folder and waits as long as it takes; undefined when none does, which the lock of
 * the folder makes sure of. Rejects with what the server said, and with `SERVER_CONTROL_LOST` when it went meanwhile.
 */
export async function askServer(file: string, action: string, ask: object): Promise<unknown> {
  let address: { readonly port: number; readonly token: string };
  try {
    address = JSON.parse(readFileSync(file, 'utf8')) as typeof address;
  } catch {
    return undefined;
  }
  let answered: Answered;
  try {
    answered = await post(address, action, JSON.stringify(ask));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The file is left by a server that was killed; its port is free, or of a program that does not speak HTTP.
    if (code === 'ECONNREFUSED' || code?.startsWith('HPE_') === true) return undefined;
    throw serverError('SERVER_CONTROL_LOST', { file, reason: message }, error);
  }
  // Another program has the port now.
  if (answered.proof !== digest(address.token)) return undefined;
  const body = JSON.parse(answered.text) as { code?: string; message?: string };
  if (answered.status === 200) return body;
  if (body.code !== undefined) throw new CodedError(body.code, body.message ?? '', false);
  throw serverError('SERVER_CONTROL_REFUSED', { file, status: answered.status });
}

interface Answered {
  readonly status: number;
  readonly proof: unknown;
  readonly text: string;
}

/** Not with fetch, which gives up when no header has come within 300 s: a backup may take longer. */
function post(
  { port, token }: { readonly port: number; readonly token: string },
  action: string,
  body: string,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = openRequest(
      {
        host: '127.0.0.1',
        port,
        path: `/${action}`,
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(body) },
        agent: false,
      },
      (response) => {
        readText(response).then(
          (text) =>
            resolve({ status: response.statusCode ?? 0, proof: response.headers[PROOF], text }),
          reject,
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += String(part);
  return text;
}
