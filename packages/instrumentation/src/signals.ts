/** Sends what waits when the process is told to end, and then lets it end exactly as it would have without us. */
import { flushAll } from './exit.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Listening to a signal takes away Node's own answer to it, which is to die. So: when the app listens too, the answer
 * is the app's and we only send; when we are the only one, we send, step aside and raise the signal again.
 */
export function flushOnSignals(): void {
  for (const signal of SIGNALS) {
    let flushing = false;
    const onSignal = (): void => {
      const alone = process.listenerCount(signal) === 1;
      const again = flushing;
      flushing = true;
      const sent = again ? Promise.resolve() : flushAll();
      if (!alone) return;
      // Asked twice, somebody is in a hurry.
      void sent.then(() => {
        process.off(signal, onSignal);
        return process.kill(process.pid, signal);
      });
    };
    process.on(signal, onSignal);
  }
}
