/** A log file that is written a moment later, so that nobody waits for the disk. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expandHome } from '../host/home-path.ts';
import { warn } from '../host/report.ts';
import { appendRotating, DEFAULT_ROTATION, type RotationLimits } from '../work/rotating-file.ts';

/**
 * Appends lines to a file whose folder is made when it is not there. Several processes may write one file. What a full
 * disk does not take is lost and said; nothing throws.
 */
export class LineFile {
  readonly path: string;
  readonly #limits: RotationLimits;
  /** What waits is never larger than a file may get, or no file would stay within its limit. */
  readonly #mostWaiting: number;
  #lines: string[] = [];
  #bytes = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, limits: RotationLimits = DEFAULT_ROTATION) {
    this.path = expandHome(path);
    this.#limits = limits;
    this.#mostWaiting = Math.min(MOST_WAITING, limits.maxBytes);
  }

  /** Takes one line, without its end. */
  append(line: string): void {
    const text = `${line}\n`;
    const bytes = Buffer.byteLength(text);
    // A burst waits for the disk, a millisecond for each MiB, because the other choice is to lose the lines before it.
    if (this.#lines.length > 0 && !(this.#bytes + bytes <= this.#mostWaiting)) this.flush();
    this.#lines.push(text);
    this.#bytes += bytes;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.flush(), DELAY_MS);
    this.#timer.unref();
    waiting.add(this);
    if (waiting.size === 1) process.on('exit', flushAll);
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (waiting.delete(this) && waiting.size === 0) process.off('exit', flushAll);
    if (this.#lines.length > 0) this.#write(this.#lines.join(''), this.#limits);
    this.#lines = [];
    this.#bytes = 0;
  }

  /** Puts the file aside as `<file>.1`, whatever its size; one that is empty or not there stays. */
  rotate(): void {
    this.flush();
    if (this.sizeBytes > 0) this.#write('', { ...this.#limits, maxBytes: 0 });
  }

  /** What the file holds by now; 0 when there is none. */
  get sizeBytes(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  #write(text: string, limits: RotationLimits): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      appendRotating(this.path, text, limits);
    } catch (error) {
      this.#lost += this.#lines.length;
      const what = `log file ${this.path} cannot be written (${String(error)})`;
      if (warn('log-file', `${what}; ${this.#lost} lines are lost`)) this.#lost = 0;
    }
  }
}

const DELAY_MS = 100;
const MOST_WAITING = 1_048_576;

const waiting = new Set<LineFile>();

function flushAll(): void {
  for (const file of waiting) file.flush();
}
