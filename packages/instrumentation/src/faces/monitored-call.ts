/** Wraps a function so that each call is a run which says what it used of the processor and the memory. */
import { context } from '@opentelemetry/api';
import { FeatureCategory } from '@heartwood/semconv';
import type { Metadata } from '../facts/metadata.ts';
import { toFeature } from '../facts/options.ts';
import { isTracedFeature, type AnyFunction } from '../wrap/likeness.ts';
import { standInFor } from './stand-in.ts';
import { callWatched, type CallEnding } from './watched-call.ts';

/** A monitored call, over. */
export interface MonitoredCall extends CallEnding {
  readonly operation: string;
  readonly usage: ResourceUsage;
}

/** What was used between two moments by the whole process: calls at the same time count one another's. */
interface ResourceUsage extends Metadata {
  readonly execution_time_ms: number;
  readonly cpu_time_ms: number;
  readonly memory_usage_mb: number;
}

/**
 * Wraps `fn`; result and errors stay as they are. `tell`, which must not throw, hears of each call once it is over,
 * whether anybody records its run or not; only of a feature that the settings switch off it hears nothing.
 */
export function monitored<F extends AnyFunction>(
  operation: string,
  fn: F,
  tell: (call: MonitoredCall) => void,
): F {
  if (typeof fn !== 'function' || isTracedFeature(fn)) return fn;
  const feature = toFeature(operation, { category: FeatureCategory.DATABASE_OPERATION }, fn.name);
  return standInFor(fn, (enter) => {
    const before = readUsage();
    return callWatched({
      feature,
      fn,
      enter,
      args: [],
      around: context.active(),
      ended: (ending, run) => {
        const usage = usageSince(before);
        run.setMetadata({ performance_metrics: usage });
        tell({ ...ending, operation, usage });
      },
    });
  });
}

interface UsageBefore {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
}

function readUsage(): UsageBefore {
  return { atMs: performance.now(), cpu: process.cpuUsage() };
}

function usageSince({ atMs, cpu }: UsageBefore): ResourceUsage {
  const { user, system } = process.cpuUsage(cpu);
  return {
    execution_time_ms: rounded(performance.now() - atMs),
    cpu_time_ms: rounded((user + system) / 1000),
    memory_usage_mb: rounded(process.memoryUsage.rss() / 1024 ** 2),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
