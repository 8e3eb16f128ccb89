/** Whether a sender kept only a share of such spans, as the trace state of one says. */

/** No list of members is longer; what is cut at the end could be another number. */
const MAX_BYTES = 8192;

/**
 * Whether a trace state says that other spans like this one were left out: a rejection threshold `th` of the member `ot`
 * that is not 0. One that is malformed says nothing.
 * https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function isSampled(traceState: Uint8Array): boolean {
  const { buffer, byteOffset, length } = traceState;
  if (length > MAX_BYTES) return false;
  const text = Buffer.from(buffer, byteOffset, length).toString('latin1');
  if (!text.includes('ot=')) return false;
  const member = text
    .split(',')
    .map((one) => one.replaceAll(/^[ \t]+|[ \t]+$/gu, ''))
    .find((one) => one.startsWith('ot='));
  const field = member
    ?.slice('ot='.length)
    .split(';')
    .find((one) => one.startsWith('th:'));
  return field !== undefined && THRESHOLD.test(field);
}

/** 56 bits without the zeros at their end; 0 takes every span. */
const THRESHOLD = /^th:(?!0+$)[\da-f]{1,14}$/u;
