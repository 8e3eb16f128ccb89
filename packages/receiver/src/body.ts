/** Reads the body of a request and decompresses it, both within a bound. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { BODY_SLACK_BYTES } from './decode/text-source.ts';
import { receiverError } from './errors.ts';
import type { Claim } from './in-flight.ts';
import { COMPRESSION, type Compression } from './signal.ts';

/** What is read: a request, as far as its body is concerned. */
export interface BodySource extends Readable {
  readonly headers: IncomingHttpHeaders;
}

/** First buffer of a body that announces no length, bytes. */
const FIRST_BYTES = 64 * 1024;
/** Most that an announcement alone gets, bytes; what is larger grows as it comes. */
const ANNOUNCED_BYTES = 4 * 1024 * 1024;

/**
 * The body as it comes over the wire, with {@link BODY_SLACK_BYTES} readable bytes behind it. Rejects with `OTLP_TOO_LARGE`
 * as soon as more than `limitBytes` have come, `RECEIVER_BUSY` when the claim cannot hold it, `OTLP_BODY_INCOMPLETE` when the
 * sender goes away. The request is left as it is, so that an answer can still be sent.
 */
export function readBody(request: BodySource, limitBytes: number, claim: Claim): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? FIRST_BYTES);
  let buffer = Buffer.allocUnsafeSlow(Math.min(announced, ANNOUNCED_BYTES) + BODY_SLACK_BYTES);
  let length = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      const needed = length + chunk.length;
      if (needed > limitBytes) return fail(tooLarge(`more than ${limitBytes}`, limitBytes));
      if (!claim.widen(needed)) return fail(receiverError('RECEIVER_BUSY'));
      if (needed + BODY_SLACK_BYTES > buffer.length) buffer = grow(buffer, length, needed);
      chunk.copy(buffer, length);
      length = needed;
    };
    const onEnd = (): void => {
      stop();
      resolve(buffer.subarray(0, length));
    };
    const onGone = (cause?: Error): void => fail(receiverError('OTLP_BODY_INCOMPLETE', {}, cause));
    const fail = (error: Error): void => {
      stop();
      // A body nobody reads fills the socket's buffer and no more.
      request.pause();
      reject(error);
    };
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
    };
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
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
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(`more than ${limitBytes}`, limitBytes);
    throw receiverError('OTLP_MALFORMED', { encoding: 'gzip', reason: message, at: 0 }, error);
  }
}

/** The error of a body of `bytes` bytes. */
export const tooLarge = (bytes: number | string, limitBytes: number): Error =>
  receiverError('OTLP_TOO_LARGE', { what: `${bytes} bytes`, limit: `${limitBytes} bytes` });

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
