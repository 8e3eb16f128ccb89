/** What the processes of `npm run bench instrumentation` report, and how repeats become one figure. */

/** CPU nanoseconds a call, serialisation included. */
export interface RunCosts {
  /** The function itself, and the loop around it. */
  readonly plain: number;
  /** `startActiveSpan` with 5 attributes, BatchSpanProcessor, protobuf serialiser of OpenTelemetry. */
  readonly stockFive: number;
  /** The same with the 13 attributes that a run has. */
  readonly stockThirteen: number;
  /** `startActiveSpan` with 5 attributes and our queue and writer behind the SDK. */
  readonly handOnOurs: number;
  readonly sdkOnStock: number;
  readonly sdkOnOurs: number;
  readonly direct: number;
  /** Without options: what every wrapped function costs at least. */
  readonly directPlain: number;
  readonly excluded: number;
  readonly disabled: number;
  readonly asyncPlain: number;
  readonly asyncStock: number;
  readonly asyncSdk: number;
  readonly asyncDirect: number;
}

/** Bytes that a run holds while it waits. */
export interface MemoryFigures {
  readonly metadata: number;
  readonly bare: number;
  /** With a session and a user that no other run has. */
  readonly sessions: number;
  /** A span by hand with 5 attributes in the queue of the BatchSpanProcessor. */
  readonly stock: number;
}

/** What 50,000 runs a second do to the event loop. */
export interface RateFigures {
  /** Most CPU time between two turns, and the time that 99.9 % of the turns keep below. */
  readonly longestMs: number;
  readonly usualMs: number;
  readonly runsPerSecond: number;
  readonly lost: number;
}

/** The middle one of the sorted values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
