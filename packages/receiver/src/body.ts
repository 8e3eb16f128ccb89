/** Collects the bytes of a body as they come, within a bound. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { BODY_SLACK_BYTES } from './decode/text/text-source.ts';
import { receiverError, tooLarge } from './errors.ts';
import type { Claim } from './in-flight.ts';

/** What is read: a request, as far as its body is concerned. */
export interface BodySource extends Readable {
  readonly headers: IncomingHttpHeaders;
}

/** First buffer of a body that announces no length, bytes. */
const FIRST_BYTES = 64 * 1024;
/** Most that an announcement gets, bytes; what is larger grows as it comes. */
const ANNOUNCED_BYTES = 4 * 1024 * 1024;
/** First buffer until so much has come, bytes: an announcement costs a sender nothing, on hundreds of streams at once. */
const EARNEST_BYTES = 8 * 1024;

/** The bytes of one body; there are always {@link BODY_SLACK_BYTES} readable ones behind them. */
export class BodyBuffer {
  readonly #limitBytes: number;
  readonly #claim: Claim;
  readonly #announcedBytes: number;
  #buffer: Buffer<ArrayBuffer> | undefined;
  #length = 0;

  constructor(limitBytes: number, claim: Claim, announcedBytes: number = FIRST_BYTES) {
    this.#limitBytes = limitBytes;
    this.#claim = claim;
    this.#announcedBytes = announcedBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Throws `OTLP_TOO_LARGE` when more than the limit has come, `RECEIVER_BUSY` when the claim cannot hold it. */
  append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#limitBytes)
      throw tooLarge(`more than ${this.#limitBytes}`, this.#limitBytes);
    if (!this.#claim.widen(needed)) throw receiverError('RECEIVER_BUSY');
    const former = this.#buffer ?? this.#begin(chunk.length);
    const buffer = needed + BODY_SLACK_BYTES > former.length ? this.#grow(former, needed) : former;
    buffer.set(chunk, this.#length);
    this.#buffer = buffer;
    this.#length = needed;
  }

  #begin(cameBytes: number): Buffer<ArrayBuffer> {
    return this.#claim.buffer(this.#expected(cameBytes) + BODY_SLACK_BYTES);
  }

  #grow(former: Buffer, needed: number): Buffer<ArrayBuffer> {
    const size = Math.max(needed, this.#length * 2, this.#expected(needed));
    const grown = this.#claim.buffer(size + BODY_SLACK_BYTES);
    former.copy(grown, 0, 0, this.#length);
    return grown;
  }

  #expected(cameBytes: number): number {
    const most = cameBytes < EARNEST_BYTES ? EARNEST_BYTES : ANNOUNCED_BYTES;
    return Math.min(this.#announcedBytes, most);
  }

  /** What has come, until the claim is released; nothing is appended any more. */
  take(): Buffer {
    this.#claim.settle();
    return (this.#buffer ?? this.#begin(0)).subarray(0, this.#length);
  }
}

/**
 * The body as it comes over the wire. Rejects with `OTLP_TOO_LARGE` as soon as more than `limitBytes` have come,
 * `RECEIVER_BUSY` when the claim cannot hold it, `OTLP_BODY_INCOMPLETE` when the sender goes away, and with the reason of
 * `interrupt`. The request is left as it is, so that an answer can still be sent.
 */
export function readBody(
  request: BodySource,
  limitBytes: number,
  claim: Claim,
  interrupt?: AbortSignal,
): Promise<Buffer> {
  const announced = request.headers['content-length'];
  const buffer = new BodyBuffer(
    limitBytes,
    claim,
    announced === undefined ? undefined : Number(announced),
  );
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      try {
        buffer.append(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve(buffer.take());
    };
    const onGone = (cause?: Error): void => fail(receiverError('OTLP_BODY_INCOMPLETE', {}, cause));
    const onInterrupt = (): void => fail(interrupt?.reason);
    const fail = (error: unknown): void => {
      stop();
      // A body nobody reads fills the socket's buffer and no more.
      request.pause();
      reject(error);
    };
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      interrupt?.removeEventListener('abort', onInterrupt);
    };
    if (interrupt?.aborted) return onInterrupt();
    interrupt?.addEventListener('abort', onInterrupt);
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

/** The bytes with {@link BODY_SLACK_BYTES} readable ones behind them; copied when there are not so many. */
export function withSlack(bytes: Buffer): Uint8Array {
  if (bytes.byteOffset + bytes.length + BODY_SLACK_BYTES <= bytes.buffer.byteLength) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length + BODY_SLACK_BYTES);
  bytes.copy(copy);
  return copy.subarray(0, bytes.length);
}
