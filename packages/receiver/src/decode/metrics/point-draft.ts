/** The data point being decoded: what both encodings fill in and what becomes a row when it is complete. */
import { NumberList } from '../text/number-list.ts';

/** What value a point or an exemplar has: the numbers of the column `value_kind`. */
export const VALUE_KIND = { NONE: 0, INT: 1, DOUBLE: 2 } as const;

/** Bits of the column `given`. */
export const GIVEN = { SUM: 1, MIN: 2, MAX: 4 } as const;

/** Times, integers and the bits of doubles are low and high words. */
export class PointDraft {
  timeLow = 0;
  timeHigh = 0;
  startLow = 0;
  startHigh = 0;
  flags = 0;
  valueKind = 0;
  valueLow = 0;
  valueHigh = 0;
  /** Bits of `MARK` noticed so far. */
  marks = 0;
  /** Why the point must be rejected; empty while nothing is wrong. */
  problem = '';

  reset(): void {
    this.timeLow = this.timeHigh = this.startLow = this.startHigh = 0;
    this.flags = this.valueKind = this.valueLow = this.valueHigh = 0;
    this.marks = 0;
    this.problem = '';
  }
}

/** What histograms, exponential histograms and summaries add to a point. */
export class DistributionDraft {
  countLow = 0;
  countHigh = 0;
  /** Bits of {@link GIVEN}. */
  given = 0;
  sumLow = 0;
  sumHigh = 0;
  minLow = 0;
  minHigh = 0;
  maxLow = 0;
  maxHigh = 0;
  scale = 0;
  zeroCountLow = 0;
  zeroCountHigh = 0;
  zeroThresholdLow = 0;
  zeroThresholdHigh = 0;
  positiveOffset = 0;
  negativeOffset = 0;
  readonly bounds: NumberList;
  readonly bucketCounts: NumberList;
  readonly positiveCounts: NumberList;
  readonly negativeCounts: NumberList;
  readonly quantiles: NumberList;
  readonly quantileValues: NumberList;

  /** @param buckets how many numbers each list may have */
  constructor(buckets: number) {
    this.bounds = new NumberList(buckets);
    this.bucketCounts = new NumberList(buckets);
    this.positiveCounts = new NumberList(buckets);
    this.negativeCounts = new NumberList(buckets);
    this.quantiles = new NumberList(buckets);
    this.quantileValues = new NumberList(buckets);
  }

  reset(): void {
    this.countLow = this.countHigh = this.given = 0;
    this.sumLow = this.sumHigh = this.minLow = this.minHigh = this.maxLow = this.maxHigh = 0;
    this.scale = this.positiveOffset = this.negativeOffset = 0;
    this.zeroCountLow = this.zeroCountHigh = 0;
    this.zeroThresholdLow = this.zeroThresholdHigh = 0;
    this.bounds.count = this.bucketCounts.count = 0;
    this.positiveCounts.count = this.negativeCounts.count = 0;
    this.quantiles.count = this.quantileValues.count = 0;
  }

  /** True when one of the lists has more numbers than a point may have. */
  get isTooLong(): boolean {
    return (
      this.bounds.isTooLong ||
      this.bucketCounts.isTooLong ||
      this.positiveCounts.isTooLong ||
      this.negativeCounts.isTooLong ||
      this.quantiles.isTooLong
    );
  }
}

/** An example measurement of a point; ids are big-endian words as they stand on the wire. */
export class ExemplarDraft {
  timeLow = 0;
  timeHigh = 0;
  trace0 = 0;
  trace1 = 0;
  trace2 = 0;
  trace3 = 0;
  span0 = 0;
  span1 = 0;
  /** Bytes of each id as sent, 0 when it is empty or missing, `NO_HEX` for JSON that is not hexadecimal. */
  traceIdBytes = 0;
  spanIdBytes = 0;
  valueKind = 0;
  valueLow = 0;
  valueHigh = 0;

  reset(): void {
    this.timeLow = this.timeHigh = 0;
    this.trace0 = this.trace1 = this.trace2 = this.trace3 = 0;
    this.span0 = this.span1 = 0;
    this.traceIdBytes = this.spanIdBytes = 0;
    this.valueKind = this.valueLow = this.valueHigh = 0;
  }
}
