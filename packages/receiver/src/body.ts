/** Reads the body of a request and decompresses it, both within a bound. */
import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { BODY_SLACK_BYTES } from './decode/text-source.ts';
import { receiverError } from './errors.ts';
import { COMPRESSION, type Compression } from './signal.ts';

/**
 * The body as it comes over the wire, with {@link BODY_SLACK_BYTES} readable bytes behind it.
 * Throws `OTLP_TOO_LARGE` as soon as more than `limitBytes` have come, `OTLP_BODY_INCOMPLETE` when the sender goes away.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  if (announced > limitBytes) throw tooLarge(announced, limitBytes);
  // One buffer of the announced size, filled in place; without one, 64 KiB that grow.
  let buffer = Buffer.allocUnsafeSlow((announced >= 0 ? announced : 65_536) + BODY_SLACK_BYTES);
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const needed = length + chunk.length;
      if (needed > limitBytes) throw tooLarge(needed, limitBytes);
      if (needed + BODY_SLACK_BYTES > buffer.length) buffer = grow(buffer, length, needed);
      chunk.copy(buffer, length);
      length = needed;
    }
  } catch (error) {
    if (request.complete || isOurs(error)) throw error;
    throw receiverError('OTLP_BODY_INCOMPLETE', {}, error);
  }
  return buffer.subarray(0, length);
}

/**
 * The body decompressed, with {@link BODY_SLACK_BYTES} readable bytes behind it. Throws `OTLP_TOO_LARGE` when it would
 * exceed `limitBytes`, `OTLP_MALFORMED` when it is not what its Content-Encoding says.
 */
export function decompress(body: Buffer, compression: Compression, limitBytes: number): Uint8Array {
  // OTLP counts an empty body as an empty request, whatever it claims to be compressed with.
  if (compression === COMPRESSION.NONE || body.length === 0) return withSlack(body);
  try {
    const chunkSize = outputGuess(body, limitBytes);
    return withSlack(gunzipSync(body, { maxOutputLength: limitBytes, chunkSize }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limitBytes + 1, limitBytes);
    throw receiverError('OTLP_MALFORMED', { encoding: 'gzip', reason: message, at: 0 }, error);
  }
}

/** DEFLATE cannot expand a byte to more than this many. */
const MAX_EXPANSION = 1032;

/** A gzip member ends with its length: a first chunk of that size spares the joining of 16 KiB chunks. */
function outputGuess(body: Buffer, limitBytes: number): number {
  const told = body.length >= 18 ? body.readUInt32LE(body.length - 4) : 0;
  const possible = Math.min(told, limitBytes, body.length * MAX_EXPANSION);
  return Math.max(possible + BODY_SLACK_BYTES + 1, 1024);
}

function withSlack(bytes: Buffer): Uint8Array {
  if (bytes.byteOffset + bytes.length + BODY_SLACK_BYTES <= bytes.buffer.byteLength) return bytes;
  return grow(bytes, bytes.length, bytes.length).subarray(0, bytes.length);
}

function grow(buffer: Buffer, used: number, needed: number): Buffer<ArrayBuffer> {
  const grown = Buffer.allocUnsafeSlow(Math.max(needed, used * 2) + BODY_SLACK_BYTES);
  buffer.copy(grown, 0, 0, used);
  return grown;
}

const tooLarge = (bytes: number, limitBytes: number): Error =>
  receiverError('OTLP_TOO_LARGE', {
    what: `${bytes > limitBytes + 1 ? bytes : `more than ${limitBytes}`} bytes`,
    limit: `${limitBytes} bytes`,
  });

const isOurs = (error: unknown): boolean => error instanceof Error && 'retryable' in error;
