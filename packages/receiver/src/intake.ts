/** Takes decoded bodies in: known ones are recognised, new ones become rows and a journal record, and all of them land once. */
import { createHash } from 'node:crypto';
import type { Position } from '@heartwood/store/batch';
import type { Sink, Store } from '@heartwood/store';
import { Collector, type Decodable } from './collector.ts';
import { receiverError } from './errors.ts';
import type { Gauges } from './gauges.ts';
import { type JournalDamage, lastRecordNumber, readJournal } from './journal/reader.ts';
import type { JournalRecord } from './journal/record.ts';
import { listSegments } from './journal/segment.ts';
import { JournalWriter } from './journal/writer.ts';
import { type KnownRequest, KnownRequests, type Outcome } from './known-requests.ts';
import { LandingQueue } from './landing-queue.ts';
import type { ReceiverLimits } from './limits.ts';
import type { MappingRule } from './mapping.ts';
import { writeRequestRow } from './request-row.ts';

export interface IntakeOptions {
  readonly store: Sink & Pick<Store, 'readResumeState'>;
  readonly journalDir: string;
  readonly rules: readonly MappingRule[];
  readonly limits: ReceiverLimits;
  /** The body of a journal record decompressed, with readable bytes behind it. */
  readonly openBody: (record: Pick<JournalRecord, 'compression' | 'body'>) => Uint8Array;
  readonly gauges: Gauges;
  /** Longest time that rows wait for a fuller batch, milliseconds. */
  readonly landAfterMs: number;
  /** Spans of a full batch. */
  readonly batchRows: number;
  /** Told about every failed landing and every damaged part of the journal. */
  readonly onTrouble: (message: string, cause?: unknown) => void;
}

/** A request whose body was read and decompressed. */
export interface Accepted extends Decodable {
  readonly compression: number;
  /** The body as it was received; kept until the promise settles. */
  readonly received: Buffer;
}

/** Batches that may wait for the database before senders are made to wait: about a second of full speed. */
const MAX_WAITING_BATCHES = 3;
/** Pause before a failed landing is tried again from the journal, milliseconds; doubles up to the last value. */
const RECOVERY_PAUSES_MS = [100, 500, 2000, 5000];

export class Intake {
  readonly #options: IntakeOptions;
  readonly #known = new KnownRequests();
  #queue!: LandingQueue;
  #collector!: Collector;
  #writer!: JournalWriter;
  #nextNumber = 1n;
  #landed: Position = { record: 1n, rows: 0 };
  #sealTimer: NodeJS.Timeout | undefined;
  #failure: unknown;
  #recovery: Promise<void> | undefined;
  #started = false;
  #closing = false;
  /** Records of the requests whose journal write is under way. */
  readonly #appending = new Set<Promise<void>>();
  readonly #waitingForRoom: (() => void)[] = [];

  private constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Resumes where the store stopped: loads its dictionaries and lands what the journal holds behind its position. */
  static async open(options: IntakeOptions): Promise<Intake> {
    const intake = new Intake(options);
    await intake.#resume();
    intake.#started = true;
    return intake;
  }

  /** Why requests are refused at the moment; undefined while they are taken. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Resolves when the request would survive a crash, with what its sender is to be told. Rejects with the decoder's error,
   * with `RECEIVER_BEHIND`, `RECEIVER_FAILED`, `RECEIVER_STOPPING` or `RECEIVER_JOURNAL_WRITE`.
   */
  async accept(request: Accepted): Promise<Outcome> {
    const hash = createHash('sha256').update(request.received).digest().subarray(0, 16);
    const key = hash.toString('latin1');
    if (this.#known.find(key) === undefined) await this.#waitForRoom();
    // From this look on nothing is awaited until the request is known: the same body may be waiting beside it.
    const known = this.#known.find(key);
    if (known !== undefined) return this.#join(known);
    const number = this.#nextNumber;
    const { gauges } = this.#options;
    const { outcome } = this.#collector.decode(request, number, 0);
    this.#nextNumber++;
    gauges.received += outcome.accepted + outcome.rejected;
    gauges.rejected += outcome.rejected;
    const record = { ...request, number, hash, body: request.received };
    writeRequestRow(this.#collector.open.requests, record, outcome);
    const durable = this.#append(record, key, outcome);
    this.#known.add(key, { outcome, durable });
    this.#sealLater();
    await durable;
    gauges.acceptedBytes += request.received.length;
    return outcome;
  }

  /** Lands what is there; resolves when it is in the database. */
  async flush(): Promise<void> {
    this.#seal();
    await this.#queue.drain();
  }

  /** Takes nothing more, lands what was taken, closes the journal. Rejects when the last landing failed; the journal then holds the rest. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#sealTimer);
    await Promise.allSettled(this.#appending);
    await this.#recovery;
    try {
      if (this.#failure === undefined) await this.flush();
    } finally {
      await this.#writer.close();
    }
  }

  async #join({ outcome, durable }: KnownRequest): Promise<Outcome> {
    await durable;
    const { gauges } = this.#options;
    const records = outcome.accepted + outcome.rejected;
    gauges.duplicateRequests++;
    gauges.received += records;
    gauges.duplicate += records;
    return outcome;
  }

  async #waitForRoom(): Promise<void> {
    const begin = performance.now();
    const { waitMs } = this.#options.limits;
    for (;;) {
      if (this.#closing) throw receiverError('RECEIVER_STOPPING');
      if (this.#failure !== undefined) throw receiverError('RECEIVER_FAILED', {}, this.#failure);
      if (this.#queue.length < MAX_WAITING_BATCHES) return;
      const waitedMs = Math.round(performance.now() - begin);
      if (waitedMs >= waitMs) throw receiverError('RECEIVER_BEHIND', { waitedMs });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs - waitedMs);
        this.#waitingForRoom.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #wakeWaiting(): void {
    for (const wake of this.#waitingForRoom.splice(0)) wake();
  }

  #append(record: JournalRecord, key: string, outcome: Outcome): Promise<void> {
    const durable = this.#writer.append(record);
    const settled = durable
      .catch(() => {
        // The rows are in a batch all the same: who sends it again must wait for the landing instead.
        const landed = this.#landingOf(record.number);
        landed.catch(() => {});
        this.#known.add(key, { outcome, durable: landed });
      })
      .finally(() => this.#appending.delete(settled));
    this.#appending.add(settled);
    return durable;
  }

  async #landingOf(number: bigint): Promise<void> {
    if (this.#landed.record > number) return;
    await this.flush();
  }

  #sealLater(): void {
    this.#sealTimer ??= setTimeout(() => {
      this.#seal();
    }, this.#options.landAfterMs);
  }

  #seal(): void {
    clearTimeout(this.#sealTimer);
    this.#sealTimer = undefined;
    this.#collector.seal(this.#nextNumber);
  }

  #onLanded(spans: number, position: Position): void {
    const { gauges } = this.#options;
    this.#landed = position;
    gauges.stored += spans;
    gauges.waiting -= spans;
    gauges.landings++;
    gauges.waitingBatches = this.#queue.length;
    this.#wakeWaiting();
    this.#writer.deleteBefore(position.record).catch((cause: unknown) => {
      this.#options.onTrouble('landed journal segments cannot be deleted', cause);
    });
  }

  #onFailed(error: unknown): void {
    this.#failure = error;
    this.#options.gauges.failedLandings++;
    this.#options.onTrouble(
      'a batch could not be landed; it is tried again from the journal',
      error,
    );
    this.#wakeWaiting();
    if (this.#started)
      this.#recovery ??= this.#recover().finally(() => (this.#recovery = undefined));
  }

  /** Tries again, from the journal, what could not be landed, until it can be. */
  async #recover(): Promise<void> {
    for (let attempt = 0; !this.#closing; attempt++) {
      await Promise.allSettled(this.#appending);
      const pauseMs = RECOVERY_PAUSES_MS[Math.min(attempt, RECOVERY_PAUSES_MS.length - 1)];
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      try {
        await this.#writer.close();
        await this.#resume();
        this.#failure = undefined;
        return;
      } catch (error) {
        this.#failure = error;
        this.#options.onTrouble('landing from the journal failed again', error);
      }
    }
  }

  async #resume(): Promise<void> {
    const { store, journalDir, rules, limits, gauges, batchRows } = this.#options;
    const state = await store.readResumeState();
    const segments = await listSegments(journalDir);
    this.#known.clear();
    for (const { hash, accepted, rejected } of state.requests)
      this.#known.add(Buffer.from(hash, 'hex').toString('latin1'), {
        outcome: { accepted, rejected, problem: LANDED_BEFORE },
        durable: Promise.resolve(),
      });
    this.#queue = new LandingQueue({
      sink: store,
      batchRows,
      onLanded: (spans, position) => this.#onLanded(spans, position),
      onFailed: (error) => this.#onFailed(error),
    });
    this.#collector = new Collector({ state, rules, limits, gauges, queue: this.#queue });
    this.#landed = state.position;
    gauges.waiting = 0;
    const last = await lastRecordNumber(segments);
    this.#nextNumber = maxOf(last + 1n, state.position.record, 1n);
    this.#writer = new JournalWriter(journalDir, segments);
    const damage = (part: JournalDamage): void => {
      gauges.damagedJournalBytes += part.bytes;
      this.#options.onTrouble(
        `${part.bytes} bytes of the journal are no whole records (${part.file} at ${part.at}); an interrupted write leaves such an end`,
      );
    };
    for await (const record of readJournal(segments, state.position.record, damage)) {
      if (this.#queue.failed) break;
      await this.#replay(record, state.position);
    }
    this.#seal();
    await this.#queue.drain();
    await this.#writer.deleteBefore(this.#landed.record);
  }

  async #replay(record: JournalRecord, { record: number, rows }: Position): Promise<void> {
    const key = record.hash.toString('latin1');
    const skip = record.number === number ? rows : 0;
    // A record whose write seemed to fail may lie there although its request was sent again and stored.
    if (skip === 0 && this.#known.find(key) !== undefined) return;
    const { outcome, written } = this.#collector.decode(
      {
        body: this.#options.openBody(record),
        receivedNs: record.receivedNs,
        signal: record.signal,
        encoding: record.encoding,
      },
      record.number,
      skip,
    );
    this.#options.gauges.received += written;
    writeRequestRow(this.#collector.open.requests, record, outcome);
    this.#known.add(key, { outcome, durable: Promise.resolve() });
    while (this.#queue.length >= MAX_WAITING_BATCHES && !this.#queue.failed)
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
  }
}

/** What a sender of a repeated request is told; the first reason is not kept that long. */
const LANDED_BEFORE = 'records of this request were rejected when it came the first time';

const maxOf = (...values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b));
