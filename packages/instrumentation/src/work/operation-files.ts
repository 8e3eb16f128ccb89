/** Operations on disk: each event as a line of `progress.jsonl`, and the status files at start and end. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationEventKind } from '@heartwood/semconv';
import type { Metadata } from '../facts/metadata.ts';
import { expandHome } from '../host/home-path.ts';
import { warn } from '../host/report.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { toProgressLine, toStatusEntry, type StatusEntry } from './operation-record.ts';
import type { OperationOutput, OperationView } from './operation-view.ts';
import { addPulsed, removePulsed, type Pulsed } from './pulse.ts';
import { onUnendedEnded } from './unended.ts';
import { appendRotating, type RotationLimits } from './rotating-file.ts';
import { writeStatusFiles } from './status-files.ts';

/** Makes the output for a folder, which is made when it is not there. */
export function createFiles(folder: string, limits?: RotationLimits): OperationOutput & Disposable {
  return new Files(expandHome(folder), limits);
}

/**
 * What happens is put down a tenth of a second later, with what else came meanwhile, so that a call of the app does not
 * wait for the disk. What a full disk does not take is lost and said.
 */
class Files implements OperationOutput, Pulsed, Disposable {
  dueMs = Infinity;
  readonly #folder: string;
  readonly #limits: RotationLimits | undefined;
  readonly #release: () => void;
  readonly #live = new Set<OperationView>();
  #ended: StatusEntry[] = [];
  #statusChanged = false;
  #lines: string[] = [];
  #bytes = 0;
  #lost = 0;

  constructor(folder: string, limits: RotationLimits | undefined) {
    this.#folder = folder;
    this.#limits = limits;
    // After those listeners that end what is open, which stand first.
    process.on('exit', this.#writeAll);
    this.#release = onUnendedEnded(this.#writeAll);
  }

  happened(
    kind: OperationEventKind,
    view: OperationView,
    facts: Metadata | undefined,
    userId?: RawUserId,
  ): void {
    this.#keep(toProgressLine(kind, view, facts, userId));
    if (kind === 'start') this.#live.add(view);
    else if (kind === 'end') {
      this.#live.delete(view);
      this.#ended.push(toStatusEntry(view));
    }
    if (kind === 'start' || kind === 'end') this.#statusChanged = true;
    const nowMs = performance.now();
    // Work that never lets go of the thread leaves timers no turn.
    if (nowMs - this.dueMs > LONGEST_DELAY_MS) this.#write();
    else if (this.dueMs === Infinity) this.#writeLater(nowMs);
  }

  pulse(): void {
    this.#write();
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#writeAll);
    this.#release();
    this.#write();
  }

  readonly #writeAll = (): void => {
    for (let tries = 0; tries < MOST_TRIES && !this.#write(); tries++) sleep(RETRY_MS);
  };

  #keep(line: string): void {
    const bytes = Buffer.byteLength(line);
    // A burst waits for the disk, because the other choice is to lose the lines before it.
    if (this.#lines.length > 0 && this.#bytes + bytes > MOST_BYTES) this.#write();
    this.#lines.push(line);
    this.#bytes += bytes;
  }

  #writeLater(nowMs: number): void {
    this.dueMs = nowMs + DELAY_MS;
    addPulsed(this);
  }

  /** Writes what waits; false when something is left because another process is at it. */
  #write(): boolean {
    this.dueMs = Infinity;
    removePulsed(this);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const lines = this.#lines.join('');
      if (lines !== '') {
        appendRotating(join(this.#folder, 'progress.jsonl'), lines, this.#limits);
        this.#lines = [];
        this.#bytes = 0;
      }
      if (!this.#statusChanged) return true;
      if (writeStatusFiles(this.#folder, [...this.#live].map(toStatusEntry), this.#ended)) {
        this.#statusChanged = false;
        this.#ended = [];
        return true;
      }
      this.#writeLater(performance.now());
      return false;
    } catch (error) {
      this.#lost += this.#lines.length;
      this.#lines = [];
      this.#bytes = 0;
      this.#statusChanged = false;
      this.#ended = this.#ended.slice(-MOST_ENDED);
      const what = `progress of operations cannot be written to ${this.#folder}`;
      if (warn('log-dir', `${what} (${String(error)}); ${this.#lost} lines are lost`))
        this.#lost = 0;
      return true;
    }
  }
}

const DELAY_MS = 100;
const LONGEST_DELAY_MS = 1000;
const MOST_BYTES = 1_048_576;
const MOST_ENDED = 200;
const MOST_TRIES = 20;
const RETRY_MS = 5;

/** Waits without a turn of the event loop, which there is none of at the exit. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
