/** The spans of a trace as bars on one time axis. */
import type { Span, TraceDetail } from '@heartwood/api/contract';

/** Where a span lies, as shares of the whole trace. */
export interface Bar {
  readonly span: Span;
  readonly left: number;
  readonly width: number;
  /** Start after that of the trace, milliseconds. */
  readonly offsetMs: number;
}

/** Bars in the order of the answer: parents before children. Nanoseconds stay exact until the last division. */
export function toBars({ spans }: TraceDetail): Bar[] {
  const bounds = spans.map(({ startNs, durationNs }) => {
    const start = BigInt(startNs);
    return { start, end: start + BigInt(durationNs) };
  });
  const first = least(bounds.map(({ start }) => start));
  const whole = Number(-least(bounds.map(({ end }) => -end)) - first) || 1;
  return spans.map((span, index) => {
    const { start, end } = bounds[index] ?? { start: first, end: first };
    const offset = Number(start - first);
    return {
      span,
      left: offset / whole,
      width: Number(end - start) / whole,
      offsetMs: offset / 1e6,
    };
  });
}

function least(values: readonly bigint[]): bigint {
  let least = values[0] ?? 0n;
  for (const value of values) if (value < least) least = value;
  return least;
}
