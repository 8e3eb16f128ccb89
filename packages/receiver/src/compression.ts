/** What bodies may be compressed with, and their decompression within a bound. */
import * as zlib from 'node:zlib';
import { CodedError } from '@heartwood/semconv';
import { withSlack } from './body.ts';
import { BODY_SLACK_BYTES } from './decode/text/text-source.ts';
import { receiverError, tooLarge } from './errors.ts';
import { COMPRESSION, type Compression } from './signal.ts';
import { zstdFrames } from './zstd-frames.ts';

/** Node has it from 22.15 on; its types are those of the oldest Node that is supported. */
const { zstdDecompressSync } = zlib as {
  readonly zstdDecompressSync?: (
    bytes: Buffer,
    options: {
      readonly maxOutputLength: number;
      readonly chunkSize: number;
      readonly params: Record<number, number>;
    },
  ) => Buffer;
};

/** Compressions by their name in Content-Encoding and grpc-encoding. */
export const COMPRESSIONS: ReadonlyMap<string, Compression> = new Map<string, Compression>([
  ['gzip', COMPRESSION.GZIP],
  ['x-gzip', COMPRESSION.GZIP],
  ...(zstdDecompressSync === undefined ? [] : ([['zstd', COMPRESSION.ZSTD]] as const)),
]);

/** Their names for senders, as Accept-Encoding and grpc-accept-encoding list them. */
export const ACCEPTED_COMPRESSIONS: string = [...COMPRESSIONS.keys()]
  .filter((name) => name !== 'x-gzip')
  .join(', ');

/**
 * The body decompressed, with {@link BODY_SLACK_BYTES} readable bytes behind it. Throws `OTLP_TOO_LARGE` when it would
 * exceed `limitBytes`, `OTLP_MALFORMED` when it is not what its Content-Encoding says.
 */
export function decompress(body: Buffer, compression: Compression, limitBytes: number): Uint8Array {
  // OTLP counts an empty body as an empty request, whatever it claims to be compressed with.
  if (compression === COMPRESSION.NONE || body.length === 0) return withSlack(body);
  try {
    return withSlack(
      compression === COMPRESSION.GZIP ? gunzip(body, limitBytes) : unzstd(body, limitBytes),
    );
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(`more than ${limitBytes}`, limitBytes);
    const encoding = compression === COMPRESSION.GZIP ? 'gzip' : 'zstd';
    throw receiverError('OTLP_MALFORMED', { encoding, reason: message, at: 0 }, error);
  }
}

const gunzip = (body: Buffer, limitBytes: number): Buffer =>
  zlib.gunzipSync(body, {
    maxOutputLength: limitBytes,
    chunkSize: outputGuess(body, limitBytes),
  });

/** DEFLATE cannot expand a byte to more than this many. */
const MAX_EXPANSION = 1032;

/** A gzip member ends with its length: a first chunk of that size spares the joining of 16 KiB chunks. */
function outputGuess(body: Buffer, limitBytes: number): number {
  const told = body.length >= 18 ? body.readUInt32LE(body.length - 4) : 0;
  const possible = Math.min(told, limitBytes, body.length * MAX_EXPANSION);
  return Math.max(possible + BODY_SLACK_BYTES + 1, 1024);
}

/** Base-2 logarithm of the largest window, 8 MiB: more is not allowed in HTTP (RFC 9659, 3), and would be allocated at once. */
const ZSTD_WINDOW_LOG_MAX = 23;
/** `ZSTD_d_windowLogMax` of zstd.h. */
const ZSTD_D_WINDOW_LOG_MAX = 100;

function unzstd(body: Buffer, limitBytes: number): Buffer {
  // A journal that a newer Node wrote.
  if (zstdDecompressSync === undefined)
    throw new Error('zstd needs Node 22.15 or newer to be decompressed');
  const parts: Buffer[] = [];
  let left = limitBytes;
  for (const { bytes, contentBytes } of zstdFrames(body)) {
    // Nothing may come of it, but a limit of zero is none.
    if (left === 0 && contentBytes !== 0) throw tooLarge(`more than ${limitBytes}`, limitBytes);
    const part = zstdDecompressSync(bytes, {
      maxOutputLength: Math.max(left, 1),
      chunkSize: Math.max(Math.min(contentBytes ?? CHUNK_BYTES, left) + BODY_SLACK_BYTES + 1, 1024),
      params: { [ZSTD_D_WINDOW_LOG_MAX]: ZSTD_WINDOW_LOG_MAX },
    });
    left -= part.length;
    parts.push(part);
  }
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}

/** First chunk for a frame that does not say how much it holds. */
const CHUNK_BYTES = 64 * 1024;
