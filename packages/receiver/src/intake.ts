/** Takes requests in: known ones are recognised, new ones are taken when there is room, and a failed store is tried again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '@heartwood/semconv';
import { Bisection } from './bisection.ts';
import { type DeadLetterUse, DeadLetters } from './dead-letters.ts';
import { receiverError } from './errors.ts';
import type { SignalGauges } from './gauges.ts';
import { listSegments, syncSegments } from './journal/segment.ts';
import type { KnownRequest, Outcome } from './known-requests.ts';
import type { Ledger } from './ledger.ts';
import { Pipeline } from './pipeline.ts';
import type { Accepted, PipelineOptions } from './pipeline-options.ts';
import { hashRequest } from './request-hash.ts';
import type { ReceivedPlan } from './plan-file.ts';
import { setAside } from './set-aside.ts';
import { WaitingLine } from './waiting-line.ts';

export interface IntakeOptions extends Omit<
  PipelineOptions,
  'onLanded' | 'onFailed' | 'deadLetters'
> {
  /** Whether the disk has room for a landing. */
  readonly hasSpace: () => boolean;
}

/** Pause before what failed is tried again from the journal, milliseconds; the last one repeats. */
const RECOVERY_PAUSES_MS = [100, 500, 2000, 5000];
/** How often a full disk is looked at, milliseconds. */
const SPACE_CHECK_MS = 250;
/** Attempts at a start whose landings stop the database; as many as show that rows of the journal are to blame. */
const MAX_FATAL_STARTS = 3;

export class Intake {
  readonly #options: PipelineOptions & IntakeOptions;
  readonly #room = new WaitingLine();
  readonly #stopping = new AbortController();
  readonly #ledger: Ledger = {
    nextNumber: 1n,
    countedTo: 0n,
    bisection: new Bisection(),
    stopping: this.#stopping.signal,
  };
  #pipeline!: Pipeline;
  #failure: unknown;
  /** Set when the database stops working while a pipeline is being opened on it. */
  #brokenAgain: unknown;
  #recovery: Promise<void> | undefined;

  private constructor(options: IntakeOptions, deadLetters: DeadLetters) {
    this.#options = {
      ...options,
      deadLetters,
      onLanded: () => {
        this.#room.wakeAll();
        options.news.landed();
      },
      onFailed: (error) => this.#onFailed(error),
    };
  }

  /** Resumes where the store stopped; resolves when what the journal held has landed. */
  static async open(options: IntakeOptions): Promise<Intake> {
    const { journalDir, limits, onTrouble } = options;
    await syncJournal(journalDir);
    const { deadLetterBytes: limitBytes } = limits;
    const deadLetters = await DeadLetters.open({ journalDir, limitBytes, onTrouble });
    try {
      const intake = new Intake(options, deadLetters);
      options.store.onFatal((error) => intake.#onFatal(error));
      await intake.#start();
      return intake;
    } catch (error) {
      deadLetters.close();
      throw error;
    }
  }

  /** Why requests are refused at the moment; undefined while they are taken. */
  get failure(): unknown {
    return this.#failure;
  }

  /** When the oldest request that waits in the journal or a batch was received, milliseconds since 1970. */
  get waitingSinceMs(): number | undefined {
    return this.#pipeline.waitingSinceMs;
  }

  /** What could not be stored and is kept. */
  get deadLetters(): DeadLetterUse {
    return this.#options.deadLetters.use;
  }

  /**
   * Resolves when the request would survive a crash, with what its sender is to be told. Rejects with the decoder's error,
   * with `RECEIVER_BEHIND`, `RECEIVER_FAILED`, `RECEIVER_STOPPING` or `RECEIVER_JOURNAL_WRITE`.
   */
  async accept(request: Accepted): Promise<Outcome> {
    const gauges = this.#options.gauges.of(request.signal);
    const hash = hashRequest(request);
    const begin = performance.now();
    // From the look at what is known until the request is known itself nothing may be awaited: its twin may wait beside it.
    for (;;) {
      const known = this.#pipeline.find(hash);
      if (known !== undefined) return this.#join(known, gauges);
      this.#ensureTaking();
      if (this.#pipeline.hasRoom) break;
      await this.#waitForRoom(begin);
    }
    const { outcome, durable } = this.#pipeline.take(request, hash);
    await durable;
    gauges.acceptedRequests++;
    gauges.acceptedBytes += request.body.length;
    gauges.acknowledgement.record((performance.now() - begin) / 1000);
    return outcome;
  }

  /** Takes what comes from now on by another plan; null for none. */
  replacePlan(plan: ReceivedPlan | null): void {
    this.#pipeline.replacePlan(plan);
  }

  /** Lands what is there; resolves when it is in the database. */
  async flush(): Promise<void> {
    this.#ensureTaking();
    await this.#pipeline.flush();
  }

  /** Takes nothing more, lands what was taken, closes the journal. Rejects when not all of it landed; the journal then holds the rest. */
  async close(): Promise<void> {
    const reason = receiverError('RECEIVER_STOPPING');
    this.#options.deadLetters.close();
    this.#stopping.abort(reason);
    this.#room.wakeAll();
    await this.#recovery;
    try {
      await this.#pipeline.settled();
      if (this.#failure !== undefined) throw this.#failure as Error;
      await this.#pipeline.flush();
    } finally {
      await this.#pipeline.stop(reason);
    }
  }

  async #join({ outcome, durable }: KnownRequest, gauges: SignalGauges): Promise<Outcome> {
    await durable;
    const records = outcome.accepted + outcome.rejected;
    gauges.duplicateRequests++;
    gauges.received += records;
    gauges.duplicate += records;
    return outcome;
  }

  #ensureTaking(): void {
    this.#stopping.signal.throwIfAborted();
    if (this.#failure !== undefined) throw receiverError('RECEIVER_FAILED', {}, this.#failure);
  }

  async #waitForRoom(begin: number): Promise<void> {
    const waitedMs = Math.round(performance.now() - begin);
    const leftMs = this.#options.limits.waitMs - waitedMs;
    if (leftMs <= 0) throw receiverError('RECEIVER_BEHIND', { waitedMs });
    await this.#room.wait(leftMs);
  }

  /** The database stopped working, whoever noticed: a landing, a question, or its own thread. */
  #onFatal(error: unknown): void {
    if (this.#pipeline === undefined || this.#recovery !== undefined) this.#brokenAgain = error;
    else this.#onFailed(error);
  }

  #onFailed(error: unknown): void {
    // The first opening rejects by itself, and so does each attempt of a recovery.
    if (this.#pipeline === undefined || this.#recovery !== undefined) return;
    this.#failure = error;
    this.#options.onTrouble('taking data in has failed; it is tried again from the journal', error);
    this.#room.wakeAll();
    this.#recovery = this.#recover();
  }

  async #recover(): Promise<void> {
    try {
      await this.#beginAgain();
    } finally {
      this.#recovery = undefined;
    }
  }

  async #start(): Promise<void> {
    const { bisection } = this.#ledger;
    for (let attempt = 1, { steps } = bisection; ; attempt++) {
      try {
        await this.#openPipeline();
        return;
      } catch (error) {
        const isFatal = error instanceof CodedError && error.code === 'STORE_FATAL';
        if (!isFatal || (attempt >= MAX_FATAL_STARTS && bisection.steps === steps)) throw error;
        if (bisection.steps > steps) attempt = 0;
        ({ steps } = bisection);
      }
    }
  }

  /** Begins again, from the journal, until that succeeds. */
  async #beginAgain(): Promise<void> {
    const { signal } = this.#stopping;
    await this.#pipeline.stop(this.#failure);
    for (let attempt = 0; !signal.aborted; attempt++) {
      const pauseMs = RECOVERY_PAUSES_MS[Math.min(attempt, RECOVERY_PAUSES_MS.length - 1)];
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const { steps } = this.#ledger.bisection;
      try {
        await this.#waitForSpace(signal);
        await this.#openPipeline();
        this.#failure = undefined;
        return;
      } catch (error) {
        this.#failure = error;
        this.#options.onTrouble('landing from the journal failed again', error);
        if (this.#ledger.bisection.steps > steps) attempt = -1;
      }
    }
  }

  /** Opens a pipeline, with what the database refuses set aside on the way. */
  async #openPipeline(): Promise<void> {
    const { bisection, stopping } = this.#ledger;
    for (;;) {
      stopping.throwIfAborted();
      this.#brokenAgain = undefined;
      const { steps } = bisection;
      try {
        await this.#setAside(bisection);
        const pipeline = await Pipeline.open(this.#options, this.#ledger);
        if (this.#brokenAgain === undefined) {
          bisection.settle();
          this.#pipeline = pipeline;
          return;
        }
        await pipeline.stop(this.#brokenAgain);
        throw this.#brokenAgain as Error;
      } catch (error) {
        // Refused rows are looked for without a pause: each attempt gets nearer to them.
        const isNearer = bisection.steps > steps;
        if (!isNearer || !(error instanceof CodedError) || error.retryable) throw error;
      }
    }
  }

  async #setAside(bisection: Bisection): Promise<void> {
    if (bisection.culprit === undefined) return;
    try {
      await setAside(bisection.culprit, this.#options);
    } catch (error) {
      bisection.noteAside(error);
      throw error;
    }
    bisection.settle();
  }

  /** To land on a full disk only breaks the database, again and again. */
  async #waitForSpace(signal: AbortSignal): Promise<void> {
    const { hasSpace, store } = this.#options;
    while (!hasSpace()) {
      // Opens a database that has stopped working, and once more when upkeep breaks it meanwhile: reading goes on.
      this.#brokenAgain = undefined;
      await store.readResumeState();
      while (this.#brokenAgain === undefined && !hasSpace())
        await sleep(SPACE_CHECK_MS, undefined, { signal });
    }
  }
}

/** Whatever a killed process has written is durable before anything is made of it. */
async function syncJournal(folder: string): Promise<void> {
  const segments = await listSegments(folder);
  try {
    await syncSegments(folder, segments);
  } catch (cause) {
    throw receiverError('RECEIVER_JOURNAL_WRITE', { path: folder }, cause);
  }
}
