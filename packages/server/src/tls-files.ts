/** Certificate, key and client authorities from files, checked before they are used and read again when they change. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { SETTINGS } from './config.ts';
import { serverError } from './errors.ts';

export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
  /** Authorities of client certificates; given, clients must show one. */
  readonly clientCa: string | undefined;
}

/** What a listener is made with. */
interface TlsContext {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

/** How often the files are looked at. Links that are swapped, as Kubernetes does, send no event that could be relied on. */
const LOOK_MS = 5000;

export class TlsFiles {
  readonly #paths: TlsPaths;
  readonly #log: (message: string) => void;
  readonly #listeners: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  #context: TlsContext;
  #stamp: string;

  /** Throws `SERVER_TLS_FILE` naming every file that cannot be used. */
  constructor(paths: TlsPaths, log: (message: string) => void, lookMs: number = LOOK_MS) {
    this.#paths = paths;
    this.#log = log;
    this.#stamp = stampOf(paths);
    this.#context = load(paths);
    this.#timer = setInterval(() => this.look(), lookMs);
    this.#timer.unref();
  }

  get context(): TlsContext {
    return this.#context;
  }

  get asksForCertificate(): boolean {
    return this.#paths.clientCa !== undefined;
  }

  onChange(renew: () => void): void {
    this.#listeners.push(renew);
  }

  /** Takes the files in force when they have changed; bad ones are told, and what was in force stays. */
  look(): void {
    const stamp = stampOf(this.#paths);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#context = load(this.#paths);
    } catch (error) {
      this.#log(`${(error as Error).message}; the certificate of before stays in force`);
      return;
    }
    for (const renew of this.#listeners) renew();
    this.#log('the changed certificate is in force for new connections');
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

const filesOf = ({ certificate, key, clientCa }: TlsPaths): readonly string[] => [
  certificate,
  key,
  ...(clientCa === undefined ? [] : [clientCa]),
];

/** Differs whenever one of the files may have. */
const stampOf = (paths: TlsPaths): string =>
  filesOf(paths)
    .map((file) => {
      try {
        const { ino, size, mtimeMs } = statSync(file);
        return `${ino} ${size} ${mtimeMs}`;
      } catch (error) {
        // It is looked at on a timer, where nobody would catch a closed folder; reading tells the reason.
        return (error as Error).message;
      }
    })
    .join('\n');

function load(paths: TlsPaths): TlsContext {
  const problems: string[] = [];
  const attempt = <T>(
    variable: string,
    file: string,
    what: string,
    act: () => T,
  ): T | undefined => {
    try {
      return act();
    } catch (error) {
      problems.push(`${variable}=${file} ${what}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const read = (variable: string, file: string): Buffer | undefined =>
    attempt(variable, file, 'cannot be read', () => readFileSync(file));

  const { tlsCert, tlsKey, tlsClientCa } = SETTINGS;
  const cert = read(tlsCert.variable, paths.certificate);
  const key = read(tlsKey.variable, paths.key);
  const certificate =
    cert &&
    attempt(tlsCert.variable, paths.certificate, 'is no certificate in PEM', () =>
      inForce(new X509Certificate(cert)),
    );
  const privateKey =
    key &&
    attempt(tlsKey.variable, paths.key, 'is no unencrypted private key in PEM', () =>
      createPrivateKey(key),
    );
  if (certificate && privateKey && !certificate.checkPrivateKey(privateKey))
    problems.push(
      `${tlsKey.variable}=${paths.key} is not the key of the certificate in ${tlsCert.variable}=${paths.certificate}`,
    );
  const ca = paths.clientCa === undefined ? undefined : read(tlsClientCa.variable, paths.clientCa);
  if (ca && paths.clientCa !== undefined)
    attempt(tlsClientCa.variable, paths.clientCa, 'holds no certificates in PEM', () => {
      for (const pem of certificatesIn(ca)) inForce(new X509Certificate(pem));
    });
  const context = cert && key && { cert, key, ...(ca && { ca }) };
  if (context && problems.length === 0)
    attempt(tlsCert.variable, paths.certificate, 'cannot be used', () =>
      createSecureContext(context),
    );
  if (context === undefined || problems.length > 0)
    throw serverError('SERVER_TLS_FILE', {
      problems: problems.map((problem) => `  - ${problem}`).join('\n'),
    });
  return context;
}

function inForce(certificate: X509Certificate): X509Certificate {
  const now = Date.now();
  if (Date.parse(certificate.validTo) < now) throw new Error(`expired ${certificate.validTo}`);
  if (Date.parse(certificate.validFrom) > now)
    throw new Error(`not in force before ${certificate.validFrom}`);
  return certificate;
}

function certificatesIn(pem: Buffer): string[] {
  const found = pem
    .toString('latin1')
    .match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (found === null) throw new Error('nothing begins with BEGIN CERTIFICATE');
  return found;
}
