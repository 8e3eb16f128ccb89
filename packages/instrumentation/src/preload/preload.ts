/** What the preload does in a thread of the app: starts the SDK, and sees to it that what waits goes out at the end. */
import { diag } from '@opentelemetry/api';
import { isMainThread } from 'node:worker_threads';
import { currentConfig } from '../settings/config.ts';
import { warnOnce } from '../host/report.ts';
import { recordsTaken } from '../host/exit.ts';
import { startSdk } from './start.ts';
import { flushOnSignals, onceRecorded } from './signals.ts';
import { connectThreads } from './threads.ts';
import { endUnended } from '../work/unended.ts';

// Symbol.for: a second copy of the package finds it too.
const GUARD = Symbol.for('heartwood register');

/** Does it once in each thread. Never throws. */
export function preload(): void {
  // A preload may stand in NODE_OPTIONS and on the command line.
  if (GUARD in globalThis) return;
  Object.defineProperty(globalThis, GUARD, { value: true });
  if (!currentConfig().enabled || /^true$/i.test(process.env['OTEL_SDK_DISABLED'] ?? '')) return;
  try {
    const start = startSdk(currentConfig());
    if (start.kind === 'attached') {
      diag.info(
        'heartwood: an OpenTelemetry SDK is running already; features go to it. ' +
          'For delivery by us add spanProcessors: [new FeatureSpanProcessor()] to it',
      );
    }
    if (start.kind !== 'started') return;
    const { flush } = start;
    const threads = connectThreads(flush);
    // beforeExit comes again after each bit of work done in it: only what happened since is worth another flush.
    let flushedAt = -1;
    process.on('beforeExit', () => {
      const taken = recordsTaken() ?? 0;
      if (taken === flushedAt) return;
      flushedAt = taken;
      void flush();
    });
    if (!isMainThread || !currentConfig().signals) return;
    const flushThreads = async (): Promise<void> => {
      await Promise.all([flush(), threads.flush()]);
    };
    const recorded = (): number | undefined => {
      const taken = recordsTaken();
      return taken === undefined ? undefined : taken + threads.count();
    };
    onceRecorded(recorded, () => flushOnSignals(flushThreads, endUnended));
  } catch (error) {
    warnOnce(
      'start',
      `the OpenTelemetry SDK did not start; the app runs without it: ${String(error)}`,
    );
  }
}
