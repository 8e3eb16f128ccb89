/** Certificate and key of the listeners, which may change while they listen. */
import type { SecureContextOptions, Server, TlsOptions, TLSSocket } from 'node:tls';

export interface Tls {
  /** Certificate, key and, where senders must show a certificate, the authorities that may have signed it. */
  readonly context: Pick<SecureContextOptions, 'cert' | 'key' | 'ca'>;
  /** Whether a sender must show a certificate. */
  readonly asksForCertificate: boolean;
  /** Calls back whenever `context` has changed. */
  onChange(renew: () => void): void;
}

/** What a server of node:https or node:http2 is made with. */
export const tlsOptions = (tls: Tls, handshakeMs: number): TlsOptions => ({
  ...contextOf(tls),
  requestCert: tls.asksForCertificate,
  rejectUnauthorized: tls.asksForCertificate,
  handshakeTimeout: handshakeMs,
});

/** Lets new connections of a server have what is in force then; `onFailure` is told of each handshake that fails. */
export function followTls(
  server: Pick<Server, 'setSecureContext' | 'removeAllListeners' | 'on'>,
  tls: Tls,
  onFailure: () => void = () => undefined,
): void {
  tls.onChange(() => server.setSecureContext(contextOf(tls)));
  const failed = new WeakSet<TLSSocket>();
  // Node's own would have the failure answered like a broken request.
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (_error, socket) => {
    if (!failed.has(socket)) onFailure();
    failed.add(socket);
    socket.destroy();
  });
}

const contextOf = ({ context }: Tls): SecureContextOptions => ({
  ...context,
  minVersion: 'TLSv1.2',
  // The order of the server's ciphers decides.
  honorCipherOrder: true,
});
