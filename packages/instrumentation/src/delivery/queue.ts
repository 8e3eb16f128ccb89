/** Finished spans that wait to be sent: bounded in spans and bytes, plain successes dropped first, nothing lost uncounted. */
import type { ReadableSpanLike } from '../otlp/readable-span.ts';
import { Batch } from './batch.ts';
import type { FinishedRun, Keep } from './packed-run.ts';
import type { ParcelQueue } from './parcel.ts';
import { RequestCeiling } from './request-ceiling.ts';

/** The bounds of a queue and of the batches it is cut into. */
export interface QueueLimits {
  readonly maxSpans: number;
  readonly maxBytes: number;
  readonly maxBatchSpans: number;
  readonly maxBatchRuns: number;
  /** The same while many runs wait: an app that records faster than so small requests can be sent would lose them. */
  readonly maxBatchRunsUnderLoad?: number;
  readonly maxBatchBytes: number;
}

/** Batches in the order they are to be sent; the last one is still being filled. */
export class SpanQueue implements ParcelQueue {
  spanCount = 0;
  sizeBytes = 0;
  /** Feature runs that wait. */
  runCount = 0;
  readonly #limits: QueueLimits;
  readonly #onDrop: (spans: number) => void;
  readonly #ceiling = new RequestCeiling();
  readonly #closed: Batch[] = [];
  #filling = new Batch();
  #sending: Batch | undefined;
  /** Was on the wire and may have arrived. */
  #again: Batch | undefined;

  constructor(limits: QueueLimits, onDrop: (spans: number) => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  /** All spans that wait, under the name that the sending side has for records of any signal. */
  get recordCount(): number {
    return this.spanCount;
  }

  /** Number of full batches that wait. */
  get fullBatches(): number {
    return this.#closed.length;
  }

  /** Adds a span; false when it is larger than a batch may be, even shortened. */
  add(span: ReadableSpanLike, isRun: boolean): boolean {
    return this.#count(this.#filling.add(span, isRun, this.#limits.maxBatchBytes), isRun);
  }

  /** The same for a run of the direct engine. */
  addRun(run: FinishedRun): boolean {
    return this.#count(this.#filling.addRun(run, this.#limits.maxBatchBytes), true);
  }

  /** The oldest batch, which from now on is being sent and not dropped; undefined when nothing waits. */
  take(): Batch | undefined {
    if (this.#closed.length === 0 && this.#filling.spanCount > 0) this.#close();
    const head = this.#closed[0];
    // A receiver knows a request that it has by its bytes: one that may have arrived is sent as it was.
    if (head !== undefined && head !== this.#sending && head !== this.#again) this.#fit(head);
    this.#sending = this.#closed[0];
    return this.#sending;
  }

  /** The batch being sent is done: delivered or given up. */
  remove(): void {
    const batch = this.#closed.shift();
    this.#sending = undefined;
    this.#again = undefined;
    if (batch === undefined) return;
    this.#ceiling.raise();
    this.spanCount -= batch.spanCount;
    this.sizeBytes -= batch.sizeBytes;
    this.runCount -= batch.runCount;
  }

  /** The batch being sent stays the next one. */
  putBack(): void {
    this.#again = this.#sending;
    this.#sending = undefined;
    this.#makeRoom();
  }

  /** The batch being sent becomes two, both still to be sent, and so do others of its size; false when it is one span. */
  splitHead(): boolean {
    const batch = this.#sending;
    if (batch === undefined || batch.spanCount < 2) return false;
    this.#ceiling.tooLarge(batch.requestBytes);
    this.#closed.splice(0, 1, ...batch.split());
    this.#sending = undefined;
    this.#again = undefined;
    return true;
  }

  /** Empties the queue and says how many spans were in it. */
  clear(): number {
    const lost = this.spanCount;
    this.#closed.length = 0;
    this.#filling = new Batch();
    this.#sending = undefined;
    this.#again = undefined;
    this.spanCount = 0;
    this.sizeBytes = 0;
    this.runCount = 0;
    return lost;
  }

  /** Makes the first batch smaller when it is too large for the receiver, and larger when many small ones wait. */
  #fit(first: Batch): void {
    let head = first;
    const mostBytes = this.#maxRequestBytes;
    while (head.spanCount > 1 && head.requestBytes > this.#ceiling.bytes) {
      const halves = head.split();
      this.#closed.splice(0, 1, ...halves);
      [head] = halves;
    }
    const { maxBatchRuns, maxBatchSpans } = this.#limits;
    const mostRuns = this.#maxBatchRuns;
    if (mostRuns === maxBatchRuns) return;
    const { spanCount } = head;
    for (let next = this.#closed[1]; next !== undefined; next = this.#closed[1]) {
      if (
        head.spanCount + next.spanCount > maxBatchSpans ||
        head.runCount + next.runCount > mostRuns ||
        head.requestBytes + next.requestBytes > mostBytes
      ) {
        break;
      }
      head.absorb(next);
      this.#closed.splice(1, 1);
    }
    if (head.spanCount > spanCount) head.trim();
  }

  #count(size: number, isRun: boolean): boolean {
    if (size === 0) return false;
    this.spanCount += 1;
    this.sizeBytes += size;
    if (isRun) this.runCount += 1;
    const { maxBatchSpans } = this.#limits;
    const { spanCount, runCount, requestBytes } = this.#filling;
    if (
      spanCount >= maxBatchSpans ||
      runCount >= this.#maxBatchRuns ||
      requestBytes >= this.#maxRequestBytes
    ) {
      this.#close();
    }
    this.#makeRoom();
    return true;
  }

  get #maxRequestBytes(): number {
    return Math.min(this.#limits.maxBatchBytes, this.#ceiling.bytes);
  }

  get #maxBatchRuns(): number {
    const { maxBatchRuns, maxBatchRunsUnderLoad = maxBatchRuns } = this.#limits;
    return this.runCount > MANY_BATCHES * maxBatchRuns ? maxBatchRunsUnderLoad : maxBatchRuns;
  }

  #close(): void {
    this.#filling.trim();
    this.#closed.push(this.#filling);
    this.#filling = new Batch();
  }

  #makeRoom(): void {
    const { maxSpans, maxBytes } = this.#limits;
    let dropped = 0;
    while (this.spanCount > maxSpans || this.sizeBytes > maxBytes) {
      const count = this.#dropSome();
      if (count === 0) break;
      dropped += count;
    }
    if (dropped > 0) this.#onDrop(dropped);
  }

  /** The least important go first, of equal ones the oldest. */
  #dropSome(): number {
    // Not one by one: to find them is a walk through a batch.
    const most = Math.max(1, Math.floor(this.spanCount / PARTS));
    // What is on the wire cannot be taken back.
    const first = this.#sending === undefined ? 0 : 1;
    for (const keep of LEAST_FIRST) {
      for (let i = first; i <= this.#closed.length; i += 1) {
        const batch = this.#closed[i] ?? this.#filling;
        if (batch.countOf(keep) === 0) continue;
        const { count, sizeBytes } = batch.drop(keep, most);
        this.spanCount -= count;
        this.sizeBytes -= sizeBytes;
        if (batch.spanCount === 0 && batch !== this.#filling) {
          this.#closed.splice(i, 1);
          this.runCount -= batch.runCount;
        }
        return count;
      }
    }
    return 0;
  }
}

/** So many requests of the usual size are many. */
const MANY_BATCHES = 20;
const LEAST_FIRST: readonly Keep[] = [0, 1, 2];
/** Of what waits, so much goes at once. */
const PARTS = 64;
