/** Listening and no longer listening, with words for an operator. */
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { followTls, tlsOptions } from '@heartwood/receiver';
import { serverError } from './errors.ts';
import type { TlsFiles } from './tls-files.ts';

/** Readers show a token, not a certificate: browsers would ask people for one. */
export function createAppServer(app: RequestListener, tls: TlsFiles | undefined): HttpServer {
  if (tls === undefined) return createServer(app);
  const server = createSecureServer({ ...tlsOptions(tls, HANDSHAKE_MS), requestCert: false }, app);
  followTls(server, tls);
  return server;
}

const HANDSHAKE_MS = 10_000;

interface Address {
  readonly host: string;
  readonly port: number;
  /** Setting that chose the port. */
  readonly variable: string;
}

/** The port that was taken; rejects with a `CodedError` that names the setting. */
export async function listenOrExplain(
  listen: (port: number) => Promise<number>,
  { host, port, variable }: Address,
): Promise<number> {
  try {
    return await listen(port);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw serverError('SERVER_PORT_IN_USE', { host, port, variable }, cause);
    throw serverError('SERVER_LISTEN_FAILED', { host, port, variable, reason: message }, cause);
  }
}

export function listenHttp(server: HttpServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

export async function closeHttp(server: HttpServer): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Browsers connect in advance, which Node does not count as idle, and a slow reader may hold its connection for ever.
  const cut = setTimeout(() => server.closeAllConnections(), READERS_END_MS);
  await closed;
  clearTimeout(cut);
}

/** Time for questions under way when the server stops. */
const READERS_END_MS = 1000;
