/** The hash by which a repeated request is known. */
import { createHash } from 'node:crypto';

/** What is the same request: the same bytes, understood in the same way. */
export interface Hashable {
  readonly signal: number;
  readonly encoding: number;
  readonly compression: number;
  readonly body: Uint8Array;
}

/** SHA-256 over how the body is understood and the body as it was received, cut to 16 bytes. */
export const hashRequest = ({ signal, encoding, compression, body }: Hashable): Buffer =>
  createHash('sha256')
    .update(Uint8Array.of(signal, encoding, compression))
    .update(body)
    .digest()
    .subarray(0, 16);
