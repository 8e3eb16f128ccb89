/** How the decoder of a signal is called. */
import type { Encoding } from '../signal.ts';

/** Makes rows of the body of the open request. Throws `OTLP_MALFORMED` or `OTLP_TOO_LARGE`. */
export type SignalDecoder = (encoding: Encoding) => void;
