/** Measures work that may be paused: how long it took, and how much of that it was at work. */
import { elapsedNs, readMoment, type Moment } from '../host/clock.ts';

/** Runs from its making until `stop()`. Always: active + paused = total. */
export class Stopwatch {
  readonly #started: Moment = readMoment();
  #pausedNs = 0;
  #pausedAtNs: number | undefined;
  #stoppedNs: number | undefined;
  pauseCount = 0;

  /** Wall time of the beginning, milliseconds since 1970. */
  get startedMs(): number {
    const [seconds, nanoseconds] = this.#started.wall;
    return seconds * 1000 + nanoseconds / 1e6;
  }

  get totalMs(): number {
    return this.#totalNs / 1e6;
  }

  get pausedMs(): number {
    const open = this.#pausedAtNs === undefined ? 0 : this.#totalNs - this.#pausedAtNs;
    return (this.#pausedNs + open) / 1e6;
  }

  get activeMs(): number {
    return this.totalMs - this.pausedMs;
  }

  pause(): void {
    if (this.#pausedAtNs !== undefined || this.#stoppedNs !== undefined) return;
    this.#pausedAtNs = this.#totalNs;
    this.pauseCount += 1;
  }

  resume(): void {
    if (this.#pausedAtNs === undefined || this.#stoppedNs !== undefined) return;
    this.#pausedNs += this.#totalNs - this.#pausedAtNs;
    this.#pausedAtNs = undefined;
  }

  stop(): void {
    this.#stoppedNs ??= elapsedNs(this.#started);
  }

  get #totalNs(): number {
    return this.#stoppedNs ?? elapsedNs(this.#started);
  }
}
