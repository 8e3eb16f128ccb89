/** The rows of one trace request: what both decoders call while they walk its spans. */
import { type Batch, MARK } from '@heartwood/store/batch';
import { ByteRanges } from '../byte-ranges.ts';
import { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordKind } from '../record-kind.ts';
import { RecordAttributes } from '../record-attributes.ts';
import { SpanDraft } from './span-draft.ts';
import { SpanRow } from './span-row.ts';

const SPAN_KIND: RecordKind = { noun: 'span', table: 'spans', onService: nameComponent };

/** Text of a batch after which it is landed although it has room for rows: 64 MiB. */
const ARENA_BYTES = 64 * 1024 * 1024;

export class TraceRows {
  readonly request: OpenRequest;
  readonly draft: SpanDraft = new SpanDraft();
  readonly attributes: RecordAttributes;
  /** Events and links of the spans. */
  readonly extras: JsonText;
  /** Where the events and links of a span lie: protobuf may mix them, they are read when the span is complete. */
  readonly events: ByteRanges = new ByteRanges();
  readonly links: ByteRanges = new ByteRanges();
  readonly #row: SpanRow;
  #batch!: Batch;

  constructor(request: OpenRequest) {
    const { valueBytes, recordTextBytes } = request.limits;
    this.request = request;
    this.attributes = new RecordAttributes(request);
    this.extras = new JsonText(valueBytes, recordTextBytes);
    this.#row = new SpanRow(request, this.attributes, this.extras);
  }

  /** Starts on the request that is open. */
  begin(): void {
    this.request.kind = SPAN_KIND;
    this.#row.receive();
    this.#open(this.request.batch);
  }

  /** Prepares the draft of another span. */
  startSpan(): void {
    const { spans } = this.#batch;
    if (
      spans.rows >= spans.capacity ||
      this.attributes.text.pos > ARENA_BYTES ||
      this.extras.pos > ARENA_BYTES
    ) {
      this.#open(this.request.roll());
    }
    this.request.startRecord();
    this.draft.reset();
    this.draft.extrasAt = this.extras.pos;
    this.extras.startRecord();
    this.attributes.startRecord();
  }

  /** Makes the draft a row, or rejects it. */
  endSpan(): void {
    const { draft, request } = this;
    if (request.endRecord(draft.problem)) {
      draft.marks |= request.marks;
      draft.droppedAttributes += this.attributes.dropped;
      draft.droppedEvents += draft.cutEvents;
      draft.droppedLinks += draft.cutLinks;
      request.endRow(this.#row.write(draft));
    } else {
      this.attributes.discard();
      this.extras.rewind(draft.extrasAt);
      this.extras.marks = 0;
    }
  }

  #open(batch: Batch): void {
    this.#batch = batch;
    this.attributes.text.open(batch.spans);
    this.extras.open(batch.spanExtras);
    this.#row.open(batch, this.request.texts);
  }
}

/** A run whose sender names no component belongs to the one that is named like the service. */
function nameComponent(
  { spans }: Batch,
  from: number,
  to: number,
  serviceLow: number,
  serviceHigh: number,
): void {
  const { words, offset } = spans;
  const component = offset.component_id >> 2;
  const feature = offset.feature_id >> 2;
  const marks = offset.marks >> 2;
  for (let row = from; row < to; row++) {
    const isRun = words[feature + row * 2] !== 0 || words[feature + row * 2 + 1] !== 0;
    if (isRun && ((words[marks + row] as number) & MARK.GAVE_COMPONENT) === 0) {
      words[component + row * 2] = serviceLow;
      words[component + row * 2 + 1] = serviceHigh;
    }
  }
}
