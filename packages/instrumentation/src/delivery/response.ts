/** Reads the answer of an OTLP receiver: how many records it refused, and when to come again. */

/** Partial success of an answer; zero rejected records with a message is a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/**
 * Decodes an Export…ServiceResponse, alike for the three signals (opentelemetry/proto/collector/trace/v1/
 * trace_service.proto). Bytes that are none count as full success: the receiver said 200.
 */
export function decodePartialSuccess(body: Uint8Array): PartialSuccess {
  let rejected = 0;
  let message = '';
  eachField(body, (field, value) => {
    if (field !== 1 || typeof value === 'number') return;
    eachField(value, (inner, content) => {
      if (inner === 1 && typeof content === 'number') rejected = content;
      if (inner === 2 && typeof content !== 'number') {
        message = Buffer.from(content).toString('utf8').slice(0, 200);
      }
    });
  });
  return { rejected, message };
}

/** Milliseconds that a Retry-After header asks to wait: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Calls back with each varint and each length-delimited field; stops at anything malformed. */
function eachField(
  bytes: Uint8Array,
  onField: (field: number, value: number | Uint8Array) => void,
): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 63) return NaN;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag % 8;
    const field = Math.floor(tag / 8);
    if (wireType === 0) {
      const value = varint();
      if (Number.isNaN(value)) return;
      onField(field, value);
    } else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const size = varint();
      if (!(at + size <= bytes.length)) return;
      onField(field, bytes.subarray(at, at + size));
      at += size;
    } else return;
  }
}
