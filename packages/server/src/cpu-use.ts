/** How much of the machine's CPU time the process took, in the latest whole window of time. */
import { availableParallelism } from 'node:os';
import process from 'node:process';

/** Long enough that a single question does not count as a busy server. */
const WINDOW_MS = 10_000;

/** Watches from its creation until {@link close}. */
export class CpuUse {
  readonly #timer: NodeJS.Timeout;
  #since = now();
  #latest: number | undefined;

  constructor() {
    this.#timer = setInterval(() => {
      this.#latest = this.#take();
      this.#since = now();
    }, WINDOW_MS);
    this.#timer.unref();
  }

  /** Share of all cores, 0 to 1; of the window that runs when it is the first. */
  get share(): number {
    return this.#latest ?? this.#take();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #take(): number {
    const { atMs, cpuMs } = now();
    const wallMs = atMs - this.#since.atMs;
    // Within the first moments the clock of CPU time says nothing yet.
    if (wallMs < LEAST_MS) return 0;
    return Math.min(1, (cpuMs - this.#since.cpuMs) / wallMs / availableParallelism());
  }
}

const LEAST_MS = 100;

function now(): { readonly atMs: number; readonly cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), cpuMs: (user + system) / 1000 };
}
