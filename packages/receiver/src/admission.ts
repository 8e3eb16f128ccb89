/** What is let in before a byte of the body is read: everything that the head of a request can tell. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { tooLarge } from './body.ts';
import { receiverError } from './errors.ts';
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
  UNSUPPORTED_PATHS,
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

/** Admits a request, or throws what is wrong with its head, in the order that tells a stranger least. */
export function admit(
  { isAuthorized, limits, inFlight, disk, journalDir }: AdmissionOptions,
  { url = '/', method = '', headers }: IncomingMessage,
): Admitted {
  if (!isAuthorized(headers.authorization)) throw receiverError('OTLP_UNAUTHENTICATED');
  const path = pathOf(url);
  const signal = SIGNALS.get(path);
  if (signal === undefined) throw unknownPath(path);
  if (method !== 'POST') throw receiverError('OTLP_METHOD', { method });
  const encoding = encodingOf(headers);
  if (encoding === undefined)
    throw receiverError('OTLP_CONTENT_TYPE', { type: headers['content-type'] ?? '' });
  const compression = compressionOf(headers);
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > limits.bodyBytes) throw tooLarge(announced, limits.bodyBytes);
  if (disk.freeBytes < limits.freeDiskBytes)
    throw receiverError('RECEIVER_DISK_LOW', { freeBytes: disk.freeBytes, path: journalDir });
  if (inFlight.isBusy) throw receiverError('RECEIVER_BUSY');
  return { signal, encoding, compression };
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

function unknownPath(path: string): Error {
  const unsupported = UNSUPPORTED_PATHS.get(path);
  return unsupported === undefined
    ? receiverError('OTLP_UNKNOWN_PATH', { path, known: [...SIGNALS.keys()].join(', ') })
    : receiverError('OTLP_UNSUPPORTED_SIGNAL', { signal: unsupported });
}

/** Content-Encoding is a list in the order of application (RFC 9110, 8.4); `identity` in it means nothing. */
function compressionOf(headers: IncomingHttpHeaders): Compression {
  const encoding = headers['content-encoding'] ?? '';
  const applied = encoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (applied.length === 0) return COMPRESSION.NONE;
  if (applied.length === 1 && (applied[0] === 'gzip' || applied[0] === 'x-gzip'))
    return COMPRESSION.GZIP;
  throw receiverError('OTLP_CONTENT_ENCODING', { encoding });
}
