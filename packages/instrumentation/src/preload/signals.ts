/** Sends what waits when the process is told to end, and then lets it end exactly as it would have without us. */

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Listening to a signal takes away Node's own answer to it, which is to die. So: when the app listens too, the answer
 * is the app's and we only call `flush`; when we are the only one, it is the end: we call `end`, which must not throw, then
 * flush, step aside and raise the signal again.
 */
export function flushOnSignals(flush: () => Promise<void>, end: () => void): void {
  let pending: Promise<void> | undefined;
  const flushAside = (): void => {
    pending ??= flush().finally(() => {
      pending = undefined;
    });
  };
  let ending: { readonly atMs: number; die(this: void): void } | undefined;
  for (const signal of SIGNALS) {
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
      if (!alone) {
        flushAside();
      } else if (ending === undefined) {
        const die = (): void => {
          process.off(signal, onSignal);
          process.kill(process.pid, signal);
        };
        ending = { atMs: performance.now(), die };
        end();
        void flush().then(die);
      } else if (performance.now() - ending.atMs > ECHO_MS) {
        // Asked twice, somebody is in a hurry.
        ending.die();
      }
    };
    // As if we had listened from the beginning: a once() listener of the app is then still there when ours looks.
    process.prependListener(signal, onSignal);
  }
}

// Ctrl-C reaches a program from the terminal and once more from npm and its like, which pass it on.
const ECHO_MS = 250;

/**
 * Calls `listen` in the turn of the event loop that comes after something was recorded, at the latest in the first one after
 * a second. `recorded` says how many records there are; undefined when nobody knows. Until then a signal ends the process
 * as ever, so that a script that calculates from its first line on can be stopped; what is recorded in that one turn is
 * lost with it. Keeps nothing alive.
 */
export function onceRecorded(recorded: () => number | undefined, listen: () => void): void {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    look();
  }, LATEST_MS).unref();
  const look = (): void => {
    if (!isLate && recorded() === 0) {
      next = setImmediate(look).unref();
      return;
    }
    clearTimeout(timer);
    clearImmediate(next);
    listen();
  };
  let next = setImmediate(look).unref();
}

const LATEST_MS = 1000;

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
