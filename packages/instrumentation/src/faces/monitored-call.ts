/** Wraps a function so that each call is a run which says what it used of the processor and the memory. */
import { FeatureCategory } from '@heartwood/semconv';
import { types } from 'node:util';
import type { Metadata } from '../facts/metadata.ts';
import type { FeatureHandle } from '../run/feature-handle.ts';
import { isTracedFeature, likeOriginal, markTraced, type AnyFunction } from '../wrap/likeness.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';

/** A monitored call, over. */
export interface MonitoredCall {
  readonly operation: string;
  readonly success: boolean;
  readonly error?: unknown;
  readonly usage: ResourceUsage;
}

/** What was used between two moments by the whole process: calls at the same time count one another's. */
interface ResourceUsage extends Metadata {
  readonly execution_time_ms: number;
  readonly cpu_time_ms: number;
  readonly memory_usage_mb: number;
}

/** Wraps `fn`; result and errors stay as they are. `tell` hears of each call once it is over. */
export function monitored<F extends AnyFunction>(
  operation: string,
  fn: F,
  tell: (call: MonitoredCall) => void,
): F {
  if (typeof fn !== 'function' || isTracedFeature(fn) || isClass(fn)) return fn;
  const monitor = (self: unknown, args: readonly unknown[]): unknown => {
    const before = readUsage();
    let run: FeatureHandle | undefined;
    const note = (success: boolean, error?: unknown): undefined => {
      const usage = usageSince(before);
      run?.setMetadata({ performance_metrics: usage });
      tell({ operation, success, usage, ...(!success && { error }) });
    };
    return tracedFeature.run(
      operation,
      {
        category: FeatureCategory.DATABASE_OPERATION,
        // Asked at the end of each call; the status stays what it is.
        resultStatus: () => note(true),
        errorStatus: (error) => note(false, error),
      },
      (handle) => {
        run = handle;
        return Reflect.apply(fn, self, args) as unknown;
      },
    );
  };
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this`
  const { wrapped } = {
    wrapped(this: unknown, ...args: readonly unknown[]): unknown {
      return monitor(this, args);
    },
  };
  return markTraced(likeOriginal(fn, wrapped)) as F;
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

/** What only `new` may call. */
function isClass(fn: AnyFunction): boolean {
  const prototype = Object.getOwnPropertyDescriptor(fn, 'prototype');
  return prototype?.writable === false && !types.isGeneratorFunction(fn);
}
