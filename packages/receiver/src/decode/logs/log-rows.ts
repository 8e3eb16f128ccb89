/** The rows of one logs request: what both decoders call while they walk its records. */
import type { Batch } from '@heartwood/store/batch';
import { LogDraft } from './log-draft.ts';
import { OperationTap } from './operation-tap.ts';
import { LogRow, type WriteBody } from './log-row.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordKind } from '../record-kind.ts';
import { RecordAttributes } from '../record-attributes.ts';
import { Conform, PLAN_REASON } from '../../stages/conform.ts';

/** Text of a batch after which it is landed although it has room for rows: 64 MiB. */
const ARENA_BYTES = 64 * 1024 * 1024;

/**
 * A record is rejected when its trace or span id has the wrong length; one without ids belongs to no trace. A body may be as
 * long as all attributes together, `limits.recordTextBytes`; within one that is no text each value may.
 */
export class LogRows {
  readonly request: OpenRequest;
  readonly draft: LogDraft = new LogDraft();
  readonly attributes: RecordAttributes;
  readonly #row: LogRow;
  readonly #conform: Conform;
  readonly #tap: OperationTap;
  readonly #kind: RecordKind;
  #batch!: Batch;

  constructor(request: OpenRequest) {
    this.request = request;
    this.attributes = new RecordAttributes(request);
    this.#row = new LogRow(request, this.attributes);
    this.#conform = new Conform(request, this.attributes);
    const tap = new OperationTap(request, this.attributes);
    this.#tap = tap;
    this.#kind = {
      noun: 'log record',
      table: 'logs',
      onResource: (facts) => tap.endResource(facts),
    };
  }

  /** Starts on the request that is open. */
  begin(): void {
    this.request.kind = this.#kind;
    this.request.known.mode = 'log';
    // A body that was given up while it was being written has left its own limit here.
    this.attributes.text.valueBytes = this.request.limits.valueBytes;
    this.#row.receive();
    this.#conform.begin();
    this.#tap.begin();
    this.#open(this.request.batch);
  }

  /** Prepares the draft of another record. */
  startRecord(): void {
    if (this.#batch.logs.rows >= this.#batch.fullRows || this.attributes.text.pos > ARENA_BYTES)
      this.#roll();
    this.request.startRecord();
    this.draft.reset();
    this.attributes.startRecord();
  }

  /** Makes the draft a row, or rejects it. */
  endRecord(writeBody: WriteBody): void {
    const { draft, request, attributes } = this;
    const { problem } = draft;
    if (request.plan !== null && problem === '') {
      this.#endChecked(this.#conform.check(draft, request.plan), writeBody);
      return;
    }
    if (request.endRecord(problem)) this.#write(writeBody);
    else attributes.discard();
  }

  /** Ends the request. */
  end(): void {
    this.#conform.write(this.#batch, this.request.texts);
  }

  /** `blocked` is why the plan does not let the record in. */
  #endChecked(blocked: string, writeBody: WriteBody): void {
    const { request, attributes } = this;
    const isRow = request.endRecord(blocked, PLAN_REASON);
    if (!request.isSkipped) this.#conform.count(!isRow);
    if (isRow) this.#write(writeBody);
    else attributes.discard();
  }

  #write(writeBody: WriteBody): void {
    const { draft, request } = this;
    const heard = this.#tap.hear(draft);
    const marks = this.#row.write(draft, writeBody);
    if (heard !== undefined) this.#tap.keep(heard, this.#row.time);
    request.endRow(marks);
  }

  #roll(): void {
    this.#conform.write(this.#batch, this.request.texts);
    this.#open(this.request.roll());
  }

  #open(batch: Batch): void {
    this.#batch = batch;
    this.attributes.text.open(batch.logs);
    this.#row.open(batch, this.request.texts);
  }
}
