/** The way of requests into the store: journal, batches, landings. Lives from one opening of the database to its next failure. */
import type { Position } from '@heartwood/store/batch';
import { CodedError } from '@heartwood/semconv';
import type { BatchLoad } from './batch-load.ts';
import { Collector, type Decoded } from './collector.ts';
import { type JournalDamage, lastRecordNumber, readJournal } from './journal/reader.ts';
import type { JournalRecord } from './journal/record.ts';
import { ensureOwned, listSegments } from './journal/segment.ts';
import { JournalWriter } from './journal/writer.ts';
import { type KnownRequest, KnownRequests } from './known-requests.ts';
import { LandingQueue } from './landing-queue.ts';
import type { Ledger } from './ledger.ts';
import type { ReceivedPlan } from './plan-file.ts';
import { writeRequestRow } from './request-row.ts';
import type { Accepted, PipelineOptions } from './pipeline-options.ts';
import { missingBefore, readResumeState } from './resume.ts';
import { WaitingLine } from './waiting-line.ts';

/** Batches that may wait for the database before senders are made to wait: about a second of full speed. */
const MAX_WAITING_BATCHES = 3;

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #ledger: Ledger;
  readonly #known = new KnownRequests();
  readonly #queue: LandingQueue;
  readonly #landings = new WaitingLine();
  #collector!: Collector;
  #writer!: JournalWriter;
  #landed: Position = { record: 1n, rows: 0 };
  #sealTimer: NodeJS.Timeout | undefined;
  #failed = false;
  /** Journal writes under way. */
  readonly #appending = new Set<Promise<void>>();

  private constructor(options: PipelineOptions, ledger: Ledger) {
    this.#options = options;
    this.#ledger = ledger;
    this.#queue = new LandingQueue({
      sink: options.store,
      batchRows: options.batchRows,
      firstRows: ledger.bisection.sizes,
      onLanded: (load, position, seconds) => this.#onLanded(load, position, seconds),
      onFailed: (error, landing) => {
        options.gauges.failedLandings++;
        ledger.bisection.note({ from: this.#landed, ...landing }, error);
        this.#fail(error);
      },
    });
  }

  /** Resumes where the store stopped: loads what it knows and lands what the journal holds behind its position. */
  static async open(options: PipelineOptions, ledger: Ledger): Promise<Pipeline> {
    const pipeline = new Pipeline(options, ledger);
    try {
      await pipeline.#resume();
    } catch (error) {
      await pipeline.stop(error);
      throw error;
    }
    return pipeline;
  }

  /** True when the next request may be decoded. */
  get hasRoom(): boolean {
    return !this.#failed && this.#queue.length < MAX_WAITING_BATCHES;
  }

  /**
   * When the oldest request that waits for the database was received, milliseconds since 1970; undefined when none does.
   * Behind a failure it stays, for what waits in the journal then.
   */
  get waitingSinceMs(): number | undefined {
    const times = [...this.#queue.loads, this.#collector.load].flatMap(
      ({ oldestMs }) => oldestMs ?? [],
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What is known of the request with this hash. */
  find(hash: Buffer): KnownRequest | undefined {
    return this.#known.find(keyOf(hash));
  }

  /** Takes what comes from now on by another plan. */
  replacePlan(plan: ReceivedPlan | null): void {
    this.#options.plans.replace(plan, this.#ledger.nextNumber, this.#landed.record);
  }

  /** Makes rows and a journal record of a request. Throws what the decoder throws. */
  take(request: Accepted, hash: Buffer): KnownRequest {
    const ledger = this.#ledger;
    const record: JournalRecord = { ...request, number: ledger.nextNumber, hash };
    // Before decoding: what a request that is refused leaves in the dictionaries has to land too.
    this.#sealTimer ??= setTimeout(() => this.#seal(), this.#options.landAfterMs);
    const { outcome, rejections, full, operations } = this.#decode(record, 0, false);
    ledger.nextNumber++;
    ledger.countedTo = ledger.nextNumber;
    const gauges = this.#options.gauges.of(request.signal);
    gauges.received += outcome.accepted + outcome.rejected;
    for (const [reason, records] of rejections) gauges.rejected.add(reason, records);
    const durable = this.#append(record);
    this.#collector.handOn(full, durable);
    this.#options.news.tellWhen(durable, record.number, operations);
    const known = { outcome, durable };
    this.#known.add(keyOf(hash), known);
    return known;
  }

  /** Lands what was taken; rejects when that fails. */
  async flush(): Promise<void> {
    this.#seal();
    await this.#queue.drain();
  }

  /** Resolves when every request taken so far is in the journal, or is known not to be. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#appending);
  }

  /** Lands nothing more and closes the journal, which holds whatever was acknowledged. Idempotent. */
  async stop(reason: unknown): Promise<void> {
    this.#failed = true;
    clearTimeout(this.#sealTimer);
    await this.settled();
    await this.#queue.stop(reason);
    await this.#writer?.close();
  }

  #decode(record: JournalRecord, skip: number, isKnown: boolean): Decoded {
    const body = this.#options.openBody(record, isKnown);
    const unreadable = isKnown ? 'deadLettered' : 'refused';
    const decoded = this.#collector.decode({ ...record, body }, record.number, skip, unreadable);
    writeRequestRow(this.#collector.open.requests, record, decoded.outcome);
    return decoded;
  }

  #append(record: JournalRecord): Promise<void> {
    const durable = this.#writer.append(record);
    // The rows of a request that is not in the journal must go: only a pipeline that reads the journal again is rid of them.
    const settled: Promise<void> = durable
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#appending.delete(settled));
    this.#appending.add(settled);
    return durable;
  }

  #seal(): void {
    clearTimeout(this.#sealTimer);
    this.#sealTimer = undefined;
    this.#collector.seal();
  }

  #onLanded(load: BatchLoad, position: Position, seconds: number): void {
    const { gauges, onTrouble, onLanded } = this.#options;
    this.#landed = position;
    gauges.land(load, seconds);
    gauges.waitingBatches = this.#queue.length;
    this.#landings.wakeAll();
    onLanded();
    this.#writer.deleteBefore(position.record).catch((cause: unknown) => {
      onTrouble('landed journal segments cannot be deleted', cause);
    });
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    clearTimeout(this.#sealTimer);
    this.#landings.wakeAll();
    this.#options.onFailed(error);
  }

  async #resume(): Promise<void> {
    const { journalDir, rules, plans, limits, gauges, news, onTrouble } = this.#options;
    const ledger = this.#ledger;
    const state = await readResumeState(this.#options);
    const segments = await listSegments(journalDir);
    ensureOwned(segments, state.hashSeed);
    const missing = missingBefore(segments, state.position);
    if (missing > 0n)
      onTrouble(
        `the journal begins up to ${missing} requests behind the end of the database: that has lost what had landed, such as by a damaged write-ahead log. Restore a backup that holds them`,
      );
    this.#landed = state.position;
    news.tellLanded(state.position.record);
    this.#collector = new Collector({
      state,
      rules,
      plans,
      limits,
      gauges,
      queue: this.#queue,
      isHeard: news.isHeard,
    });
    this.#writer = new JournalWriter({
      folder: journalDir,
      segments,
      owner: state.hashSeed,
      onSync: (seconds) => gauges.journalSync.record(seconds),
    });
    for (const { hash, accepted, rejected } of state.requests)
      this.#known.add(keyOf(Buffer.from(hash, 'hex')), {
        outcome: { accepted, rejected, problem: LANDED_BEFORE },
        durable: Promise.resolve(),
      });
    // Never a number twice: a record that was not acknowledged may come to light again and hide its namesake.
    const last = await lastRecordNumber(segments);
    const { record, rows } = state.position;
    ledger.nextNumber = maxOf(last + 1n, rows === 0 ? record : record + 1n, ledger.nextNumber);
    plans.begin(ledger.nextNumber, record);
    const onDamage = (part: JournalDamage): void => {
      gauges.damagedJournalBytes += part.bytes;
      onTrouble(
        `${part.bytes} bytes of the journal are no whole records (${part.file} at ${part.at}); an interrupted write leaves such an end`,
      );
    };
    for await (const record of readJournal(segments, state.position.record, onDamage)) {
      ledger.stopping.throwIfAborted();
      if (this.#failed) break;
      await this.#replay(record, state.position);
    }
    await this.flush();
    // Records that were decoded, but not in the journal when the pipeline before failed: their senders were refused.
    gauges.refuseWaiting('RECEIVER_JOURNAL_WRITE');
    await this.#writer.deleteBefore(this.#landed.record);
  }

  async #replay(record: JournalRecord, { record: number, rows }: Position): Promise<void> {
    const gauges = this.#options.gauges.of(record.signal);
    const ledger = this.#ledger;
    const isCounted = record.number < ledger.countedTo;
    const skip = record.number === number ? rows : 0;
    // A record whose write seemed to fail may lie there although its request was sent again and stored.
    if (skip === 0 && this.find(record.hash) !== undefined) return;
    try {
      const { outcome, written, full, operations } = this.#decode(record, skip, true);
      // What a pipeline before this one has counted is waiting already.
      if (isCounted) gauges.waiting -= written;
      else gauges.recover(written);
      this.#collector.handOn(full);
      // Requests without rows would never fill a batch.
      const { requests, fullRows } = this.#collector.open;
      const isAlone = record.number <= ledger.bisection.aloneTo;
      if (isAlone || requests.rows >= fullRows) this.#collector.seal();
      this.#known.add(keyOf(record.hash), { outcome, durable: Promise.resolve() });
      this.#options.news.tell(operations, true);
    } catch (error) {
      await this.#setAside(record, skip, error);
    }
    if (!isCounted) ledger.countedTo = record.number + 1n;
    while (!this.#failed && !this.hasRoom) await this.#landings.wait(1000);
  }

  /** One request that can no longer be decoded must not keep the server from starting. */
  async #setAside(request: JournalRecord, from: number, error: unknown): Promise<void> {
    if (!(error instanceof CodedError)) throw error;
    const { deadLetters, gauges, onTrouble } = this.#options;
    const reason = `${error.code}: ${error.message}`;
    const file = await deadLetters.write({ request, from, reason });
    // Else the last of the journal would be read at every start, and its segment stay for ever.
    this.#collector.passOver(request.number);
    gauges.deadLetters++;
    onTrouble(`a request of the journal cannot be decoded; it lies in ${file}`, error);
  }
}

/** What a sender of a repeated request is told; the first reason is not kept that long. */
const LANDED_BEFORE = 'records of this request were rejected when it came the first time';

const keyOf = (hash: Buffer): string => hash.toString('latin1');

const maxOf = (...values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b));
