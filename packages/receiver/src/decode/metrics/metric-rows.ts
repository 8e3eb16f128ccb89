/** The rows of one metrics request: what both decoders call while they walk its metrics and their points. */
import { type Batch, MARK, type METRIC_POINTS } from '@heartwood/store/batch';
import { AttributeSets } from './attribute-sets.ts';
import { DistributionRows } from './distribution-rows.ts';
import { ExemplarRows } from './exemplar-rows.ts';
import { MetricDescriptors, type WriteMetadata } from './metric-descriptors.ts';
import { MetricDraft } from './metric-draft.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordKind } from '../record-kind.ts';
import type { RowStart } from '../row-start.ts';
import { DistributionDraft, PointDraft, VALUE_KIND } from './point-draft.ts';
import { unsigned, writeReplacedTimes } from '../replaced-times.ts';
import { TimeRange } from '../time-range.ts';

const POINT_KIND: RecordKind = { noun: 'data point', table: 'metricPoints' };

/** Text of a batch after which it is landed although it has room for rows: the lists of distributions become numbers there. */
const TEXT_BYTES = 16 * 1024 * 1024;
const WORD = 0x100000000;

type PointColumns = Readonly<Record<keyof (typeof METRIC_POINTS)['columns'], number>>;

/**
 * A point is rejected when one of its lists has more numbers than `limits.buckets`. Everything else is stored as sent, however
 * odd: counts and bounds that do not fit each other, bounds out of order, negative sums, points without a value.
 *
 * Times outside of [2000-01-01, received + 1 day] are not believed. For the time of a point that of receipt stands in, with
 * `NO_TIME` where none was sent; for the time of an exemplar that of its point; the start of a point becomes 0, which is none.
 * What was sent stands in `replaced_times`, and the point has `TIME_CLAMPED`.
 */
export class MetricRows {
  readonly request: OpenRequest;
  readonly metric: MetricDraft = new MetricDraft();
  readonly draft: PointDraft = new PointDraft();
  readonly distribution: DistributionDraft;
  readonly sets: AttributeSets;
  readonly exemplars: ExemplarRows;
  readonly #descriptors: MetricDescriptors;
  readonly #distributions: DistributionRows;
  readonly #times = new TimeRange();
  readonly #metricStart: RowStart = { batch: 0, row: 0 };
  #batch!: Batch;
  /** Views of the points of the batch and where each column begins in them; new ones when it grows. */
  #words!: Int32Array;
  #doubles!: Float64Array;
  #bytes!: Uint8Array;
  #columns!: PointColumns;
  #capacity = 0;

  constructor(request: OpenRequest) {
    this.request = request;
    this.distribution = new DistributionDraft(request.limits.buckets);
    this.sets = new AttributeSets(request);
    this.exemplars = new ExemplarRows(request, this.#times);
    this.#descriptors = new MetricDescriptors(request);
    this.#distributions = new DistributionRows(request);
  }

  /** Starts on the request that is open. */
  begin(): void {
    const { request } = this;
    request.kind = POINT_KIND;
    this.#times.receive(request.receivedLow, request.receivedHigh);
    this.sets.begin();
    this.#open(request.batch);
  }

  /** Prepares the draft of another metric. */
  startMetric(): void {
    this.request.countMetric();
    this.request.trimKeys();
    this.request.markStart(this.#metricStart);
    this.metric.reset();
  }

  /** Gives the points since {@link startMetric} their metric; `kind` parts encodings. */
  endMetric(kind: number, writeMetadata: WriteMetadata): void {
    const id = this.#descriptors.resolve(this.metric, kind, writeMetadata);
    this.request.eachBatch(this.#metricStart, ({ metricPoints }, from, to) => {
      const at = metricPoints.offset.metric_id >> 2;
      metricPoints.words.fill(id, at + from, at + to);
    });
  }

  /** Prepares the draft of another point. */
  startPoint(): void {
    if (
      this.#batch.metricPoints.rows >= this.#batch.fullRows ||
      this.#batch.exemplars.rows >= this.#batch.fullRows ||
      this.#distributions.textBytes > TEXT_BYTES ||
      this.exemplars.text.pos > TEXT_BYTES
    )
      this.#open(this.request.roll());
    if (this.#batch.metricPoints.rows === this.#capacity) this.#grow();
    this.request.startRecord();
    this.draft.reset();
    this.exemplars.startPoint();
  }

  /** Makes the draft a row, or rejects it. `isDistribution` says that there is more to it than a number. */
  endPoint(isDistribution: boolean): void {
    const { draft, request } = this;
    if (isDistribution && this.distribution.isTooLong)
      draft.problem = `a list has more than ${request.limits.buckets} numbers`;
    if (request.endRecord(draft.problem)) request.endRow(this.#write(isDistribution));
    else this.exemplars.discard();
  }

  #write(isDistribution: boolean): number {
    const { draft, request, sets } = this;
    const words = this.#words;
    const c = this.#columns;
    const row = this.#batch.metricPoints.rows++;
    const pair = row * 2;
    const isTime = this.#times.has(draft.timeLow, draft.timeHigh);
    const timeLow = isTime ? draft.timeLow : request.receivedLow;
    const timeHigh = isTime ? draft.timeHigh : request.receivedHigh;
    const hasStart = (draft.startLow | draft.startHigh) !== 0;
    const isStart = hasStart && this.#times.has(draft.startLow, draft.startHigh);
    let marks = draft.marks | request.marks | sets.marks;
    if (!isTime || hasStart !== isStart || this.exemplars.originals !== '')
      marks |= this.#replaceTimes(isTime, hasStart === isStart, timeLow, timeHigh);
    words[c.time + pair] = timeLow;
    words[c.time + pair + 1] = timeHigh;
    words[c.start_time + pair] = isStart ? draft.startLow : 0;
    words[c.start_time + pair + 1] = isStart ? draft.startHigh : 0;
    words[c.received_time + pair] = request.receivedLow;
    words[c.received_time + pair + 1] = request.receivedHigh;
    words[c.seq + pair] = request.seqLow;
    words[c.seq + pair + 1] = request.seqHigh;
    words[c.attribute_set_id + pair] = sets.low;
    words[c.attribute_set_id + pair + 1] = sets.high;
    words[c.flags + row] = draft.flags;
    words[c.marks + row] = marks;
    this.#bytes[c.value_kind + row] = draft.valueKind;
    if (draft.valueKind === VALUE_KIND.INT) {
      words[c.int_value + pair] = draft.valueLow;
      words[c.int_value + pair + 1] = draft.valueHigh;
      this.#doubles[(c.value >> 1) + row] = draft.valueHigh * WORD + (draft.valueLow >>> 0);
    } else {
      words[c.int_value + pair] = 0;
      words[c.int_value + pair + 1] = 0;
      // The bits of the double as they came.
      words[c.value + pair] = draft.valueLow;
      words[c.value + pair + 1] = draft.valueHigh;
    }
    if (isDistribution) this.#distributions.write(this.distribution, timeLow, timeHigh);
    return marks;
  }

  /** Notes times that are not believed; returns the bits of {@link MARK} that they deserve. */
  #replaceTimes(isTime: boolean, isStart: boolean, timeLow: number, timeHigh: number): number {
    const { draft, request, exemplars } = this;
    const hasTime = (draft.timeLow | draft.timeHigh) !== 0;
    const members: string[] = [];
    if (!isTime && hasTime)
      members.push(`"timeUnixNano":"${unsigned(draft.timeLow, draft.timeHigh)}"`);
    if (!isStart)
      members.push(`"startTimeUnixNano":"${unsigned(draft.startLow, draft.startHigh)}"`);
    if (exemplars.originals !== '') {
      members.push(`"exemplars":{${exemplars.originals}}`);
      exemplars.replaceTimes(timeLow, timeHigh);
    }
    const marks = hasTime ? 0 : MARK.NO_TIME;
    if (members.length === 0) return marks;
    writeReplacedTimes(this.#batch, request, timeLow, timeHigh, members.join(','));
    return marks | MARK.TIME_CLAMPED;
  }

  #open(batch: Batch): void {
    this.#batch = batch;
    this.exemplars.open(batch);
    this.#distributions.open(batch);
    this.#attach();
  }

  #grow(): void {
    const { metricPoints, fullRows } = this.#batch;
    metricPoints.reserve(Math.min(fullRows - metricPoints.rows, Math.max(metricPoints.rows, 256)));
    this.#attach();
  }

  #attach(): void {
    const { words, doubles, bytes, offset, capacity } = this.#batch.metricPoints;
    this.#words = words;
    this.#doubles = doubles;
    this.#bytes = bytes;
    this.#capacity = capacity;
    this.#columns = {
      time: offset.time >> 2,
      start_time: offset.start_time >> 2,
      received_time: offset.received_time >> 2,
      seq: offset.seq >> 2,
      metric_id: offset.metric_id >> 2,
      resource_id: offset.resource_id >> 2,
      scope_id: offset.scope_id >> 2,
      attribute_set_id: offset.attribute_set_id >> 2,
      flags: offset.flags >> 2,
      marks: offset.marks >> 2,
      value_kind: offset.value_kind,
      int_value: offset.int_value >> 2,
      value: offset.value >> 2,
    };
  }
}
