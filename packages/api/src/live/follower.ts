/** One reader of a stream: what it has, and whether it keeps up. */
import type { ServerResponse } from 'node:http';
import type { Frame } from './channel.ts';
import { COMMENT_FRAME, FIRST_FRAME } from './frame.ts';

/** Bytes that may wait for a reader; beyond that it gets nothing until all are gone. */
const MOST_UNSENT_BYTES = 256 * 1024;

/** A reader of a stream. */
export class Follower {
  readonly #response: ServerResponse;
  readonly #onDrained: () => void;
  #since: string | undefined;
  #isFirst = true;
  #sentMs: number;
  /** When it fell behind; undefined while it keeps up. */
  #blockedMs: number | undefined;

  /** Sends the head. `onDrained` hears when a reader that had fallen behind takes frames again. */
  constructor(
    response: ServerResponse,
    resume: string | undefined,
    nowMs: number,
    onDrained: () => void,
  ) {
    this.#response = response;
    this.#since = resume;
    this.#sentMs = nowMs;
    this.#onDrained = onDrained;
    response.writeHead(200, HEAD);
    response.on('drain', () => {
      if (this.#blockedMs === undefined) return;
      this.#blockedMs = undefined;
      this.#onDrained();
    });
    response.write(FIRST_FRAME);
  }

  /** Where it stands; undefined while it has nothing. */
  get since(): string | undefined {
    return this.#since;
  }

  /** Gives it what it has not; true when it got something. */
  give(
    read: (since: string | undefined, isFirst: boolean) => Frame | undefined,
    nowMs: number,
  ): boolean {
    if (this.#blockedMs !== undefined) return false;
    const found = read(this.#since, this.#isFirst);
    if (found === undefined) return false;
    this.#since = found.id;
    this.#isFirst = false;
    // Nothing of what changed is to be told.
    if (found.frame.length === 0) return false;
    this.#write(found.frame, nowMs);
    return true;
  }

  /** Looks at the clock; ends a reader that has not read for too long, and says to others that the stream lives. */
  look(nowMs: number, { silentMs, stuckMs }: { silentMs: number; stuckMs: number }): void {
    if (this.#blockedMs !== undefined) {
      if (nowMs - this.#blockedMs > stuckMs) this.#response.destroy();
    } else if (nowMs - this.#sentMs >= silentMs) this.#write(COMMENT_FRAME, nowMs);
  }

  /** Ends the stream. */
  end(): void {
    this.#response.end();
  }

  #write(frame: Buffer, nowMs: number): void {
    this.#sentMs = nowMs;
    this.#response.write(frame);
    if (this.#response.writableLength > MOST_UNSENT_BYTES) this.#blockedMs = nowMs;
  }
}

const HEAD = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // Proxies such as nginx gather answers otherwise.
  'X-Accel-Buffering': 'no',
};
