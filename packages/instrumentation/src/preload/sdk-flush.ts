/** Sends what the whole SDK holds when the process may be about to end: what we hold first, then what is only there. */
import { isListening } from '../delivery/listening.ts';
import { toEndpoint } from '../delivery/endpoint.ts';
import type { FeatureSpanProcessor } from '../delivery/processor.ts';
import { withinTime } from '../host/bounded-work.ts';
import { flushAll, LONGEST_EXIT_MS } from '../host/exit.ts';
import { currentConfig } from '../settings/config.ts';

/** What the providers of the SDK have and the API does not name. */
export interface Flushable {
  getDelegate?(): Flushable | undefined;
  forceFlush?(): Promise<void>;
}

/**
 * Makes the flush: within 2 s in all, never rejects, and holds the process no longer. Nothing is shut down, because an
 * app may still work in its own answer to `beforeExit`. `ours` is undefined when others deliver the spans; `providers`
 * are asked for at each flush.
 */
export function createSdkFlush(
  ours: FeatureSpanProcessor | undefined,
  providers: () => readonly (Flushable | undefined)[],
): () => Promise<void> {
  return async () => {
    const untilMs = performance.now() + LONGEST_EXIT_MS;
    // Who does not take ours takes nothing of the SDK's own either, and its exporters try for 10 s and more.
    if (!(await flushAll())) return;
    await withinTime(async () => {
      if (ours?.stats().exported === 0 && !(await isReceiverThere())) return;
      await Promise.allSettled(
        providers().map(async (provider) => {
          const real = provider?.getDelegate?.() ?? provider;
          await real?.forceFlush?.();
        }),
      );
    }, untilMs - performance.now());
  };
}

async function isReceiverThere(): Promise<boolean> {
  return isListening(toEndpoint(currentConfig(), 'metrics').url);
}
