/** A run that is over already: somebody else has timed it. */
import type { FeatureStatus } from '@heartwood/semconv';
import { momentAgo } from '../host/clock.ts';
import { toFeature, type FeatureOptions } from '../facts/options.ts';
import type { FeatureHandle } from '../run/feature-run.ts';
import { beginRun } from '../run/run.ts';

/** How a run ended whose duration is known. */
export interface PastRun {
  readonly durationMs: number;
  readonly status: FeatureStatus;
  readonly options: FeatureOptions;
  /** Fills the run with facts, and ends it if it did not succeed. */
  readonly note?: (run: FeatureHandle) => void;
}

/** Records a run that ends now; its duration is exact to some microseconds. A duration that is none counts as 0. Never throws. */
export function recordPastRun(name: string, { durationMs, status, options, note }: PastRun): void {
  const ns = durationMs > 0 && durationMs < LONGEST_MS ? durationMs * 1e6 : 0;
  const run = beginRun(toFeature(name, options), [], undefined, { started: momentAgo(ns) });
  if (run === undefined) return;
  run.setStatus(status);
  try {
    note?.(run);
  } finally {
    run.complete();
  }
}

// Ten years: nanoseconds beyond 2^53 lose digits, and nobody has timed that.
const LONGEST_MS = 3.2e11;
