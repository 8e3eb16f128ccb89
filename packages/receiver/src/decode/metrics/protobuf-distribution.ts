/** Protobuf points of histograms, exponential histograms and summaries (opentelemetry/proto/metrics/v1/metrics.proto). */
import type { MetricRows } from './metric-rows.ts';
import type { NumberList } from '../text/number-list.ts';
import { GIVEN } from './point-draft.ts';
import type { ProtobufPoints } from './protobuf-point.ts';
import type { WireReader } from '../protobuf/wire.ts';

const HISTOGRAM_FIELDS = 12;
const EXPONENTIAL_FIELDS = 14;
const SUMMARY_FIELDS = 8;
const FIRST_ATTRIBUTES_TAG = 10;
const SUMMARY_ATTRIBUTES_TAG = 58;
const HISTOGRAM_ATTRIBUTES_TAG = 74;

export class ProtobufDistributions {
  readonly #rows: MetricRows;
  readonly #points: ProtobufPoints;

  constructor(rows: MetricRows, points: ProtobufPoints) {
    this.#rows = rows;
    this.#points = points;
  }

  /** Reads the `HistogramDataPoint` in `[r.pos, end)` and ends it. */
  readHistogram(r: WireReader, end: number): void {
    this.#start();
    const { draft, distribution } = this.#rows;
    while (r.pos < end) {
      const at = r.pos;
      const tag = r.varint();
      if (this.#readCommon(r, tag)) continue;
      switch (tag) {
        case HISTOGRAM_ATTRIBUTES_TAG:
          this.#points.readAttributes(r, at, end, HISTOGRAM_ATTRIBUTES_TAG);
          break;
        case 49:
          r.fixed64();
          distribution.bucketCounts.add(r.low, r.high);
          break;
        case 50:
          readPackedFixed(r, distribution.bucketCounts, end);
          break;
        case 57:
          r.fixed64();
          distribution.bounds.add(r.low, r.high);
          break;
        case 58:
          readPackedFixed(r, distribution.bounds, end);
          break;
        case 66:
          this.#points.readExemplar(r, end);
          break;
        case 80:
          draft.flags = r.varint();
          break;
        case 89:
          this.#readMin(r);
          break;
        case 97:
          this.#readMax(r);
          break;
        default:
          // Field 1 held labels once.
          r.skip(tag, end, tag >>> 3 === 1 ? 0 : HISTOGRAM_FIELDS);
      }
    }
    this.#end(r, end);
  }

  /** Reads the `ExponentialHistogramDataPoint` in `[r.pos, end)` and ends it. */
  readExponential(r: WireReader, end: number): void {
    this.#start();
    const { draft, distribution } = this.#rows;
    while (r.pos < end) {
      const at = r.pos;
      const tag = r.varint();
      if (this.#readCommon(r, tag)) continue;
      switch (tag) {
        case FIRST_ATTRIBUTES_TAG:
          this.#points.readAttributes(r, at, end, FIRST_ATTRIBUTES_TAG);
          break;
        case 48:
          distribution.scale = zigzag(r.varint());
          break;
        case 57:
          r.fixed64();
          distribution.zeroCountLow = r.low;
          distribution.zeroCountHigh = r.high;
          break;
        case 66:
          distribution.positiveOffset = readBuckets(
            r,
            distribution.positiveCounts,
            distribution.positiveOffset,
            end,
          );
          break;
        case 74:
          distribution.negativeOffset = readBuckets(
            r,
            distribution.negativeCounts,
            distribution.negativeOffset,
            end,
          );
          break;
        case 80:
          draft.flags = r.varint();
          break;
        case 90:
          this.#points.readExemplar(r, end);
          break;
        case 97:
          this.#readMin(r);
          break;
        case 105:
          this.#readMax(r);
          break;
        case 113:
          r.fixed64();
          distribution.zeroThresholdLow = r.low;
          distribution.zeroThresholdHigh = r.high;
          break;
        default:
          r.skip(tag, end, EXPONENTIAL_FIELDS);
      }
    }
    this.#end(r, end);
  }

  /** Reads the `SummaryDataPoint` in `[r.pos, end)` and ends it. */
  readSummary(r: WireReader, end: number): void {
    this.#start();
    const { draft, distribution } = this.#rows;
    // The sum of a summary is not optional: 0 is what nothing means.
    distribution.given = GIVEN.SUM;
    while (r.pos < end) {
      const at = r.pos;
      const tag = r.varint();
      if (this.#readCommon(r, tag)) continue;
      switch (tag) {
        case SUMMARY_ATTRIBUTES_TAG:
          this.#points.readAttributes(r, at, end, SUMMARY_ATTRIBUTES_TAG);
          break;
        case 50:
          this.#readQuantile(r, end);
          break;
        case 64:
          draft.flags = r.varint();
          break;
        default:
          // Field 1 held labels once.
          r.skip(tag, end, tag >>> 3 === 1 ? 0 : SUMMARY_FIELDS);
      }
    }
    this.#end(r, end);
  }

  #start(): void {
    this.#rows.startPoint();
    this.#rows.distribution.reset();
    this.#points.range.reset();
  }

  #end(r: WireReader, end: number): void {
    if (r.pos !== end) r.fail('a data point reaches past its end');
    this.#points.endAttributes(r);
    this.#rows.endPoint(true);
  }

  /** Reads what has the same number in all three: times, count and sum. */
  #readCommon(r: WireReader, tag: number): boolean {
    const { draft, distribution } = this.#rows;
    switch (tag) {
      case 17:
        r.fixed64();
        draft.startLow = r.low;
        draft.startHigh = r.high;
        return true;
      case 25:
        r.fixed64();
        draft.timeLow = r.low;
        draft.timeHigh = r.high;
        return true;
      case 33:
        r.fixed64();
        distribution.countLow = r.low;
        distribution.countHigh = r.high;
        return true;
      case 41:
        r.fixed64();
        distribution.given |= GIVEN.SUM;
        distribution.sumLow = r.low;
        distribution.sumHigh = r.high;
        return true;
      default:
        return false;
    }
  }

  #readMin(r: WireReader): void {
    const { distribution } = this.#rows;
    r.fixed64();
    distribution.given |= GIVEN.MIN;
    distribution.minLow = r.low;
    distribution.minHigh = r.high;
  }

  #readMax(r: WireReader): void {
    const { distribution } = this.#rows;
    r.fixed64();
    distribution.given |= GIVEN.MAX;
    distribution.maxLow = r.low;
    distribution.maxHigh = r.high;
  }

  #readQuantile(r: WireReader, end: number): void {
    const { quantiles, quantileValues } = this.#rows.distribution;
    const length = r.length(end);
    const quantileEnd = r.pos + length;
    let low = 0;
    let high = 0;
    let valueLow = 0;
    let valueHigh = 0;
    while (r.pos < quantileEnd) {
      const tag = r.varint();
      if (tag === 9) {
        r.fixed64();
        low = r.low;
        high = r.high;
      } else if (tag === 17) {
        r.fixed64();
        valueLow = r.low;
        valueHigh = r.high;
      } else r.skip(tag, quantileEnd, 2);
    }
    if (r.pos !== quantileEnd) r.fail('a quantile reaches past its end');
    quantiles.add(low, high);
    quantileValues.add(valueLow, valueHigh);
  }
}

/** Reads the `Buckets` whose tag has been read; returns the offset, `offset` where it says none. */
function readBuckets(r: WireReader, counts: NumberList, offset: number, end: number): number {
  const length = r.length(end);
  const bucketsEnd = r.pos + length;
  let found = offset;
  while (r.pos < bucketsEnd) {
    const tag = r.varint();
    if (tag === 18) {
      const listLength = r.length(bucketsEnd);
      const listEnd = r.pos + listLength;
      while (r.pos < listEnd) {
        r.varint64();
        counts.add(r.low, r.high);
      }
      if (r.pos !== listEnd) r.fail('a list reaches past its end');
    } else if (tag === 16) {
      r.varint64();
      counts.add(r.low, r.high);
    } else if (tag === 8) found = zigzag(r.varint());
    else r.skip(tag, bucketsEnd, 2);
  }
  if (r.pos !== bucketsEnd) r.fail('buckets reach past their end');
  return found;
}

/** Reads a packed list of 64-bit numbers whose tag has been read. */
function readPackedFixed(r: WireReader, list: NumberList, end: number): void {
  const length = r.length(end);
  if ((length & 7) !== 0) r.fail('a list of 64-bit numbers is cut off');
  for (const listEnd = r.pos + length; r.pos < listEnd;) {
    r.fixed64();
    list.add(r.low, r.high);
  }
}

const zigzag = (value: number): number => (value >>> 1) ^ -(value & 1);
