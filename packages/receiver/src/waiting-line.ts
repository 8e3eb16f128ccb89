/** Those who wait until something has changed. */

export class WaitingLine {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next {@link wakeAll}, or after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }

  /** Wakes everybody, in the order of their coming. */
  wakeAll(): void {
    for (const wake of this.#waiting) wake();
  }
}
