/** The side rows of histograms, exponential histograms and summaries, everything as it was sent. */
import type { Batch } from '@heartwood/store/batch';
import { JsonText } from '../text/json-text.ts';
import { NumberList, repeatText, writeDoubles, writeIntegers } from '../text/number-list.ts';
import type { OpenRequest } from '../open-request.ts';
import type { DistributionDraft } from './point-draft.ts';

export class DistributionRows {
  readonly #request: OpenRequest;
  readonly #text: JsonText;
  /** Bounds of the row written last: all points of a metric have the same. */
  readonly #bounds: NumberList;
  #boundsRow = -1;
  #batch!: Batch;

  constructor(request: OpenRequest) {
    this.#request = request;
    this.#text = new JsonText(request.limits.valueBytes, request.limits.recordTextBytes);
    this.#bounds = new NumberList(request.limits.buckets);
  }

  /** Writes into `batch` from now on. */
  open(batch: Batch): void {
    this.#batch = batch;
    this.#text.open(batch.metricDistributions);
    this.#boundsRow = -1;
  }

  /** Bytes of text that the batch holds. */
  get textBytes(): number {
    return this.#text.pos;
  }

  /** Writes the row of the point at hand, whose time is given as low and high word. */
  write(draft: DistributionDraft, timeLow: number, timeHigh: number): void {
    const table = this.#batch.metricDistributions;
    table.reserve(1);
    const row = table.rows++;
    const { words, bytes, offset } = table;
    const pair = row * 2;
    const { seqLow, seqHigh } = this.#request;
    words[(offset.seq >> 2) + pair] = seqLow;
    words[(offset.seq >> 2) + pair + 1] = seqHigh;
    words[(offset.time >> 2) + pair] = timeLow;
    words[(offset.time >> 2) + pair + 1] = timeHigh;
    words[(offset.count >> 2) + pair] = draft.countLow;
    words[(offset.count >> 2) + pair + 1] = draft.countHigh;
    bytes[offset.given + row] = draft.given;
    words[(offset.sum >> 2) + pair] = draft.sumLow;
    words[(offset.sum >> 2) + pair + 1] = draft.sumHigh;
    words[(offset.min >> 2) + pair] = draft.minLow;
    words[(offset.min >> 2) + pair + 1] = draft.minHigh;
    words[(offset.max >> 2) + pair] = draft.maxLow;
    words[(offset.max >> 2) + pair + 1] = draft.maxHigh;
    words[(offset.scale >> 2) + row] = draft.scale;
    words[(offset.zero_count >> 2) + pair] = draft.zeroCountLow;
    words[(offset.zero_count >> 2) + pair + 1] = draft.zeroCountHigh;
    words[(offset.zero_threshold >> 2) + pair] = draft.zeroThresholdLow;
    words[(offset.zero_threshold >> 2) + pair + 1] = draft.zeroThresholdHigh;
    words[(offset.positive_offset >> 2) + row] = draft.positiveOffset;
    words[(offset.negative_offset >> 2) + row] = draft.negativeOffset;
    this.#writeBounds(draft.bounds, row);
    this.#integers(draft.bucketCounts, offset.bucket_counts, row);
    this.#integers(draft.positiveCounts, offset.positive_counts, row);
    this.#integers(draft.negativeCounts, offset.negative_counts, row);
    this.#doubles(draft.quantiles, offset.quantiles, row);
    this.#doubles(draft.quantileValues, offset.quantile_values, row);
  }

  #writeBounds(bounds: NumberList, row: number): void {
    const { metricDistributions: table } = this.#batch;
    if (this.#boundsRow >= 0 && this.#bounds.equals(bounds)) {
      repeatText(table, table.offset.bounds, this.#boundsRow, row);
      return;
    }
    this.#doubles(bounds, table.offset.bounds, row);
    this.#bounds.copy(bounds);
    this.#boundsRow = row;
  }

  #integers(list: NumberList, offset: number, row: number): void {
    const start = this.#text.pos;
    writeIntegers(this.#text, list);
    this.#text.take(start, offset, row);
  }

  #doubles(list: NumberList, offset: number, row: number): void {
    const start = this.#text.pos;
    writeDoubles(this.#text, list);
    this.#text.take(start, offset, row);
  }
}
