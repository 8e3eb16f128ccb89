/** What the receiver has done with records since its start, and what waits: nothing comes in that is not counted once. */

/** Counters of one process; all but the last two only rise. received = stored + rejected + refused + duplicate + dead-lettered + waiting. */
export class Gauges {
  /** Requests that reached the decoder, and their records. */
  requests = 0;
  received = 0;
  /** Records that are in the database. */
  stored = 0;
  /** Records that the sender was told about in `partialSuccess`. */
  rejected = 0;
  /** Records of requests that were answered with an error after they had been counted. */
  refused = 0;
  /** Records of requests that had been accepted before. */
  duplicate = 0;
  /** Acknowledged records that the database refuses; they lie in the dead letters. */
  deadLettered = 0;
  deadLetters = 0;
  /** Requests answered with an error, by its code. */
  readonly refusedRequests: Map<string, number> = new Map<string, number>();
  duplicateRequests = 0;
  /** Bytes of accepted bodies as received. */
  acceptedBytes = 0;
  landings = 0;
  failedLandings = 0;
  damagedJournalBytes = 0;
  /** Records whose text was repaired, cut, and so on, by the name of the mark. */
  readonly marked: Map<string, number> = new Map<string, number>();
  /** Records acknowledged or about to be, that are not in the database yet. */
  waiting = 0;
  waitingBatches = 0;

  /** Counts a request that was answered with the error `code`. */
  refuse(code: string): void {
    this.refusedRequests.set(code, (this.refusedRequests.get(code) ?? 0) + 1);
  }

  /** Counts records that carry a mark. */
  mark(name: string, records: number): void {
    if (records > 0) this.marked.set(name, (this.marked.get(name) ?? 0) + records);
  }

  /** All numbers by name, in snake_case as Prometheus has them. */
  read(): Record<string, number> {
    const numbers: Record<string, number> = {
      requests: this.requests,
      received: this.received,
      stored: this.stored,
      rejected: this.rejected,
      refused: this.refused,
      duplicate: this.duplicate,
      dead_lettered: this.deadLettered,
      dead_letters: this.deadLetters,
      waiting: this.waiting,
      duplicate_requests: this.duplicateRequests,
      accepted_bytes: this.acceptedBytes,
      landings: this.landings,
      failed_landings: this.failedLandings,
      waiting_batches: this.waitingBatches,
      damaged_journal_bytes: this.damagedJournalBytes,
    };
    for (const [code, count] of this.refusedRequests)
      numbers[`refused_requests_${code.toLowerCase()}`] = count;
    for (const [name, count] of this.marked) numbers[`marked_${name.toLowerCase()}`] = count;
    return numbers;
  }
}
