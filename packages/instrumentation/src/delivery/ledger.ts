/** The books of one signal: what came in, what arrived, what was lost and why; and the one warning a minute about it. */
import { warn } from '../host/report.ts';

/** Why a record was not delivered. */
export type DropReason =
  /** More waited than the queue may hold. */
  | 'queue_full'
  /** The receiver took the request and refused this record. */
  | 'rejected'
  /** The receiver refused the request for good, e.g. HTTP 400 or 401. */
  | 'refused'
  /** More waited on disk than the spool may hold; the oldest went. */
  | 'spool_full'
  /** Larger than a request may be, even shortened. */
  | 'too_large'
  /** The record could not be encoded. */
  | 'encoding_failed'
  /** Came after shutdown(). */
  | 'already_shutdown'
  /** Still waiting at the end, and nobody there to take it. */
  | 'undelivered';

/** `received` = `exported` + all of `dropped` + `handedOver` + what waits in memory and on disk, at any time. */
export class Ledger {
  received = 0;
  exported = 0;
  /** Handed to a process that sends after this one. */
  handedOver = 0;
  readonly dropped: Record<DropReason, number> = {
    queue_full: 0,
    spool_full: 0,
    rejected: 0,
    refused: 0,
    too_large: 0,
    encoding_failed: 0,
    already_shutdown: 0,
    undelivered: 0,
  };
  /** Plural of what is counted, for people; undefined when no loss is worth telling them. */
  readonly noun: string | undefined;
  #said = 0;

  constructor(noun: string | undefined) {
    this.noun = noun;
  }

  /** Counts a loss and says it, unless something was said within the last minute. */
  drop(reason: DropReason, count: number, detail = ''): void {
    this.dropped[reason] += count;
    this.#say('dropped', detail);
  }

  /** Counts a loss that a warning of its own tells. */
  dropQuietly(reason: DropReason, count: number): void {
    this.dropped[reason] += count;
    this.#said += count;
  }

  /** The numbers of the last minute may still be unsaid when the process ends. */
  sayAtTheEnd(): void {
    this.#say('dropped at the end');
  }

  #say(topic: string, detail = ''): void {
    const losses = Object.entries(this.dropped).filter(([, count]) => count > 0);
    const total = losses.reduce((sum, [, count]) => sum + count, 0);
    if (total === this.#said || this.noun === undefined) return;
    const counts = losses.map(([reason, count]) => `${reason}=${count}`).join(' ');
    const said = warn(
      `${this.noun} ${topic}`,
      `${this.noun} lost so far: ${counts}${detail === '' ? '' : ` (${detail})`}`,
    );
    if (said) this.#said = total;
  }
}
