/** Decodes bodies into the batch that is open and hands full batches on; a body that cannot be decoded leaves no row behind. */
import type { ResumeState } from '@heartwood/store';
import type { Batch, Position } from '@heartwood/store/batch';
import { JsonTraces } from './decode/json.ts';
import { decodeProtobufTraces } from './decode/protobuf.ts';
import { NOTED_MARKS, TraceRows } from './decode/trace-rows.ts';
import type { Gauges } from './gauges.ts';
import type { Outcome } from './known-requests.ts';
import type { LandingQueue } from './landing-queue.ts';
import type { ReceiverLimits } from './limits.ts';
import type { MappingRule } from './mapping.ts';
import { ENCODING } from './signal.ts';

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
  readonly limits: ReceiverLimits;
  readonly gauges: Gauges;
  readonly queue: LandingQueue;
}

export class Collector {
  readonly #rows: TraceRows;
  readonly #json: JsonTraces;
  readonly #queue: LandingQueue;
  readonly #gauges: Gauges;
  #open: Batch;

  constructor({ state, rules, limits, gauges, queue }: CollectorOptions) {
    this.#rows = new TraceRows(state, rules, limits);
    this.#json = new JsonTraces(this.#rows);
    this.#queue = queue;
    this.#gauges = gauges;
    this.#open = queue.take();
  }

  /** The batch that rows go to at the moment. */
  get open(): Batch {
    return this.#open;
  }

  /**
   * Makes rows of the body of record `number`, leaving out its first `skip` wire records; `written` counts the rows.
   * Batches that fill up on the way are handed on. Throws what the decoder throws.
   */
  decode(
    { body, receivedNs, encoding }: Decodable,
    number: bigint,
    skip: number,
  ): { readonly outcome: Outcome; readonly written: number } {
    const rows = this.#rows;
    const gauges = this.#gauges;
    const marks = takeMarks(this.#open);
    const full: { readonly batch: Batch; readonly records: number }[] = [];
    const roll = (records: number): Batch => {
      full.push({ batch: this.#open, records });
      this.#open = this.#queue.take();
      return this.#open;
    };
    gauges.requests++;
    try {
      rows.begin(body, receivedNs, { open: this.#open, roll }, skip);
      if (encoding === ENCODING.JSON) this.#json.decode();
      else decodeProtobufTraces(rows);
    } catch (error) {
      gauges.received += rows.records;
      gauges.refused += rows.records;
      // Dictionary rows stay: other requests may already point to them.
      for (const { batch } of full) clearRows(batch);
      clearRows(this.#open);
      restoreMarks(full[0]?.batch ?? this.#open, marks);
      for (const { batch } of full) this.#handOn(batch, { record: number, rows: 0 });
      throw error;
    } finally {
      rows.end();
    }
    const written = [this.#open, ...full.map(({ batch }) => batch)].reduce(
      (sum, { spans }) => sum + spans.rows,
      -marks.spans,
    );
    for (const { batch, records } of full) this.#handOn(batch, { record: number, rows: records });
    for (const [index, name] of NOTED_MARKS.entries()) gauges.mark(name, rows.noted[index] ?? 0);
    gauges.waiting += written;
    const { records, rejected, problem } = rows;
    return { outcome: { accepted: records - rejected, rejected, problem }, written };
  }

  /** Hands the open batch on with everything decoded so far; `nextNumber` is the first record that is not in it. */
  seal(nextNumber: bigint): void {
    if (this.#open.isEmpty) return;
    const batch = this.#open;
    this.#open = this.#queue.take();
    this.#handOn(batch, { record: nextNumber, rows: 0 });
  }

  #handOn(batch: Batch, position: Position): void {
    // Failures reach the intake through the queue's callback.
    this.#queue.put(batch, position).catch(() => {});
    this.#gauges.waitingBatches = this.#queue.length;
  }
}

interface RowMarks {
  readonly spans: number;
  readonly spanArena: number;
  readonly extras: number;
  readonly extraArena: number;
}

const takeMarks = ({ spans, spanExtras }: Batch): RowMarks => ({
  spans: spans.rows,
  spanArena: spans.arenaBytes,
  extras: spanExtras.rows,
  extraArena: spanExtras.arenaBytes,
});

function restoreMarks({ spans, spanExtras }: Batch, marks: RowMarks): void {
  spans.rows = marks.spans;
  spans.arenaBytes = marks.spanArena;
  spanExtras.rows = marks.extras;
  spanExtras.arenaBytes = marks.extraArena;
}

const clearRows = (batch: Batch): void =>
  restoreMarks(batch, { spans: 0, spanArena: 0, extras: 0, extraArena: 0 });
