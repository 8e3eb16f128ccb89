/** What the receiver has done with records since its start, and what waits: nothing comes in that is not counted once. */
import type { BatchLoad } from './batch-load.ts';
import { DURATION_BOUNDS, Histogram, ROWS_BOUNDS } from './histogram.ts';
import { OWN_METRICS_NUMBER } from './own-metrics.ts';
import { SIGNALS } from './signal.ts';

/** Counts by a reason: an error code, or the name of a mark. */
export type Reasons = ReadonlyMap<string, number>;

class ReasonCount extends Map<string, number> {
  add(reason: string, count: number): void {
    if (count > 0) this.set(reason, (this.get(reason) ?? 0) + count);
  }

  get total(): number {
    let total = 0;
    for (const count of this.values()) total += count;
    return total;
  }
}

/**
 * Records of one signal. At every moment received = stored + rejected + refused + duplicate + dead-lettered + waiting; all but
 * the last only rise.
 */
export class SignalGauges {
  readonly name: string;
  /** Requests that were accepted, and those that had been accepted before. */
  acceptedRequests = 0;
  duplicateRequests = 0;
  /** Bytes of accepted bodies as received. */
  acceptedBytes = 0;
  /** Records that came in: from senders, and out of the journal that an earlier process left. */
  received = 0;
  /** Those of them that came out of the journal: an earlier process has counted them as received already. */
  recovered = 0;
  /** Records that are in the database. */
  stored = 0;
  /** Records that the sender was told about in `partialSuccess`. */
  readonly rejected: ReasonCount = new ReasonCount();
  /** Records of requests that were answered with an error after they had been counted, by its code. */
  readonly refused: ReasonCount = new ReasonCount();
  /** Records of requests that had been accepted before. */
  duplicate = 0;
  /** Acknowledged records that cannot be stored and lie in the dead letters, by error code. */
  readonly deadLettered: ReasonCount = new ReasonCount();
  /** Records acknowledged or about to be, that are not in the database yet. */
  waiting = 0;
  /** Records whose text was repaired, cut, and so on, by the name of the mark. */
  readonly marked: ReasonCount = new ReasonCount();
  /** From the last byte of a request until it would survive a crash, seconds. */
  readonly acknowledgement: Histogram = new Histogram(DURATION_BOUNDS);

  constructor(name: string) {
    this.name = name;
  }

  /** Counts records that an earlier process had received and left in its journal; they wait already. */
  recover(records: number): void {
    this.received += records;
    this.recovered += records;
  }

  /** Gives up what still waits: its senders were answered with the error `code`. */
  refuseWaiting(code: string): void {
    this.refused.add(code, this.waiting);
    this.waiting = 0;
  }

  /** Counts a body that broke off in the decoder behind `records` records. */
  breakOff(records: number, outcome: 'refused' | 'deadLettered', code: string): void {
    this.received += records;
    this[outcome].add(code, records);
  }
}

/** Counters of one process. */
export class Gauges {
  readonly #signals = new Map<number, SignalGauges>();
  /** Requests answered with an error, by its code, whatever their signal: most were refused before it was known. */
  readonly refusedRequests: ReasonCount = new ReasonCount();
  /** Connections that were ended before a request came of them, or with all that were under way, by the reason. */
  readonly refusedConnections: ReasonCount = new ReasonCount();
  /** Bodies that the decoder has seen, those of the journal included. */
  decoded = 0;
  /** Requests that lie in the dead letters, whole or in part. */
  deadLetters = 0;
  failedLandings = 0;
  damagedJournalBytes = 0;
  waitingBatches = 0;
  /** One transaction of the store, seconds, and its records. */
  readonly landing: Histogram = new Histogram(DURATION_BOUNDS);
  readonly landedRecords: Histogram = new Histogram(ROWS_BOUNDS);
  /** From the receipt of a request until all its records are in the database, seconds. */
  readonly freshness: Histogram = new Histogram(DURATION_BOUNDS);
  /** One fdatasync of the journal, seconds; requests that come together share it. */
  readonly journalSync: Histogram = new Histogram(DURATION_BOUNDS);

  constructor() {
    for (const { number, name } of SIGNALS.values())
      this.#signals.set(number, new SignalGauges(name));
  }

  /** The gauges of the signal with this number. */
  of(signal: number): SignalGauges {
    let gauges = this.#signals.get(signal);
    if (gauges === undefined) {
      gauges = new SignalGauges(`signal ${signal}`);
      this.#signals.set(signal, gauges);
    }
    return gauges;
  }

  /** Every signal that senders may send, in the order of their numbers. */
  get signals(): readonly SignalGauges[] {
    const signals = [...this.#signals].filter(([number]) => number !== OWN_METRICS_NUMBER);
    return signals.map(([, gauges]) => gauges);
  }

  get received(): number {
    return this.#sum(({ received }) => received);
  }
  get stored(): number {
    return this.#sum(({ stored }) => stored);
  }
  get rejected(): number {
    return this.#sum(({ rejected }) => rejected.total);
  }
  get refused(): number {
    return this.#sum(({ refused }) => refused.total);
  }
  get duplicate(): number {
    return this.#sum(({ duplicate }) => duplicate);
  }
  get duplicateRequests(): number {
    return this.#sum(({ duplicateRequests }) => duplicateRequests);
  }
  get deadLettered(): number {
    return this.#sum(({ deadLettered }) => deadLettered.total);
  }
  get waiting(): number {
    return this.#sum(({ waiting }) => waiting);
  }

  /** Counts a landing that took `seconds`. */
  land({ records, receivedMs }: BatchLoad, seconds: number): void {
    let landed = 0;
    for (const [signal, count] of records) {
      const gauges = this.of(signal);
      gauges.stored += count;
      gauges.waiting -= count;
      if (signal !== OWN_METRICS_NUMBER) landed += count;
    }
    if (landed === 0 && records.has(OWN_METRICS_NUMBER)) return;
    this.landing.record(seconds);
    this.landedRecords.record(landed);
    const nowMs = Date.now();
    for (const ms of receivedMs) this.freshness.record(Math.max(0, nowMs - ms) / 1000);
  }

  /** Gives up all that still waits: its senders were answered with the error `code`. */
  refuseWaiting(code: string): void {
    for (const signal of this.#signals.values()) signal.refuseWaiting(code);
  }

  /** Counts a request that was answered with the error `code`. */
  refuse(code: string): void {
    this.refusedRequests.add(code, 1);
  }

  /** Counts a connection that was ended because of `reason`. */
  refuseConnection(reason: 'TLS_HANDSHAKE' | 'TOO_MANY_CONNECTIONS' | 'HTTP2_SESSION'): void {
    this.refusedConnections.add(reason, 1);
  }

  #sum(read: (signal: SignalGauges) => number): number {
    return this.signals.reduce((sum, signal) => sum + read(signal), 0);
  }
}
