/** Starts parts in order and stops them in reverse, within a deadline. */

/** A part of the process that has something to give back. */
export interface Part {
  readonly name: string;
  stop(): Promise<void>;
}

/** What stopped well and what did not. */
export interface StopReport {
  readonly failures: readonly { readonly part: string; readonly cause: unknown }[];
  /** Parts that had not stopped when the deadline came. */
  readonly late: readonly string[];
}

/** The parts that run, in the order of their start. */
export class Lifecycle {
  readonly #parts: Part[] = [];
  #stopping: Promise<StopReport> | undefined;

  /** Remembers a part that has started. */
  started(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop });
  }

  /** Stops all parts, the last started first; a failing one does not keep the others from stopping. Idempotent. */
  stop(deadlineMs: number): Promise<StopReport> {
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<StopReport> {
    const failures: { part: string; cause: unknown }[] = [];
    const waiting = new Set(this.#parts.map(({ name }) => name));
    const all = (async () => {
      for (const part of this.#parts.toReversed()) {
        try {
          await part.stop();
        } catch (cause) {
          failures.push({ part: part.name, cause });
        }
        waiting.delete(part.name);
      }
    })();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([all, deadline]);
    clearTimeout(timer);
    return { failures, late: [...waiting] };
  }
}
