/** What a batch carries, as far as it must be told when the batch has landed. */

/** Records of a batch by the number of their signal, and when its requests were received. */
export class BatchLoad {
  readonly records: Map<number, number> = new Map<number, number>();
  /** Milliseconds since 1970, of the requests whose last record is in the batch. */
  readonly receivedMs: number[] = [];

  /** When the first of them was received; undefined without one. */
  get oldestMs(): number | undefined {
    // Senders that wait for room are not served in the order of their coming.
    return this.receivedMs.reduce<number | undefined>(
      (oldest, ms) => (oldest === undefined || ms < oldest ? ms : oldest),
      undefined,
    );
  }

  addRecords(signal: number, records: number): void {
    if (records > 0) this.records.set(signal, (this.records.get(signal) ?? 0) + records);
  }
}
