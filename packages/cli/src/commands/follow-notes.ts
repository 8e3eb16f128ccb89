/** What people are told of a stream: when the server goes, when it is back, how long it all took. */
import type { FollowState } from '@heartwood/api/client';
import type { Output } from '../output.ts';
import { showDuration } from '../render/number.ts';

export class FollowNotes {
  readonly #output: Output;
  readonly #begunMs = performance.now();
  #lostMs: number | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Time since the begin. */
  get age(): string {
    return showDuration(performance.now() - this.#begunMs);
  }

  /** To be told how the connection is. */
  note(state: FollowState): void {
    if (state === 'open') this.#output.note('Following; Ctrl-C ends it.');
    if (state !== 'lost') return;
    this.#lostMs = performance.now();
    this.#output.note('The server has gone; waiting for it.');
  }

  /** Says that the stream is back, if it was gone, and what was missed. */
  begin(missed: string, isReset: boolean): void {
    if (this.#lostMs === undefined) {
      if (isReset) this.#output.warn('The stream begins anew: what was missed is not known.');
      return;
    }
    const after = `reconnected after ${showDuration(performance.now() - this.#lostMs)}`;
    this.#lostMs = undefined;
    if (isReset)
      this.#output.warn(
        `${after}, to other data or too far behind: what was missed meanwhile is not known.`,
      );
    else this.#output.note(missed === '' ? after : `${after}, ${missed}`);
  }
}
