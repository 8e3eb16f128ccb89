/** Equal questions that are asked while one of them is being answered share its run. */

interface Run<T> {
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  /** Those that wait for it; the last one to go stops it. */
  callers: number;
}

export class SharedRuns<T> {
  readonly #runs = new Map<string, Run<T>>();

  /**
   * The answer of the run with this key, or of a new one. Rejects as the run does, and with `cancelled` once the caller's
   * own signal says so, which leaves the run to the others.
   */
  async share(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<T>,
    cancelled: () => Error,
  ): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const run = this.#runs.get(key) ?? this.#start(key, start);
    run.callers++;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(cancelled());
    });
    signal?.addEventListener('abort', leave);
    try {
      return await Promise.race([run.answer, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      run.callers--;
      if (run.callers === 0) this.#end(key, run);
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Run<T> {
    const stop = new AbortController();
    const run: Run<T> = { answer: start(stop.signal), stop, callers: 0 };
    this.#runs.set(key, run);
    // Nobody may be left to hear that it failed.
    run.answer.catch(() => undefined);
    return run;
  }

  /** Without effect on a run that has its answer. */
  #end(key: string, run: Run<T>): void {
    if (this.#runs.get(key) === run) this.#runs.delete(key);
    run.stop.abort();
  }
}
