/** Certificate and key of the listeners, which may change while they listen. */
import type { SecureContextOptions, TlsOptions } from 'node:tls';

export interface Tls {
  /** Certificate, key and, where senders must show a certificate, the authorities that may have signed it. */
  readonly context: Pick<SecureContextOptions, 'cert' | 'key' | 'ca'>;
  /** Whether a sender must show a certificate. */
  readonly asksForCertificate: boolean;
  /** Calls back whenever `context` has changed. */
  onChange(renew: () => void): void;
}

/** A server of node:https or node:http2. */
interface SecureServer {
  setSecureContext(options: SecureContextOptions): void;
}

/** What such a server is made with. */
export const tlsOptions = (tls: Tls, handshakeMs: number): TlsOptions => ({
  ...contextOf(tls),
  requestCert: tls.asksForCertificate,
  rejectUnauthorized: tls.asksForCertificate,
  handshakeTimeout: handshakeMs,
});

/** Lets new connections of a server have what is in force then. */
export function followTls(server: SecureServer, tls: Tls): void {
  tls.onChange(() => server.setSecureContext(contextOf(tls)));
}

const contextOf = ({ context }: Tls): SecureContextOptions => ({
  ...context,
  minVersion: 'TLSv1.2',
  // The order of the server's ciphers decides.
  honorCipherOrder: true,
});
