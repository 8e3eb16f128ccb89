/** Ends runs whose generator, iterator, stream or callback was dropped: nobody will ever end them. */
import type { Run } from '../run/run.ts';

/**
 * Ends `run` as cancelled when `holder` is garbage-collected, with the time of the last sign of life, which this is. The run must not lead to the holder, or neither is ever
 * freed. Without effect on a run that has ended by then.
 */
export function cancelWhenDropped(holder: object, run: Run): void {
  run.noteLife();
  registry ??= new FinalizationRegistry((dropped) => dropped.abandon());
  registry.register(holder, run);
}

let registry: FinalizationRegistry<Run> | undefined;
