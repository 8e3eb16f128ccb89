/** Sends what waits when the process is told to end, and then lets it end exactly as it would have without us. */

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Listening to a signal takes away Node's own answer to it, which is to die. So: when the app listens too, the answer
 * is the app's and we only call `flush`; when we are the only one, it is the end: we call `end`, which must not throw, then
 * flush, step aside and raise the signal again.
 */
export function flushOnSignals(flush: () => Promise<void>, end: () => void): void {
  for (const signal of SIGNALS) {
    let flushing = false;
    let appAnswered = false;
    // A once() listener of the app that runs before ours is gone from the list when ours looks at it.
    process.on('removeListener', (event) => {
      if (event !== signal) return;
      appAnswered = true;
      queueMicrotask(() => {
        appAnswered = false;
      });
    });
    const onSignal = (): void => {
      const alone = process.listenerCount(signal) === 1 + deferringListeners() && !appAnswered;
      const again = flushing;
      flushing = true;
      if (alone && !again) end();
      const sent = again ? Promise.resolve() : flush();
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

/**
 * Listeners of signal-exit (a dependency of most terminal programs): they clean up and end the process only when they
 * find none but their own, so that waiting for each other nobody would end it. Each major version counts its own where
 * its copies find it.
 */
function deferringListeners(): number {
  const places = [
    (process as { __signal_exit_emitter__?: { count?: unknown } }).__signal_exit_emitter__,
    (globalThis as Record<symbol, { count?: unknown } | undefined>)[
      Symbol.for('signal-exit emitter')
    ],
  ];
  return places.reduce((sum, place) => sum + (Number(place?.count) || 0), 0);
}
