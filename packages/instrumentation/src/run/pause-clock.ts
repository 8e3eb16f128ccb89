/** Counts how long a run was paused. Time comes from outside, as nanoseconds since the start of the run. */

/** What a run was paused for before it was suspended, and the time between. Nanoseconds. */
export interface CarriedTime {
  readonly activeNs: number;
  readonly pausedNs: number;
  readonly pauseCount: number;
}

/** Time of a run, parted: `activeNs` + `pausedNs` is all of it. */
export class PauseClock {
  readonly #carried: CarriedTime;
  #pausedNs = 0;
  #count = 0;
  #sinceNs: number | undefined;

  constructor(carried: CarriedTime = NOTHING) {
    this.#carried = carried;
  }

  get isPaused(): boolean {
    return this.#sinceNs !== undefined;
  }

  /** False when it is paused already. */
  pause(nowNs: number): boolean {
    if (this.isPaused) return false;
    this.#sinceNs = nowNs;
    this.#count += 1;
    return true;
  }

  /** False when it is not paused. */
  resume(nowNs: number): boolean {
    if (this.#sinceNs === undefined) return false;
    this.#pausedNs += Math.max(0, nowNs - this.#sinceNs);
    this.#sinceNs = undefined;
    return true;
  }

  /** The time until now, that of earlier segments included. */
  read(nowNs: number): CarriedTime {
    const open = this.#sinceNs === undefined ? 0 : Math.max(0, nowNs - this.#sinceNs);
    const pausedNs = this.#pausedNs + open;
    return {
      activeNs: this.#carried.activeNs + Math.max(0, nowNs - pausedNs),
      pausedNs: this.#carried.pausedNs + pausedNs,
      pauseCount: this.#carried.pauseCount + this.#count,
    };
  }
}

const NOTHING: CarriedTime = { activeNs: 0, pausedNs: 0, pauseCount: 0 };
