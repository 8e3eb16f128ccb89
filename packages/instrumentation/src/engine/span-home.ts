/** What the spans of one engine share. */
import type { ReadableSpanLike, ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import type { SpanLimits } from './limits.ts';
import type { FinishedRun } from '../delivery/packed-run.ts';

/** What the spans of one engine share, and where they go when they end. */
export interface SpanHome {
  readonly resource: ResourceLike;
  readonly scope: ScopeLike;
  readonly limits: SpanLimits;
  /** Takes a sampled span that has ended: in parts, or as a whole when it has something that is not in its phrase. */
  readonly sink: RunSink;
}

/** Where ended runs go; a `FeatureSpanProcessor` is one. */
export interface RunSink {
  addRun(run: FinishedRun): void;
  onEnd(span: ReadableSpanLike): void;
}
