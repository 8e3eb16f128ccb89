/** A complete draft becomes a row: the one place where a span of either encoding is given its columns. */
import {
  DEFAULT_TIER_LIMITS_MS,
  efficiency,
  ERROR_TYPE_VALUE_TIMEOUT,
  FEATURE_STATUSES,
  FeatureCategory,
  FeatureStatus,
  PERFORMANCE_TIERS,
  performanceTier,
  SpanStatusCode,
} from '@heartwood/semconv';
import { type Batch, MARK } from '@heartwood/store/batch';
import { fixedText } from '../interner.ts';
import type { JsonText } from '../text/json-text.ts';
import { FILTER, LIFTED } from '../known-attributes.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordAttributes } from '../record-attributes.ts';
import { LiftedTexts } from '../lifted-texts.ts';
import { type SpanColumns, spanColumns } from './span-columns.ts';
import type { SpanDraft } from './span-draft.ts';
import { isSampled } from './sampled.ts';
import { SpanTime } from './span-time.ts';
import { writeExtras } from './span-extras.ts';

const STATUS_NUMBER = Object.fromEntries(
  FEATURE_STATUSES.map((status, index) => [status, index + 1]),
) as Readonly<Record<FeatureStatus, number>>;
const OTHER_CATEGORY = fixedText(FeatureCategory.OTHER);
const TIMEOUT = Buffer.from(ERROR_TYPE_VALUE_TIMEOUT);

/** Writes rows into the batch that is open. Resource, scope and default component are filled in when they are known. */
export class SpanRow {
  readonly #time = new SpanTime();
  readonly #request: OpenRequest;
  readonly #attributes: RecordAttributes;
  readonly #extras: JsonText;
  readonly #lifted: LiftedTexts;
  #batch!: Batch;
  #texts!: Batch;
  #columns!: SpanColumns;

  constructor(request: OpenRequest, attributes: RecordAttributes, extras: JsonText) {
    this.#request = request;
    this.#attributes = attributes;
    this.#extras = extras;
    this.#lifted = new LiftedTexts(request);
  }

  /** Writes rows into `batch` and what is new to the dictionaries into `texts`, which lands before it or with it. */
  open(batch: Batch, texts: Batch): void {
    this.#batch = batch;
    this.#texts = texts;
    this.#columns = spanColumns(batch);
  }

  /** Takes the time of receipt of the request. */
  receive(): void {
    this.#time.receive(this.#request.receivedLow, this.#request.receivedHigh);
  }

  /** Appends the draft as a row of the batch; returns its marks. */
  write(draft: SpanDraft): number {
    const request = this.#request;
    const { known, vocabulary, identities } = request;
    const { text: attributes, start: attributesAt } = this.#attributes;
    const extras = this.#extras;
    const batch = this.#batch;
    const texts = this.#texts;
    const { spans } = batch;
    const row = spans.rows;
    const { words } = spans;
    const c = this.#columns;
    const pair = row * 2;
    const time = this.#time;
    vocabulary.marks = 0;
    identities.marks = 0;
    draft.marks |= time.read(draft);
    if (draft.traceStateLength > 0) {
      const { traceStateStart, traceStateLength } = draft;
      if (isSampled(request.source.slice(traceStateStart, traceStateLength)))
        draft.marks |= MARK.SAMPLED;
    }

    words[c.start_time + pair] = time.startLow;
    words[c.start_time + pair + 1] = time.startHigh;
    words[c.duration_ns + pair] = time.durationLow;
    words[c.duration_ns + pair + 1] = time.durationHigh;
    words[c.received_time + pair] = request.receivedLow;
    words[c.received_time + pair + 1] = request.receivedHigh;
    words[c.seq + pair] = request.seqLow;
    words[c.seq + pair + 1] = request.seqHigh;
    // A DuckDB UUID is a 128-bit integer, low word first, with its top bit flipped.
    const uuid = c.trace_id + row * 4;
    words[uuid] = draft.trace3;
    words[uuid + 1] = draft.trace2;
    words[uuid + 2] = draft.trace1;
    words[uuid + 3] = draft.trace0 ^ 0x80000000;
    words[c.span_id + pair] = draft.span1;
    words[c.span_id + pair + 1] = draft.span0;
    words[c.parent_span_id + pair] = draft.parent1;
    words[c.parent_span_id + pair + 1] = draft.parent0;
    vocabulary.text(draft.nameStart, draft.nameLength, texts.vocabulary);
    words[c.name_id + pair] = vocabulary.low;
    words[c.name_id + pair + 1] = vocabulary.high;
    words[c.kind + row] = draft.kind;
    words[c.status_code + row] = draft.statusCode;
    words[c.flags + row] = draft.flags;

    const attributesEnd = attributes.pos;
    this.#lifted.identity(words, c.session_id + pair, LIFTED.SESSION, texts);
    draft.marks |= this.#lifted.user(words, c.user_id + pair, texts);
    if (known.has(LIFTED.USER_HASH) && known.has(LIFTED.USER_ID)) this.#giveBack(LIFTED.USER_ID);
    this.#lifted.word(words, c.error_type_id + pair, LIFTED.ERROR_TYPE, texts);
    this.#run(draft, row);

    // The first of several values counts, so what is given back must stand before what came later.
    if (attributes.pos !== attributesEnd && (draft.marks & MARK.DUPLICATE_KEYS) !== 0)
      attributes.rotate(attributesAt, attributesEnd);
    attributes.closeObject(attributesAt);
    attributes.take(attributesAt, c.attributes, row);
    let marks = draft.marks | attributes.marks | extras.marks | vocabulary.marks | identities.marks;
    attributes.marks = 0;
    extras.commit();
    marks |= writeExtras(batch.spanExtras, request, draft, time, marks);
    if ((marks & MARK.HAS_EXTRAS) !== 0) extras.open(batch.spanExtras);
    extras.marks = 0;
    words[c.marks + row] = marks;
    spans.rows = row + 1;
    return marks;
  }

  /** Fills the columns of a run, or clears them and gives the attributes of a run back to the JSON. */
  #run(draft: SpanDraft, row: number): void {
    const { known, vocabulary, features } = this.#request;
    const texts = this.#texts;
    const { words, bytes, doubles } = this.#batch.spans;
    const c = this.#columns;
    const pair = row * 2;
    const ruleCategory = known.has(LIFTED.NAME) ? undefined : features.map(draft.kind);
    if (known.has(LIFTED.NAME)) {
      this.#lifted.word(words, c.feature_id + pair, LIFTED.NAME, texts);
      draft.marks |= MARK.GAVE_NAME;
    } else if (ruleCategory === undefined) {
      this.#noRun(row);
      return;
    } else {
      vocabulary.text(features.start, features.length, texts.vocabulary);
      words[c.feature_id + pair] = vocabulary.low;
      words[c.feature_id + pair + 1] = vocabulary.high;
      draft.marks |= MARK.MAPPED;
    }
    if (known.has(FILTER)) draft.marks |= MARK.FILTERED;
    if (known.has(LIFTED.CATEGORY)) {
      this.#lifted.word(words, c.category_id + pair, LIFTED.CATEGORY, texts);
      draft.marks |= MARK.GAVE_CATEGORY;
    } else {
      vocabulary.fixed(ruleCategory ?? OTHER_CATEGORY, texts.vocabulary);
      words[c.category_id + pair] = vocabulary.low;
      words[c.category_id + pair + 1] = vocabulary.high;
    }
    if (known.has(LIFTED.COMPONENT)) draft.marks |= MARK.GAVE_COMPONENT;
    this.#lifted.word(words, c.component_id + pair, LIFTED.COMPONENT, texts);
    this.#lifted.word(words, c.version_id + pair, LIFTED.VERSION, texts);

    let { status } = known;
    if (status === 0) status = this.#derivedStatus(draft);
    else draft.marks |= MARK.GAVE_STATUS;
    bytes[c.feature_status + row] = status;

    const hasDuration = (draft.marks & MARK.NEGATIVE_DURATION) === 0;
    const { durationMs } = this.#time;
    if (known.tier !== 0) draft.marks |= MARK.GAVE_TIER;
    bytes[c.tier + row] = known.tier === 0 && hasDuration ? tierNumber(durationMs) : known.tier;

    const hasIterations = known.has(LIFTED.ITERATIONS);
    const iterations = hasIterations ? (known.low[LIFTED.ITERATIONS] as number) : 1;
    if (hasIterations) draft.marks |= MARK.GAVE_ITERATIONS;
    words[c.iterations + row] = iterations;
    if (known.has(LIFTED.INPUT_SIZE)) draft.marks |= MARK.GAVE_INPUT_SIZE;
    this.#size(c.input_size + pair, LIFTED.INPUT_SIZE);
    if (known.has(LIFTED.OUTPUT_SIZE)) draft.marks |= MARK.GAVE_OUTPUT_SIZE;
    this.#size(c.output_size + pair, LIFTED.OUTPUT_SIZE);

    if (known.has(LIFTED.EFFICIENCY)) {
      draft.marks |= MARK.GAVE_EFFICIENCY;
      doubles[c.efficiency + row] = known.efficiency;
    } else if (hasDuration) {
      const outputBytes =
        (words[c.output_size + pair + 1] as number) * 0x100000000 +
        ((words[c.output_size + pair] as number) >>> 0);
      const word = FEATURE_STATUSES[status - 1] as FeatureStatus;
      doubles[c.efficiency + row] = efficiency(word, durationMs, outputBytes, iterations >>> 0);
    } else {
      doubles[c.efficiency + row] = Number.NaN;
    }
  }

  #derivedStatus(draft: SpanDraft): number {
    if (draft.statusCode !== SpanStatusCode.ERROR) return STATUS_NUMBER[FeatureStatus.SUCCESS];
    const { known, source } = this.#request;
    if (known.has(LIFTED.ERROR_TYPE) && known.high[LIFTED.ERROR_TYPE] === TIMEOUT.length) {
      const given = source.slice(known.low[LIFTED.ERROR_TYPE] as number, TIMEOUT.length);
      if (TIMEOUT.equals(given)) return STATUS_NUMBER[FeatureStatus.TIMEOUT];
    }
    return STATUS_NUMBER[FeatureStatus.FAILED];
  }

  #noRun(row: number): void {
    const { known } = this.#request;
    const { words, bytes, doubles } = this.#batch.spans;
    const c = this.#columns;
    const pair = row * 2;
    words[c.feature_id + pair] = words[c.feature_id + pair + 1] = 0;
    words[c.category_id + pair] = words[c.category_id + pair + 1] = 0;
    words[c.component_id + pair] = words[c.component_id + pair + 1] = 0;
    words[c.version_id + pair] = words[c.version_id + pair + 1] = 0;
    words[c.input_size + pair] = words[c.input_size + pair + 1] = 0;
    words[c.output_size + pair] = words[c.output_size + pair + 1] = 0;
    words[c.iterations + row] = 0;
    bytes[c.feature_status + row] = 0;
    bytes[c.tier + row] = 0;
    doubles[c.efficiency + row] = Number.NaN;
    for (let key: number = LIFTED.CATEGORY; key <= LIFTED.OUTPUT_SIZE; key++)
      if (known.has(key)) this.#giveBack(key);
  }

  #giveBack(key: number): void {
    const { known, source, features } = this.#request;
    const attributes = this.#attributes.text;
    const low = known.low[key] as number;
    const high = known.high[key] as number;
    attributes.key(features.keys, features.entry(key));
    switch (key) {
      case LIFTED.EFFICIENCY:
        if (known.isIntegerScore) attributes.int(low, high);
        else attributes.double(known.efficiency);
        break;
      case LIFTED.ITERATIONS:
      case LIFTED.INPUT_SIZE:
      case LIFTED.OUTPUT_SIZE:
        attributes.int(low, high);
        break;
      default:
        if (low < 0) attributes.string(source.scratchView, ~low, high);
        else attributes.string(source.view, low, high);
    }
  }

  #size(at: number, key: number): void {
    const { known } = this.#request;
    const { words } = this.#batch.spans;
    const isGiven = known.has(key);
    words[at] = isGiven ? (known.low[key] as number) : 0;
    words[at + 1] = isGiven ? (known.high[key] as number) : 0;
  }
}

const tierNumber = (durationMs: number): number =>
  durationMs < DEFAULT_TIER_LIMITS_MS[0]
    ? 1
    : PERFORMANCE_TIERS.indexOf(performanceTier(durationMs)) + 1;
