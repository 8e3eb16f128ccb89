/** How long the event loop kept others waiting, in the latest whole window of time. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Delays of one window, seconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Long enough for a percentile, short enough to show what happens now. */
const WINDOW_MS = 10_000;
/** How often the delay is sampled; a sample costs some microseconds. */
const RESOLUTION_MS = 20;

/** Watches from its creation until {@link close}. */
export class EventLoop {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #latest: LoopDelay | undefined;

  constructor() {
    this.#histogram.enable();
    this.#timer = setInterval(() => {
      this.#latest = this.#take();
      this.#histogram.reset();
    }, WINDOW_MS);
    this.#timer.unref();
  }

  /** Of the last whole window, of the one that runs when it is the first; undefined without a sample. */
  get delay(): LoopDelay | undefined {
    return this.#latest ?? this.#take();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #take(): LoopDelay | undefined {
    if (this.#histogram.count === 0) return undefined;
    // Node counts the pause between two samples, the intended one included.
    const toDelay = (ns: number): number => Math.max(0, ns / 1e9 - RESOLUTION_MS / 1000);
    return {
      p50: toDelay(this.#histogram.percentile(50)),
      p99: toDelay(this.#histogram.percentile(99)),
      max: toDelay(this.#histogram.max),
    };
  }
}
