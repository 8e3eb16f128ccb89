/** Certificates for requests over TLS, from the files that OTEL_EXPORTER_OTLP_*CERTIFICATE and *_KEY name. */
import { readFileSync } from 'node:fs';
import type { FeatureConfig } from '../settings/config.ts';
import type { Signal } from './signal.ts';

/** PEM texts as `node:tls` takes them; what is absent is Node's own choice. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly key?: string;
  readonly cert?: string;
}

/** Reads the files; one that cannot be read is told to `problem` and left out, as if it had not been named. */
export function readTlsMaterial(
  config: FeatureConfig,
  signal: Signal,
  problem: (message: string) => void,
): TlsMaterial {
  const read = (file: string): string | undefined => {
    if (file === '') return undefined;
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      problem(
        `"${file.slice(0, 200)}" cannot be read (${(error as NodeJS.ErrnoException).code}); ` +
          'requests go without it. Remedy: check the OTEL_EXPORTER_OTLP_*CERTIFICATE and *_KEY variables',
      );
      return undefined;
    }
  };
  const ca = read(config[`${signal}Certificate`] || config.certificate);
  const key = read(config[`${signal}ClientKey`] || config.clientKey);
  const cert = read(config[`${signal}ClientCertificate`] || config.clientCertificate);
  return {
    ...(ca === undefined ? {} : { ca }),
    // One without the other is a broken handshake: better the receiver says that it wants a certificate.
    ...(key === undefined || cert === undefined ? {} : { key, cert }),
  };
}
