/** Decodes bodies into the batch that is open and hands full batches on; a body that cannot be decoded leaves no row behind. */
import { CodedError } from '@heartwood/semconv';
import type { ResumeState } from '@heartwood/store';
import type { Batch, LandedPart, Position } from '@heartwood/store/batch';
import { BatchLoad } from './batch-load.ts';
import { createDecoders } from './decode/decoders.ts';
import { NOTED_MARKS } from './decode/noted-marks.ts';
import { OpenRequest } from './decode/open-request.ts';
import type { SignalDecoder } from './decode/signal-decoder.ts';
import { malformed } from './errors.ts';
import type { Gauges } from './gauges.ts';
import type { Outcome } from './known-requests.ts';
import type { LandingQueue } from './landing-queue.ts';
import type { ReceiverLimits } from './limits.ts';
import type { MappingRule } from './mapping.ts';
import { decodedAs, OWN_METRICS_NUMBER } from './own-metrics.ts';
import type { OperationEvent } from './operation-event.ts';
import { Plans } from './plans.ts';
import type { Encoding } from './signal.ts';

/** A body that can be decoded. */
export interface Decodable {
  /** The body decompressed, with readable bytes behind it. */
  readonly body: Uint8Array;
  readonly receivedNs: bigint;
  /** Numbers of the tables in `signal.ts`. */
  readonly signal: number;
  readonly encoding: number;
}

export interface CollectorOptions {
  readonly state: ResumeState;
  readonly rules: readonly MappingRule[];
  /** Default: no plan. */
  readonly plans?: Plans | undefined;
  readonly limits: ReceiverLimits;
  readonly gauges: Gauges;
  readonly queue: LandingQueue;
  /** Whether anybody listens to what is told of operations. Default: nobody does. */
  readonly isHeard?: boolean | undefined;
}

/** A batch that a request has filled, with the position behind its rows. */
export interface FullBatch {
  readonly batch: Batch;
  readonly position: Position;
  readonly load: BatchLoad;
}

/** What became of a decoded body. */
export interface Decoded {
  readonly outcome: Outcome;
  /** Rejected records by reason; void when another body is decoded. */
  readonly rejections: ReadonlyMap<string, number>;
  /** Rows that it made. */
  readonly written: number;
  /** Batches that it filled, to be given to {@link Collector.handOn} before anything else is decoded. */
  readonly full: readonly FullBatch[];
  /** What its rows tell of operations. */
  readonly operations: readonly OperationEvent[];
}

export class Collector {
  readonly #request: OpenRequest;
  readonly #decoders: ReadonlyMap<number, SignalDecoder>;
  readonly #queue: LandingQueue;
  readonly #gauges: Gauges;
  readonly #plans: Plans;
  #open: Batch;
  #load = new BatchLoad();
  /** Behind everything that the open batch holds. */
  #position: Position;
  /** What had landed of a request when the pipeline was opened. */
  readonly #landedPart: LandedPart | undefined;
  readonly #isHeard: boolean;

  constructor({ state, rules, plans, limits, gauges, queue, isHeard }: CollectorOptions) {
    this.#plans = plans ?? new Plans(null);
    this.#request = new OpenRequest(state, rules, limits);
    this.#decoders = createDecoders(this.#request);
    this.#queue = queue;
    this.#gauges = gauges;
    this.#open = queue.take();
    this.#position = state.position;
    this.#landedPart = state.position.part;
    this.#isHeard = isHeard === true;
  }

  /** What the open batch carries. */
  get load(): BatchLoad {
    return this.#load;
  }

  /** The batch that rows go to at the moment. */
  get open(): Batch {
    return this.#open;
  }

  /**
   * Makes rows of the body of record `number`, leaving out its first `skip` wire records. Throws what the decoder throws;
   * the body has then left no row.
   */
  decode(
    { body, receivedNs, signal, encoding }: Decodable,
    number: bigint,
    skip: number,
    unreadable: 'refused' | 'deadLettered' = 'refused',
  ): Decoded {
    const request = this.#request;
    const decode = this.#decoders.get(decodedAs(signal));
    if (decode === undefined)
      throw malformed('protobuf', `signal ${signal} is unknown to this version`, 0);
    const gauges = this.#gauges.of(signal);
    const first = this.#open;
    const before = takeMarks(first);
    const recordsBefore = first.records;
    const loadBefore = this.#load;
    const full: FullBatch[] = [];
    const { plan, decoder } = this.#plans.of(number);
    request.plan = plan;
    request.recordNumber = number;
    const operations: OperationEvent[] = [];
    request.operations = this.#isHeard ? operations : undefined;
    const part = skip > 0 ? this.#landedPart : { decoder, firstSeq: request.nextSeq };
    const roll = (records: number): Batch => {
      full.push({
        batch: this.#open,
        // Before its first record the request has no part.
        position:
          records === 0 ? { record: number, rows: 0 } : { record: number, rows: records, part },
        load: this.#load,
      });
      this.#open = this.#queue.take();
      this.#load = new BatchLoad();
      return this.#open;
    };
    this.#gauges.decoded++;
    try {
      request.begin(body, receivedNs, { open: first, roll }, skip);
      decode(encoding as Encoding);
    } catch (error) {
      gauges.breakOff(request.records, unreadable, codeOf(error));
      // Dictionary rows stay: other requests may already point to them.
      for (const batch of [...full.map(({ batch }) => batch), this.#open]) clearRows(batch);
      restoreMarks(first, before);
      for (const { batch, load } of full) this.#queue.put(batch, this.#position, load);
      this.#gauges.waitingBatches = this.#queue.length;
      throw error;
    } finally {
      request.end();
    }
    const touched = [...full, { batch: this.#open, load: this.#load }];
    let written = 0;
    for (const { batch, load } of touched) {
      const records = batch.records - (load === loadBefore ? recordsBefore : 0);
      load.addRecords(signal, records);
      written += records;
    }
    if (signal !== OWN_METRICS_NUMBER) this.#load.receivedMs.push(Number(receivedNs / 1_000_000n));
    this.#position = { record: number + 1n, rows: 0 };
    for (const [index, name] of NOTED_MARKS.entries())
      gauges.marked.add(name.toLowerCase(), request.noted[index] ?? 0);
    gauges.waiting += written;
    const { records, rejected, problem, rejections } = request;
    const outcome = { accepted: records - rejected, rejected, problem };
    return { outcome, rejections, written, full, operations };
  }

  /**
   * Hands batches on that hold a part of a request. They land only when `durable` says that the journal holds the whole:
   * else a crash would leave a part of it in the store, and the repeated request would double that part.
   */
  handOn(full: readonly FullBatch[], durable?: Promise<void>): void {
    for (const { batch, position, load } of full) this.#queue.put(batch, position, load, durable);
    this.#gauges.waitingBatches = this.#queue.length;
  }

  /** Hands the open batch on, with everything decoded so far. */
  seal(): void {
    if (!this.#open.isEmpty) this.#handOver();
  }

  /** Moves the position behind record `number`, which leaves no row, apart from those before it. */
  passOver(number: bigint): void {
    this.seal();
    this.#position = { record: number + 1n, rows: 0 };
    this.#handOver();
  }

  #handOver(): void {
    this.#queue.put(this.#open, this.#position, this.#load);
    this.#open = this.#queue.take();
    this.#load = new BatchLoad();
    this.#gauges.waitingBatches = this.#queue.length;
  }
}

const codeOf = (error: unknown): string => (error instanceof CodedError ? error.code : 'BUG');

/** How far each table of records is filled. */
type RowMarks = readonly { readonly rows: number; readonly arenaBytes: number }[];

const takeMarks = ({ recordTables }: Batch): RowMarks =>
  recordTables.map(({ rows, arenaBytes }) => ({ rows, arenaBytes }));

function restoreMarks({ recordTables }: Batch, marks: RowMarks): void {
  for (const [index, table] of recordTables.entries()) {
    table.rows = marks[index]?.rows ?? 0;
    table.arenaBytes = marks[index]?.arenaBytes ?? 0;
  }
}

const clearRows = (batch: Batch): void => restoreMarks(batch, []);
