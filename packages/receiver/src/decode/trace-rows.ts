/** The rows of one trace request: what both decoders call while they walk it, and what can be taken back. */
import { type Batch, Dictionary, type DictionaryEntries, MARK } from '@heartwood/store/batch';
import { receiverError } from '../errors.ts';
import type { ReceiverLimits } from '../limits.ts';
import type { MappingRule } from '../mapping.ts';
import { NOTED_MARKS, noteMarks } from './noted-marks.ts';
import { ByteRanges } from './byte-ranges.ts';
import { Envelopes, type RawEnvelope } from './envelopes.ts';
import { Features } from './features.ts';
import { Interner } from './interner.ts';
import { JsonText } from './json-text.ts';
import type { KeyTable } from './key-table.ts';
import { type KnownAttributes, SERVICE_NAME } from './known-attributes.ts';
import { SpanDraft } from './span-draft.ts';
import { SpanRow } from './span-row.ts';
import { TextSource } from './text-source.ts';

/** Where rows go: the batch that is open, and another one when it is full. */
export interface OpenBatches {
  readonly open: Batch;
  /** Opens another batch; `records` of the request at hand went before. */
  roll(records: number): Batch;
}

/** What the dictionaries held when the store was opened. */
export interface DictionaryState {
  readonly hashSeed: number;
  readonly nextSeq: bigint;
  readonly vocabulary: DictionaryEntries;
  readonly identities: DictionaryEntries;
  readonly resources: DictionaryEntries;
  readonly scopes: DictionaryEntries;
}

/** Where a resource or scope began: a batch, counted within the request, and a row of it. */
interface EnvelopeStart {
  batch: number;
  row: number;
}

/** Text of a batch after which it is landed although it has room for rows: 64 MiB. */
const ARENA_BYTES = 64 * 1024 * 1024;

export class TraceRows {
  readonly limits: ReceiverLimits;
  readonly source: TextSource = new TextSource();
  readonly draft: SpanDraft = new SpanDraft();
  readonly attributes: JsonText;
  readonly extras: JsonText;
  readonly envelope: JsonText;
  readonly keys: KeyTable;
  readonly known: KnownAttributes;
  readonly resourceRaw: RawEnvelope = { start: 0, length: 0, schemaStart: 0, schemaLength: 0 };
  readonly scopeRaw: RawEnvelope = { start: 0, length: 0, schemaStart: 0, schemaLength: 0 };
  /** Key that came at each place of the last span, or of the last event or link: exporters keep their order. */
  readonly spanKeys: Int32Array = new Int32Array(64);
  readonly itemKeys: Int32Array = new Int32Array(64);
  /** Where the events and links of a span lie: protobuf may mix them, they are read when the span is complete. */
  readonly events: ByteRanges = new ByteRanges();
  readonly links: ByteRanges = new ByteRanges();
  /** Counts on every list of attributes, so that a key that comes twice in one is noticed. */
  listNumber = 0;
  /** Scratch bytes that must outlive the span at hand. */
  scratchKept = 0;
  /** Wire records of this request so far, and how many of them were rejected. */
  records = 0;
  rejected = 0;
  /** First reason of a rejection. */
  problem = '';
  /** Counts of marks, in the order of {@link NOTED_MARKS}. */
  readonly noted: Int32Array = new Int32Array(NOTED_MARKS.length);
  readonly #row: SpanRow;
  readonly #vocabulary: Dictionary;
  readonly #identities: Dictionary;
  readonly #words: Interner;
  readonly #resources: Envelopes;
  readonly #scopes: Envelopes;
  readonly #resourceStart: EnvelopeStart = { batch: 0, row: 0 };
  readonly #scopeStart: EnvelopeStart = { batch: 0, row: 0 };
  #batches!: OpenBatches;
  /** Batches that the request has touched, in order. */
  #touched: Batch[] = [];
  #batch!: Batch;
  /**
   * The first batch that the request touches. All that is new to the dictionaries goes there: it lands first, so that
   * no row ever points to a text that a crash may keep from landing.
   */
  #texts: Batch | undefined;
  #skip = 0;
  #attributesLeft = 0;
  #envelopesLeft = 0;

  constructor(state: DictionaryState, rules: readonly MappingRule[], limits: ReceiverLimits) {
    this.limits = limits;
    const features = new Features(rules, this.source, limits.nameBytes);
    this.keys = features.keys;
    this.known = features.known;
    this.attributes = new JsonText(limits.valueBytes, limits.recordTextBytes);
    this.extras = new JsonText(limits.valueBytes, limits.recordTextBytes);
    this.envelope = new JsonText(limits.valueBytes, limits.recordTextBytes);
    const { hashSeed } = state;
    this.#vocabulary = new Dictionary(hashSeed, state.vocabulary);
    this.#identities = new Dictionary(hashSeed, state.identities);
    this.#words = new Interner(this.#vocabulary, this.source, limits.nameBytes);
    this.#resources = new Envelopes(
      new Dictionary(hashSeed, state.resources, { idBits: 32 }),
      this.source,
    );
    this.#scopes = new Envelopes(
      new Dictionary(hashSeed, state.scopes, { idBits: 32 }),
      this.source,
    );
    this.#row = new SpanRow({
      source: this.source,
      known: this.known,
      vocabulary: this.#words,
      identities: new Interner(this.#identities, this.source, limits.nameBytes),
      attributes: this.attributes,
      extras: this.extras,
      features,
    });
    this.#row.seqLow = Number(BigInt.asIntN(32, state.nextSeq));
    this.#row.seqHigh = Number(BigInt.asIntN(32, state.nextSeq >> 32n));
  }

  /** Starts on a request; its first `skip` records are counted but make no rows. */
  begin(body: Uint8Array, receivedNs: bigint, batches: OpenBatches, skip: number): void {
    this.source.open(body);
    this.scratchKept = 0;
    this.records = 0;
    this.rejected = 0;
    this.problem = '';
    this.noted.fill(0);
    this.#skip = skip;
    this.#batches = batches;
    this.#touched = [];
    if (this.#texts !== batches.open) {
      this.#texts = batches.open;
      this.#vocabulary.startBatch();
      this.#identities.startBatch();
    }
    this.#use(batches.open);
    this.#row.receive(
      Number(BigInt.asIntN(32, receivedNs)),
      Number(BigInt.asIntN(32, receivedNs >> 32n)),
    );
    this.#attributesLeft = this.limits.requestAttributes;
    this.#envelopesLeft = this.limits.envelopes;
  }

  /** Ends the request. */
  end(): void {
    this.source.close();
    this.#touched = [];
  }

  /** Prepares the draft of another span. */
  startSpan(): void {
    const { spans } = this.#batch;
    if (
      spans.rows >= spans.capacity ||
      this.attributes.pos > ARENA_BYTES ||
      this.extras.pos > ARENA_BYTES
    ) {
      this.#use(this.#batches.roll(this.records));
    }
    if (this.keys.trim()) {
      this.spanKeys.fill(0);
      this.itemKeys.fill(0);
    }
    this.draft.reset();
    this.draft.extrasAt = this.extras.pos;
    this.extras.startRecord();
    this.startAttributes();
  }

  /** Starts the attributes of the span, forgetting those that came before. */
  startAttributes(): void {
    const { draft } = this;
    if (draft.attributes > 0) this.attributes.rewind(draft.attributesAt);
    draft.attributes = 0;
    draft.attributesAt = this.attributes.pos;
    this.attributes.startRecord();
    this.listNumber++;
    this.known.next();
  }

  /** Makes the draft a row, or rejects it. */
  endSpan(): void {
    const { draft } = this;
    const index = this.records++;
    if (this.records > this.limits.records)
      throw receiverError('OTLP_TOO_LARGE', {
        what: `more than ${this.limits.records} spans`,
        limit: `${this.limits.records} spans`,
      });
    if (draft.problem === '') {
      if ((draft.trace0 | draft.trace1 | draft.trace2 | draft.trace3) === 0)
        draft.problem = 'the trace id is missing or zero';
      else if ((draft.span0 | draft.span1) === 0) draft.problem = 'the span id is missing or zero';
    }
    if (draft.problem !== '') {
      if (this.rejected++ === 0) this.problem = `span ${index}: ${draft.problem}`;
      this.#discard();
    } else if (index < this.#skip) {
      this.#discard();
    } else {
      this.#row.write(draft);
      const { marks } = this.#row;
      noteMarks(this.noted, marks);
    }
  }

  /** Notes that an attribute has come; false when the record has too many and it is to be dropped. */
  admitAttribute(): boolean {
    this.#countAttribute();
    if (this.draft.attributes++ < this.limits.recordItems && !this.attributes.isFull) return true;
    this.draft.droppedAttributes++;
    this.draft.marks |= MARK.TRUNCATED;
    return false;
  }

  /** Counts an attribute of an event, link, resource or scope. */
  countItemAttribute(): void {
    this.#countAttribute();
  }

  startResource(): void {
    this.#countEnvelope();
    this.resourceRaw.length = 0;
    this.resourceRaw.schemaLength = 0;
    this.#markStart(this.#resourceStart);
  }

  /** Gives the spans since {@link startResource} their resource; `write` makes its content when it is not known. */
  endResource(kind: number, write: () => void): void {
    const batch = this.#touched[0] as Batch;
    const resources = this.#resources;
    if (!resources.known(this.resourceRaw, kind)) {
      this.#startEnvelope();
      this.envelope.open(batch.resources);
      const start = this.envelope.pos;
      write();
      resources.serviceLow = 0;
      resources.serviceHigh = 0;
      if (this.known.has(SERVICE_NAME)) {
        const { low, high } = this.known;
        // A resource that came in parts was put together in the scratch area, and places in it are as they stand there.
        const at = low[SERVICE_NAME] as number;
        const start = this.resourceRaw.start < 0 && at >= 0 ? ~at : at;
        this.#words.text(start, high[SERVICE_NAME] as number, batch.vocabulary);
        resources.serviceLow = this.#words.low;
        resources.serviceHigh = this.#words.high;
      }
      resources.resolve(batch.resources, this.envelope, start);
      resources.remember(this.resourceRaw, kind);
    }
    const { id, serviceLow, serviceHigh } = resources;
    this.#eachBatch(this.#resourceStart, ({ spans }, from, to) => {
      const { words, offset } = spans;
      words.fill(id, (offset.resource_id >> 2) + from, (offset.resource_id >> 2) + to);
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
    });
  }

  startScope(): void {
    this.#countEnvelope();
    this.scopeRaw.length = 0;
    this.scopeRaw.schemaLength = 0;
    this.#markStart(this.#scopeStart);
  }

  /** Gives the spans since {@link startScope} their scope. */
  endScope(kind: number, write: () => void): void {
    const batch = this.#touched[0] as Batch;
    const scopes = this.#scopes;
    if (!scopes.known(this.scopeRaw, kind)) {
      this.#startEnvelope();
      this.envelope.open(batch.scopes);
      const start = this.envelope.pos;
      write();
      scopes.resolve(batch.scopes, this.envelope, start);
      scopes.remember(this.scopeRaw, kind);
    }
    const { id } = scopes;
    this.#eachBatch(this.#scopeStart, ({ spans }, from, to) => {
      const at = spans.offset.scope_id >> 2;
      spans.words.fill(id, at + from, at + to);
    });
  }

  #startEnvelope(): void {
    this.listNumber++;
    this.known.next();
  }

  #use(batch: Batch): void {
    this.#batch = batch;
    this.#touched.push(batch);
    this.attributes.open(batch.spans);
    this.extras.open(batch.spanExtras);
    this.#row.open(batch, this.#touched[0] as Batch);
  }

  #discard(): void {
    this.attributes.rewind(this.draft.attributesAt);
    this.attributes.marks = 0;
    this.extras.rewind(this.draft.extrasAt);
    this.extras.marks = 0;
  }

  #countAttribute(): void {
    if (this.#attributesLeft-- === 0)
      throw receiverError('OTLP_TOO_LARGE', {
        what: `more than ${this.limits.requestAttributes} attributes`,
        limit: `${this.limits.requestAttributes} attributes`,
      });
  }

  #countEnvelope(): void {
    if (this.#envelopesLeft-- === 0)
      throw receiverError('OTLP_TOO_LARGE', {
        what: `more than ${this.limits.envelopes} resources and scopes`,
        limit: `${this.limits.envelopes} resources and scopes`,
      });
  }

  #markStart(start: EnvelopeStart): void {
    start.batch = this.#touched.length - 1;
    start.row = this.#batch.spans.rows;
  }

  #eachBatch(start: EnvelopeStart, visit: (batch: Batch, from: number, to: number) => void): void {
    for (let i = start.batch; i < this.#touched.length; i++) {
      const batch = this.#touched[i] as Batch;
      visit(batch, i === start.batch ? start.row : 0, batch.spans.rows);
    }
  }
}
