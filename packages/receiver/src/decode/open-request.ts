/** The request being decoded, whatever its signal: its bytes and limits, the batches it touches, what it counts. */
import type { TrackingPlan } from '@heartwood/semconv';
import { type Batch, Dictionary, type DictionaryEntries } from '@heartwood/store/batch';
import type { ReceiverLimits } from '../limits.ts';
import type { MappingRule } from '../mapping.ts';
import type { OperationEvent } from '../operation-event.ts';
import { Features } from './features.ts';
import { Interner } from './interner.ts';
import type { KeyTable } from './key-table.ts';
import type { KnownAttributes } from './known-attributes.ts';
import { NOTED_MARKS, noteMarks } from './noted-marks.ts';
import { OpenEnvelopes } from './open-envelopes.ts';
import { TextSource } from './text/text-source.ts';
import { tooMany } from './too-many.ts';
import type { RowStart } from './row-start.ts';
import type { RecordKind } from './record-kind.ts';

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
  /** The resource and the scope at hand. */
  readonly envelopes: OpenEnvelopes;
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
  /** What events are held beside; null for nothing. Set before {@link begin}, with the number of the request in the journal. */
  plan: TrackingPlan | null = null;
  recordNumber = 0n;
  /** Collects what the rows of the request tell of operations; undefined when nobody listens. Set before {@link begin}. */
  operations: OperationEvent[] | undefined;
  /** Rejected records by reason. */
  readonly rejections: Map<string, number> = new Map<string, number>();
  /** Counts of marks, in the order of {@link NOTED_MARKS}. */
  readonly noted: Int32Array = new Int32Array(NOTED_MARKS.length);
  readonly #dictionaries: readonly Dictionary[];
  /** Predicted keys, void when the key table starts anew. */
  readonly #places: Int32Array[] = [];
  /** What the records of the request are; the decoder of the signal says so. */
  kind!: RecordKind;
  #batches!: OpenBatches;
  /** Batches that the request has touched, in order. */
  #touched: Batch[] = [];
  #texts: Batch | undefined;
  #skip = 0;
  #attributesLeft = 0;
  #metricsLeft = 0;

  constructor(state: DictionaryState, rules: readonly MappingRule[], limits: ReceiverLimits) {
    this.limits = limits;
    this.features = new Features(rules, this.source, limits.nameBytes);
    this.keys = this.features.keys;
    this.known = this.features.known;
    this.itemKeys = this.createPlaces();
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
    this.envelopes = new OpenEnvelopes(this, resources, scopes);
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
    this.envelopes.begin();
    this.#metricsLeft = this.limits.records;
    // A body that was given up in the midst of a resource or an event has left it elsewhere.
    this.known.mode = 'record';
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
    this.trimKeys();
  }

  /** Called where no key is being used: what predicts keys is void when their table starts anew. */
  trimKeys(): void {
    if (this.keys.trim()) for (const places of this.#places) places.fill(0);
  }

  /**
   * Counts the record that has been read; true when it is to become a row. `problem` is why it must be rejected, empty
   * when nothing is wrong, and `reason` what it is counted under.
   */
  endRecord(problem: string, reason: string = problem): boolean {
    const index = this.records++;
    const { noun } = this.kind;
    if (this.records > this.limits.records) throw tooMany(this.limits.records, `${noun}s`);
    if (problem === '') return index >= this.#skip;
    if (this.rejected++ === 0) this.problem = `${noun} ${index}: ${problem}`;
    this.rejections.set(reason, (this.rejections.get(reason) ?? 0) + 1);
    return false;
  }

  /** True when the record that was ended last is one of those that make no rows. */
  get isSkipped(): boolean {
    return this.records <= this.#skip;
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

  /** Notes where the next row will be. */
  markStart(start: RowStart): void {
    start.batch = this.#touched.length - 1;
    start.row = this.batch[this.kind.table].rows;
  }

  /** Visits the rows since {@link markStart}, batch by batch. */
  eachBatch(start: RowStart, visit: (batch: Batch, from: number, to: number) => void): void {
    for (let i = start.batch; i < this.#touched.length; i++) {
      const batch = this.#touched[i] as Batch;
      visit(batch, i === start.batch ? start.row : 0, batch[this.kind.table].rows);
    }
  }
}
