/** The request being decoded, whatever its signal: its bytes and limits, the batches it touches, its resources and scopes. */
import { type Batch, Dictionary, type DictionaryEntries } from '@heartwood/store/batch';
import { receiverError } from '../errors.ts';
import type { ReceiverLimits } from '../limits.ts';
import type { MappingRule } from '../mapping.ts';
import { Envelopes, type RawEnvelope } from './envelopes.ts';
import { Features } from './features.ts';
import { Interner } from './interner.ts';
import { JsonText } from './json-text.ts';
import type { KeyTable } from './key-table.ts';
import { type KnownAttributes, SERVICE_NAME } from './known-attributes.ts';
import { NOTED_MARKS, noteMarks } from './noted-marks.ts';
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
  readonly metrics: DictionaryEntries;
  readonly attributeSets: DictionaryEntries;
}

/** What the records of a signal are. */
export interface RecordKind {
  /** What one is called in messages to senders. */
  readonly noun: string;
  /** The table that gets a row for each. */
  readonly table: 'spans' | 'logs' | 'metricPoints';
  /** Told the service of rows `[from, to)` when their resource is known. */
  readonly onService?: (batch: Batch, from: number, to: number, low: number, high: number) => void;
}

/** Where a resource, a scope or a metric began: a batch, counted within the request, and a row of it. */
export interface RowStart {
  batch: number;
  row: number;
}

/** What decoders of all signals share; one lives as long as the pipeline and serves one request after the other. */
export class OpenRequest {
  readonly limits: ReceiverLimits;
  /** 32-bit key of hashes, the installation's own. */
  readonly hashSeed: number;
  readonly source: TextSource = new TextSource();
  readonly features: Features;
  readonly keys: KeyTable;
  readonly known: KnownAttributes;
  readonly vocabulary: Interner;
  readonly identities: Interner;
  readonly metricNumbers: Dictionary;
  readonly attributeSetNumbers: Dictionary;
  /** Content of the resource or scope at hand. */
  readonly envelope: JsonText;
  readonly resourceRaw: RawEnvelope = { start: 0, length: 0, schemaStart: 0, schemaLength: 0 };
  readonly scopeRaw: RawEnvelope = { start: 0, length: 0, schemaStart: 0, schemaLength: 0 };
  /** Key that came at each place of the last event, link, resource or scope: exporters keep their order. */
  readonly itemKeys: Int32Array;
  /** Counts on every list of attributes, so that a key that comes twice in one is noticed. */
  listNumber = 0;
  /** Scratch bytes that must outlive the record at hand. */
  scratchKept = 0;
  /** Bits of `MARK` that the readers of attributes noticed on the record at hand. */
  marks = 0;
  /** Time of receipt, words of nanoseconds. */
  receivedLow = 0;
  receivedHigh = 0;
  /** {@link nextSeq} in words. */
  seqLow = 0;
  seqHigh = 0;
  /** Wire records of this request so far, and how many of them were rejected. */
  records = 0;
  rejected = 0;
  /** First reason of a rejection. */
  problem = '';
  /** Rejected records by reason. */
  readonly rejections: Map<string, number> = new Map<string, number>();
  /** Counts of marks, in the order of {@link NOTED_MARKS}. */
  readonly noted: Int32Array = new Int32Array(NOTED_MARKS.length);
  readonly #dictionaries: readonly Dictionary[];
  readonly #resources: Envelopes;
  readonly #scopes: Envelopes;
  readonly #resourceStart: RowStart = { batch: 0, row: 0 };
  readonly #scopeStart: RowStart = { batch: 0, row: 0 };
  /** Predicted keys, void when the key table starts anew. */
  readonly #places: Int32Array[] = [];
  #kind!: RecordKind;
  #batches!: OpenBatches;
  /** Batches that the request has touched, in order. */
  #touched: Batch[] = [];
  #texts: Batch | undefined;
  #skip = 0;
  #attributesLeft = 0;
  #envelopesLeft = 0;
  #metricsLeft = 0;

  constructor(state: DictionaryState, rules: readonly MappingRule[], limits: ReceiverLimits) {
    this.limits = limits;
    this.features = new Features(rules, this.source, limits.nameBytes);
    this.keys = this.features.keys;
    this.known = this.features.known;
    this.itemKeys = this.createPlaces();
    this.envelope = new JsonText(limits.valueBytes, limits.recordTextBytes);
    const { hashSeed } = state;
    this.hashSeed = hashSeed;
    const vocabulary = new Dictionary(hashSeed, state.vocabulary);
    const identities = new Dictionary(hashSeed, state.identities);
    const resources = new Dictionary(hashSeed, state.resources, { idBits: 32 });
    const scopes = new Dictionary(hashSeed, state.scopes, { idBits: 32 });
    this.metricNumbers = new Dictionary(hashSeed, state.metrics, { idBits: 32 });
    this.attributeSetNumbers = new Dictionary(hashSeed, state.attributeSets);
    this.#dictionaries = [
      vocabulary,
      identities,
      resources,
      scopes,
      this.metricNumbers,
      this.attributeSetNumbers,
    ];
    this.vocabulary = new Interner(vocabulary, this.source, limits.nameBytes);
    this.identities = new Interner(identities, this.source, limits.nameBytes);
    this.#resources = new Envelopes(resources, this.source);
    this.#scopes = new Envelopes(scopes, this.source);
    this.seqLow = Number(BigInt.asIntN(32, state.nextSeq));
    this.seqHigh = Number(BigInt.asIntN(32, state.nextSeq >> 32n));
  }

  /** `seq` of the next row. */
  get nextSeq(): bigint {
    return BigInt.asUintN(64, (BigInt(this.seqHigh) << 32n) | BigInt(this.seqLow >>> 0));
  }

  /** The batch that rows go to at the moment. */
  get batch(): Batch {
    return this.#touched[this.#touched.length - 1] as Batch;
  }

  /**
   * The first batch that the request touches. All that is new to the dictionaries goes there: it lands first, so that
   * no row ever points to a text that a crash may keep from landing.
   */
  get texts(): Batch {
    return this.#touched[0] as Batch;
  }

  /** Starts on a request; its first `skip` records are counted but make no rows. */
  begin(body: Uint8Array, receivedNs: bigint, batches: OpenBatches, skip: number): void {
    this.source.open(body);
    this.scratchKept = 0;
    this.records = 0;
    this.rejected = 0;
    this.problem = '';
    this.rejections.clear();
    this.noted.fill(0);
    this.#skip = skip;
    this.#batches = batches;
    this.#touched = [batches.open];
    if (this.#texts !== batches.open) {
      this.#texts = batches.open;
      for (const dictionary of this.#dictionaries) dictionary.startBatch();
    }
    this.receivedLow = Number(BigInt.asIntN(32, receivedNs));
    this.receivedHigh = Number(BigInt.asIntN(32, receivedNs >> 32n));
    this.#attributesLeft = this.limits.requestAttributes;
    this.#envelopesLeft = this.limits.envelopes;
    this.#metricsLeft = this.limits.records;
    // A body that was given up in the midst of a resource or an event has left it elsewhere.
    this.known.mode = 'record';
  }

  /** Says what the records of the request are. */
  expect(kind: RecordKind): void {
    this.#kind = kind;
  }

  /** Ends the request. */
  end(): void {
    this.source.close();
    this.#touched = [];
  }

  /** Opens another batch, because the one at hand is full. */
  roll(): Batch {
    const batch = this.#batches.roll(this.records);
    this.#touched.push(batch);
    return batch;
  }

  /** Room for the keys that came at each place of a list, see {@link itemKeys}. */
  createPlaces(): Int32Array {
    const places = new Int32Array(64);
    this.#places.push(places);
    return places;
  }

  /** Prepares for another record. */
  startRecord(): void {
    this.marks = 0;
    if (this.keys.trim()) for (const places of this.#places) places.fill(0);
  }

  /**
   * Counts the record that has been read; true when it is to become a row. `problem` is why it must be rejected, empty
   * when nothing is wrong.
   */
  endRecord(problem: string): boolean {
    const index = this.records++;
    const { noun } = this.#kind;
    if (this.records > this.limits.records) throw tooMany(this.limits.records, `${noun}s`);
    if (problem === '') return index >= this.#skip;
    if (this.rejected++ === 0) this.problem = `${noun} ${index}: ${problem}`;
    this.rejections.set(problem, (this.rejections.get(problem) ?? 0) + 1);
    return false;
  }

  /** Notes that a row was written with these bits of `MARK`. */
  endRow(marks: number): void {
    noteMarks(this.noted, marks);
    this.seqLow = (this.seqLow + 1) | 0;
    if (this.seqLow === 0) this.seqHigh = (this.seqHigh + 1) | 0;
  }

  /** Counts an attribute of anything in the request. */
  countAttribute(): void {
    if (this.#attributesLeft-- === 0) throw tooMany(this.limits.requestAttributes, 'attributes');
  }

  /** Counts attributes that were read before. */
  countAttributes(count: number): void {
    this.#attributesLeft -= count;
    if (this.#attributesLeft < 0) throw tooMany(this.limits.requestAttributes, 'attributes');
  }

  /** Attributes of the request so far. */
  get attributes(): number {
    return this.limits.requestAttributes - this.#attributesLeft;
  }

  /** Counts a metric: one without points is no record, but not for nothing either. */
  countMetric(): void {
    if (this.#metricsLeft-- === 0) throw tooMany(this.limits.records, 'metrics');
  }

  startResource(): void {
    this.#countEnvelope();
    this.resourceRaw.length = 0;
    this.resourceRaw.schemaLength = 0;
    this.markStart(this.#resourceStart);
  }

  /** Gives the rows since {@link startResource} their resource; `write` makes its content when it is not known. */
  endResource(kind: number, write: () => void): void {
    const resources = this.#resources;
    if (!resources.known(this.resourceRaw, kind)) {
      this.#startEnvelope();
      this.envelope.open(this.texts.resources);
      const start = this.envelope.pos;
      write();
      this.#findService();
      resources.resolve(this.texts.resources, this.envelope, start);
      resources.remember(this.resourceRaw, kind);
    }
    const { table, onService } = this.#kind;
    const { id, serviceLow, serviceHigh } = resources;
    this.eachBatch(this.#resourceStart, (batch, from, to) => {
      const { words, offset } = batch[table];
      words.fill(id, (offset.resource_id >> 2) + from, (offset.resource_id >> 2) + to);
      onService?.(batch, from, to, serviceLow, serviceHigh);
    });
  }

  startScope(): void {
    this.#countEnvelope();
    this.scopeRaw.length = 0;
    this.scopeRaw.schemaLength = 0;
    this.markStart(this.#scopeStart);
  }

  /** Gives the rows since {@link startScope} their scope. */
  endScope(kind: number, write: () => void): void {
    const scopes = this.#scopes;
    if (!scopes.known(this.scopeRaw, kind)) {
      this.#startEnvelope();
      this.envelope.open(this.texts.scopes);
      const start = this.envelope.pos;
      write();
      scopes.resolve(this.texts.scopes, this.envelope, start);
      scopes.remember(this.scopeRaw, kind);
    }
    const { id } = scopes;
    const { table } = this.#kind;
    this.eachBatch(this.#scopeStart, (batch, from, to) => {
      const { words, offset } = batch[table];
      words.fill(id, (offset.scope_id >> 2) + from, (offset.scope_id >> 2) + to);
    });
  }

  /** The service that the resource just written names. */
  #findService(): void {
    const resources = this.#resources;
    resources.serviceLow = 0;
    resources.serviceHigh = 0;
    if (!this.known.has(SERVICE_NAME)) return;
    const { low, high } = this.known;
    // A resource that came in parts was put together in the scratch area, and places in it are as they stand there.
    const at = low[SERVICE_NAME] as number;
    const start = this.resourceRaw.start < 0 && at >= 0 ? ~at : at;
    this.vocabulary.text(start, high[SERVICE_NAME] as number, this.texts.vocabulary);
    resources.serviceLow = this.vocabulary.low;
    resources.serviceHigh = this.vocabulary.high;
  }

  #startEnvelope(): void {
    this.listNumber++;
    this.known.next();
  }

  #countEnvelope(): void {
    if (this.#envelopesLeft-- === 0) throw tooMany(this.limits.envelopes, 'resources and scopes');
  }

  /** Notes where the next row will be. */
  markStart(start: RowStart): void {
    start.batch = this.#touched.length - 1;
    start.row = this.batch[this.#kind.table].rows;
  }

  /** Visits the rows since {@link markStart}, batch by batch. */
  eachBatch(start: RowStart, visit: (batch: Batch, from: number, to: number) => void): void {
    for (let i = start.batch; i < this.#touched.length; i++) {
      const batch = this.#touched[i] as Batch;
      visit(batch, i === start.batch ? start.row : 0, batch[this.#kind.table].rows);
    }
  }
}

const tooMany = (limit: number, what: string): Error =>
  receiverError('OTLP_TOO_LARGE', {
    what: `more than ${limit} ${what}`,
    limit: `${limit} ${what}`,
  });
