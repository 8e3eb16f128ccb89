/** A run as the app sees it, and the one that stands in where nothing is recorded. */
import { context } from '@opentelemetry/api';
import { runUnrecorded, unrecordedContext } from './unrecorded-context.ts';
import type { FeatureHandle } from './feature-run.ts';

/** A run that records nothing: what an app gets for an excluded feature or when tracking is off. */
export function idleRun(name: string): FeatureHandle {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  const idle: FeatureHandle = {
    name,
    runId: '',
    paused: false,
    get ended() {
      return ended;
    },
    setStatus: () => idle,
    setMetadata: () => idle,
    setAttribute: () => idle,
    setAttributes: () => idle,
    event: () => idle,
    progress: () => idle,
    pause: () => idle,
    resume: () => idle,
    setIterations: () => idle,
    setInputSize: () => idle,
    setOutputSize: () => idle,
    setEfficiency: () => idle,
    setTrainingLabel: () => idle,
    setUser: () => idle,
    run: runUnrecorded,
    bind: (fn) => context.bind(unrecordedContext() ?? context.active(), fn),
    complete: end,
    fail: end,
    cancel: end,
    suspend: () => {
      end();
      return '';
    },
    [Symbol.dispose]: end,
    [Symbol.asyncDispose]: async () => end(),
  };
  return idle;
}
