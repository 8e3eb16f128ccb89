/** What is let in before a byte of the body is read: everything that the head of a request can tell. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ACCEPTED_COMPRESSIONS, COMPRESSIONS } from './compression.ts';
import { receiverError, tooLarge } from './errors.ts';
import type { FreeDisk } from './free-disk.ts';
import type { InFlight } from './in-flight.ts';
import type { ReceiverLimits } from './limits.ts';
import {
  COMPRESSION,
  type Compression,
  ENCODING,
  type Encoding,
  type Signal,
  SIGNALS,
  UNSUPPORTED_SIGNALS,
} from './signal.ts';

export interface AdmissionOptions {
  readonly isAuthorized: (authorization: string | undefined) => boolean;
  readonly limits: ReceiverLimits;
  readonly inFlight: InFlight;
  readonly disk: FreeDisk;
  readonly journalDir: string;
}

/** How the body of an admitted request is to be understood. */
export interface Admitted {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly compression: Compression;
}

/** Admits a request of HTTP, or throws what is wrong with its head, in the order that tells a stranger least. */
export function admit(
  options: AdmissionOptions,
  { url = '/', method = '', headers }: IncomingMessage,
): Admitted {
  if (!options.isAuthorized(headers.authorization)) throw receiverError('OTLP_UNAUTHENTICATED');
  const signal = signalAt('path', pathOf(url));
  if (method !== 'POST') throw receiverError('OTLP_METHOD', { method });
  const encoding = encodingOf(headers);
  if (encoding === undefined)
    throw receiverError('OTLP_CONTENT_TYPE', { type: headers['content-type'] ?? '' });
  const compression = compressionOf(headers['content-encoding']);
  const announced = Number(headers['content-length'] ?? 0);
  const { bodyBytes } = options.limits;
  if (announced > bodyBytes) throw tooLarge(announced, bodyBytes);
  ensureRoom(options);
  return { signal, encoding, compression };
}

/** Admits a call of gRPC, or throws what is wrong with its head. */
export function admitCall(
  options: AdmissionOptions,
  path: string,
  headers: IncomingHttpHeaders,
): Admitted {
  if (!options.isAuthorized(headers.authorization)) throw receiverError('OTLP_UNAUTHENTICATED');
  const signal = signalAt('grpcPath', path);
  const compression = compressionOf(headers['grpc-encoding']?.toString());
  ensureRoom(options);
  return { signal, encoding: ENCODING.PROTOBUF, compression };
}

/** The encoding by Content-Type, without regard to letter case and parameters; only UTF-8 is OTLP/JSON. */
export function encodingOf(headers: IncomingHttpHeaders): Encoding | undefined {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return undefined;
  if (type.trim() === 'application/x-protobuf') return ENCODING.PROTOBUF;
  return type.trim() === 'application/json' ? ENCODING.JSON : undefined;
}

/** The path alone: without the host of an absolute form (RFC 9112, 3.2.2), query and a slash at the end. */
const pathOf = (url: string): string =>
  url
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/(?<=.)\/$/, '') || '/';

/** The signal whose requests go to `path` over HTTP, or whose method has this path over gRPC. */
function signalAt(transport: 'path' | 'grpcPath', path: string): Signal {
  const isHere = (signal: Pick<Signal, 'path' | 'grpcPath'>): boolean => signal[transport] === path;
  const signals = [...SIGNALS.values()];
  const signal = signals.find(isHere);
  if (signal !== undefined) return signal;
  const unsupported = UNSUPPORTED_SIGNALS.find(isHere);
  throw unsupported === undefined
    ? receiverError('OTLP_UNKNOWN_PATH', {
        path,
        known: signals.map((one) => one[transport]).join(', '),
      })
    : receiverError('OTLP_UNSUPPORTED_SIGNAL', { signal: unsupported.name });
}

/** Content-Encoding is a list in the order of application (RFC 9110, 8.4); `identity` in it means nothing. */
function compressionOf(encoding = ''): Compression {
  const applied = encoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (applied.length === 0) return COMPRESSION.NONE;
  const compression = applied.length === 1 ? COMPRESSIONS.get(applied[0] ?? '') : undefined;
  if (compression === undefined)
    throw receiverError('OTLP_CONTENT_ENCODING', { encoding, known: ACCEPTED_COMPRESSIONS });
  return compression;
}

function ensureRoom({ disk, inFlight, journalDir }: AdmissionOptions): void {
  if (disk.isLow)
    throw receiverError('RECEIVER_DISK_LOW', { freeBytes: disk.freeBytes, path: journalDir });
  if (!inFlight.makeRoom()) throw receiverError('RECEIVER_BUSY');
}
