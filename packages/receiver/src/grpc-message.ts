/** Reads the one message of a unary call: gRPC's frame of flag, length and bytes. */
import type { ServerHttp2Stream } from 'node:http2';
import { BodyBuffer } from './body.ts';
import { malformed, receiverError, tooLarge } from './errors.ts';
import type { Claim } from './in-flight.ts';

/** Flag (0 or 1) and length as a 32-bit number with the highest byte first. */
export const FRAME_HEADER_BYTES = 5;

export interface GrpcMessage {
  readonly isCompressed: boolean;
  /** As received, with readable bytes behind it. */
  readonly body: Buffer;
}

/**
 * Rejects with `OTLP_TOO_LARGE` as soon as more is announced than `limitBytes`, `OTLP_MALFORMED` for anything but exactly one
 * message, `RECEIVER_BUSY`, `OTLP_BODY_INCOMPLETE` when the caller goes away, and with the reason of `interrupt`.
 */
export function readMessage(
  call: ServerHttp2Stream,
  limitBytes: number,
  claim: Claim,
  interrupt: AbortSignal,
): Promise<GrpcMessage> {
  const reader = new MessageReader(limitBytes, claim);
  return new Promise((resolve, reject) => {
    const attempt = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        fail(error);
      }
    };
    const onData = (chunk: Buffer): void => attempt(() => reader.append(chunk));
    const onEnd = (): void =>
      attempt(() => {
        // A stream that is cut ends as well.
        if (call.aborted) throw receiverError('OTLP_BODY_INCOMPLETE');
        const message = reader.take();
        stop();
        resolve(message);
      });
    const onGone = (): void => fail(receiverError('OTLP_BODY_INCOMPLETE'));
    const onInterrupt = (): void => fail(interrupt.reason);
    const fail = (error: unknown): void => {
      stop();
      call.pause();
      reject(error);
    };
    const stop = (): void => {
      call.off('data', onData).off('end', onEnd).off('close', onGone);
      interrupt.removeEventListener('abort', onInterrupt);
    };
    interrupt.addEventListener('abort', onInterrupt);
    call.on('data', onData).on('end', onEnd).on('close', onGone);
  });
}

class MessageReader {
  readonly #limitBytes: number;
  readonly #claim: Claim;
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  #headerBytes = 0;
  #announced = 0;
  #body: BodyBuffer | undefined;

  constructor(limitBytes: number, claim: Claim) {
    this.#limitBytes = limitBytes;
    this.#claim = claim;
  }

  append(chunk: Buffer): void {
    let rest = chunk;
    if (this.#body === undefined) {
      const taken = chunk.copy(this.#header, this.#headerBytes);
      this.#headerBytes += taken;
      if (this.#headerBytes < FRAME_HEADER_BYTES) return;
      this.#body = this.#begin();
      rest = chunk.subarray(taken);
    }
    if (this.#body.length + rest.length > this.#announced)
      throw malformed('gRPC', 'a unary call has one message', FRAME_HEADER_BYTES + this.#announced);
    if (rest.length > 0) this.#body.append(rest);
  }

  take(): GrpcMessage {
    if (this.#body === undefined || this.#body.length < this.#announced)
      throw malformed('gRPC', 'the message is not complete', this.#headerBytes);
    return { isCompressed: this.#header[0] === 1, body: this.#body.take() };
  }

  #begin(): BodyBuffer {
    const flag = this.#header.readUInt8(0);
    if (flag > 1) throw malformed('gRPC', `the compression flag is ${flag}`, 0);
    this.#announced = this.#header.readUInt32BE(1);
    if (this.#announced > this.#limitBytes) throw tooLarge(this.#announced, this.#limitBytes);
    return new BodyBuffer(this.#limitBytes, this.#claim, this.#announced);
  }
}
