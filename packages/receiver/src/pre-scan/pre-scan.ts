/** Refuses a body that holds too many things before the decoder makes a row of it. */
import { constants, gunzipSync } from 'node:zlib';
import type { ReceiverLimits } from '../limits.ts';
import { COMPRESSION, ENCODING, type Signal, SIGNALS } from '../signal.ts';
import { ItemCount } from './item-count.ts';
import { scanJson } from './json-scan.ts';
import { scanProtobuf } from './protobuf-scan.ts';
import { createShape, REACH, type Reach, type Shape } from './protobuf-shape.ts';
import type { Scanned } from './scanned.ts';

/** How a body is to be understood: numbers of the tables in `signal.ts`. */
export interface Request {
  readonly signal: number;
  readonly encoding: number;
  readonly compression: number;
}

/** The smallest element of a list, bytes: a tag and a length of 0 in protobuf, a digit and a comma in JSON. */
const LEAST_BYTES = 2;

export class PreScan {
  readonly #limits: ReceiverLimits;
  readonly #signals = new Map<number, { readonly name: string; readonly shape: Shape }>();

  constructor(
    limits: ReceiverLimits,
    signals: Iterable<Pick<Signal, 'number' | 'name'>> = SIGNALS.values(),
  ) {
    this.#limits = limits;
    for (const { number, name } of signals)
      this.#signals.set(number, { name, shape: createShape(name) });
  }

  /**
   * Looks into the beginning of a gzip body that says it expands as no telemetry does. Throws `OTLP_TOO_LARGE` when even the
   * beginning holds too much.
   */
  lookAhead(request: Request, body: Buffer): void {
    const beginning = request.compression === COMPRESSION.GZIP ? beginningOf(body) : undefined;
    if (beginning !== undefined) this.#scan(request, { bytes: beginning, isWhole: false });
  }

  /** Throws `OTLP_TOO_LARGE` when the decompressed body, with readable bytes behind it, holds too much. */
  look(request: Request, bytes: Uint8Array): void {
    this.#scan(request, { bytes, isWhole: true });
  }

  #scan({ signal, encoding }: Request, body: Scanned): void {
    const { envelopes, records, requestAttributes } = this.#limits;
    const possible = body.bytes.length / LEAST_BYTES;
    const known = this.#signals.get(signal);
    if (known === undefined || (possible <= envelopes && possible <= records)) return;
    const { name, shape } = known;
    const count = new ItemCount(this.#limits, name);
    if (encoding === ENCODING.PROTOBUF)
      scanProtobuf(body, shape, this.#reachFor(name, body.bytes.length), count);
    else if (!body.isWhole || isDense(body.bytes, requestAttributes)) scanJson(body, name, count);
  }

  /** No further down than where there could be too much: into records only when the body has so many bytes at all. */
  #reachFor(signal: string, bytes: number): Reach {
    const { records, requestAttributes } = this.#limits;
    // The buckets of exponential histograms may have one byte each.
    const partBytes = signal === 'metrics' ? 1 : LEAST_BYTES;
    if (bytes > requestAttributes * partBytes) return REACH.ALL;
    return bytes > records * LEAST_BYTES ? REACH.RECORDS : REACH.ENVELOPES;
  }
}

/** Expansion from which a body is looked into before it is decompressed whole: traces have 6 to 20 in every measurement. */
const SUSPICIOUS_EXPANSION = 64;
const MEBIBYTE = 1024 * 1024;

/** The first quarter of a gzip body, at most 12 MiB, when it says that it expands to so much as no telemetry does. */
function beginningOf(body: Buffer): Buffer | undefined {
  const told = body.length >= 18 ? body.readUInt32LE(body.length - 4) : 0;
  if (told < 24 * MEBIBYTE || told < body.length * SUSPICIOUS_EXPANSION) return undefined;
  const wanted = Math.min(told / 4, 12 * MEBIBYTE);
  const part = body.subarray(0, Math.ceil((body.length * wanted) / told));
  try {
    return gunzipSync(part, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: 2 * wanted,
      chunkSize: wanted,
    });
  } catch {
    // Whoever decompresses the whole says what is wrong.
    return undefined;
  }
}

/** Places of a JSON body that are looked at, and bytes at each. */
const SAMPLES = 64;
const SAMPLE_BYTES = 64;

/**
 * Whether a JSON body has more commas and brackets than telemetry has, judged by samples: to walk all of it costs a third of
 * its decoding. What hides between the samples is for the decoder: it counts resources, records, attributes and exemplars itself
 * and is merely slower to refuse; events, links and lists it cuts at the limits of a record.
 */
function isDense(bytes: Uint8Array, limit: number): boolean {
  if (bytes.length < 4 * SAMPLES * SAMPLE_BYTES) return true;
  const step = Math.floor(bytes.length / SAMPLES);
  let brackets = 0;
  let commas = 0;
  for (let sample = 0; sample < SAMPLES; sample++)
    for (let at = sample * step; at < sample * step + SAMPLE_BYTES; at++) {
      const byte = bytes[at];
      if (byte === 0x7b || byte === 0x5b) brackets++;
      else if (byte === 0x2c) commas++;
    }
  const seen = SAMPLES * SAMPLE_BYTES;
  // Spans of the benchmark: a bracket each 42 bytes and a comma each 28.
  return brackets * 16 > seen || commas * 12 > seen || (commas / seen) * bytes.length > limit;
}
