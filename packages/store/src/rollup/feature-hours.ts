/** Sums the runs of a batch by feature and hour over its columns: a tenth of what the same costs as SQL over the same rows. */
import { ColumnBatch, type ColumnBatchParts } from '../column-batch.ts';
import { SPANS } from '../columns.ts';
import { MARK } from '../marks.ts';
import { durationBucket } from './duration-bucket.ts';
import { GroupKeys, KEY_WORDS } from './group-keys.ts';
import { IntCounter } from './int-counter.ts';
import { FEATURE_DURATION, FEATURE_HOUR } from './tables.ts';

/**
 * An hour in units of 2^13 ns. 3.6·10¹² is 2¹³ · 439,453,125, so that nanoseconds without their last 13 bits, which an
 * exact double can hold, tell the hour.
 */
const HOUR = 439_453_125;
/** Bucket numbers stay below this. */
const BUCKET_SPAN = 1024;

/**
 * Places of the sums of a group. 64-bit numbers are summed by word: 122,880 words of 32 bits stay an exact double.
 */
const SUM = {
  runs: 0,
  untimed: 1,
  filtered: 2,
  nobody: 3,
  excellent: 4,
  good: 5,
  acceptable: 6,
  slow: 7,
  very_slow: 8,
  scored: 9,
  efficiency: 10,
  duration_high: 11,
  duration_low: 12,
  input_high: 13,
  input_low: 14,
  output_high: 15,
  output_low: 16,
  firstHigh: 17,
  firstLow: 18,
  lastHigh: 19,
  lastLow: 20,
  seqHigh: 21,
  seqLow: 22,
} as const;
const SUMS = Object.keys(SUM).length;

/** What a batch adds to `feature_hour` and `feature_duration`. */
export interface FeatureHours {
  readonly hours: ColumnBatch<typeof FEATURE_HOUR>;
  readonly durations: ColumnBatch<typeof FEATURE_DURATION>;
}

/** Keeps its memory from batch to batch. */
export class FeatureHourSummer {
  readonly #groups = new GroupKeys();
  /** Runs by group and bucket of their duration. */
  readonly #durations = new IntCounter();
  #sums = new Float64Array(256 * SUMS);

  /** Sums of the runs among these spans; the parts stay as they are. */
  sum(parts: ColumnBatchParts): FeatureHours {
    this.#groups.clear();
    this.#durations.clear();
    const spans = new ColumnBatch(SPANS, 0);
    spans.adopt(parts);
    this.#add(spans, parts.rows);
    return { hours: this.#toHours(), durations: this.#toDurations() };
  }

  #add({ words, bytes, doubles, offset }: ColumnBatch<typeof SPANS>, rows: number): void {
    const featureAt = offset.feature_id >> 2;
    const categoryAt = offset.category_id >> 2;
    const componentAt = offset.component_id >> 2;
    const startAt = offset.start_time >> 2;
    const durationAt = offset.duration_ns >> 2;
    const seqAt = offset.seq >> 2;
    const userAt = offset.user_id >> 2;
    const sessionAt = offset.session_id >> 2;
    const inputAt = offset.input_size >> 2;
    const outputAt = offset.output_size >> 2;
    const marksAt = offset.marks >> 2;
    const efficiencyAt = offset.efficiency >> 3;
    const { feature_status: statusAt, tier: tierAt } = offset;
    const groups = this.#groups;
    let known = groups.size;
    let [hour, hourStart] = [0, 0];
    for (let row = 0, pair = 0; row < rows; row++, pair += 2) {
      const featureLow = words[featureAt + pair] as number;
      const featureHigh = words[featureAt + pair + 1] as number;
      if ((featureLow | featureHigh) === 0) continue;
      const startLow = (words[startAt + pair] as number) >>> 0;
      const startHigh = words[startAt + pair + 1] as number;
      const start = startHigh * 2 ** 19 + (startLow >>> 13);
      if (start < hourStart || start >= hourStart + HOUR) {
        hour = Math.floor(start / HOUR);
        hourStart = hour * HOUR;
      }
      const group = groups.find(
        featureLow,
        featureHigh,
        words[categoryAt + pair] as number,
        words[categoryAt + pair + 1] as number,
        words[componentAt + pair] as number,
        words[componentAt + pair + 1] as number,
        hour,
        bytes[statusAt + row] as number,
      );
      if (groups.size > known) {
        known = groups.size;
        this.#clearSums(group * SUMS);
      }
      const at = group * SUMS;
      const sums = this.#sums;
      const marks = words[marksAt + row] as number;
      (sums[at + SUM.runs] as number) += 1;
      if (marks & MARK.FILTERED) (sums[at + SUM.filtered] as number) += 1;
      const user = (words[userAt + pair] as number) | (words[userAt + pair + 1] as number);
      if (
        (user | (words[sessionAt + pair] as number) | (words[sessionAt + pair + 1] as number)) ===
        0
      )
        (sums[at + SUM.nobody] as number) += 1;
      if (marks & MARK.NEGATIVE_DURATION) (sums[at + SUM.untimed] as number) += 1;
      else {
        const low = words[durationAt + pair] as number;
        const high = words[durationAt + pair + 1] as number;
        (sums[at + SUM.duration_low] as number) += low >>> 0;
        if (high !== 0) (sums[at + SUM.duration_high] as number) += high;
        this.#durations.count(group * BUCKET_SPAN + durationBucket(low, high));
        const tier = bytes[tierAt + row] as number;
        if (tier >= 1 && tier <= 5) (sums[at + SUM.excellent + tier - 1] as number) += 1;
      }
      const score = doubles[efficiencyAt + row] as number;
      // Neither NaN nor an infinity gives 0 when taken from itself.
      if (score - score === 0) {
        (sums[at + SUM.scored] as number) += 1;
        (sums[at + SUM.efficiency] as number) += score;
      }
      (sums[at + SUM.input_low] as number) += (words[inputAt + pair] as number) >>> 0;
      const inputHigh = words[inputAt + pair + 1] as number;
      if (inputHigh !== 0) (sums[at + SUM.input_high] as number) += inputHigh;
      (sums[at + SUM.output_low] as number) += (words[outputAt + pair] as number) >>> 0;
      const outputHigh = words[outputAt + pair + 1] as number;
      if (outputHigh !== 0) (sums[at + SUM.output_high] as number) += outputHigh;
      keepLess(sums, at + SUM.firstHigh, startHigh, startLow);
      keepGreater(sums, at + SUM.lastHigh, startHigh, startLow);
      const seqLow = (words[seqAt + pair] as number) >>> 0;
      keepGreater(sums, at + SUM.seqHigh, (words[seqAt + pair + 1] as number) >>> 0, seqLow);
    }
  }

  #clearSums(at: number): void {
    if (at + SUMS > this.#sums.length) {
      const grown = new Float64Array(this.#sums.length * 2);
      grown.set(this.#sums);
      this.#sums = grown;
    }
    this.#sums.fill(0, at, at + SUMS);
    this.#sums[at + SUM.firstHigh] = Number.POSITIVE_INFINITY;
    this.#sums[at + SUM.lastHigh] = Number.NEGATIVE_INFINITY;
    this.#sums[at + SUM.seqHigh] = Number.NEGATIVE_INFINITY;
  }

  #toHours(): FeatureHours['hours'] {
    const { size } = this.#groups;
    const hours = new ColumnBatch(FEATURE_HOUR, size);
    hours.rows = size;
    const view = new DataView(hours.buffer);
    for (let group = 0; group < size; group++) {
      this.#writeKey(hours, group, group);
      for (const [column, place] of Object.entries(SUM)) {
        const value = this.#sums[group * SUMS + place] as number;
        const at = hours.offset[column as keyof typeof FEATURE_HOUR.columns];
        if (column.endsWith('High')) {
          const [target, low] = [
            TIMES[column as keyof typeof TIMES],
            this.#sums[group * SUMS + place + 1] as number,
          ];
          view.setInt32(hours.offset[target] + group * 8, low, true);
          view.setInt32(hours.offset[target] + group * 8 + 4, value, true);
        } else if (at === undefined) continue;
        else if (column === 'efficiency') view.setFloat64(at + group * 8, value, true);
        else if (/_(high|low)$/.test(column)) view.setBigInt64(at + group * 8, BigInt(value), true);
        else view.setUint32(at + group * 4, value, true);
      }
    }
    return hours;
  }

  #toDurations(): FeatureHours['durations'] {
    const durations = new ColumnBatch(FEATURE_DURATION, this.#durations.size);
    const { words, offset } = durations;
    this.#durations.each((value, runs) => {
      const row = durations.rows++;
      this.#writeKey(durations, row, Math.floor(value / BUCKET_SPAN));
      words[(offset.bucket >> 2) + row] = value % BUCKET_SPAN;
      words[(offset.runs >> 2) + row] = runs;
    });
    return durations;
  }

  #writeKey(
    { words, bytes, offset }: FeatureHours['hours'] | FeatureHours['durations'],
    row: number,
    group: number,
  ): void {
    const from = this.#groups.words;
    const key = group * KEY_WORDS;
    for (let word = 0; word < 2; word++) {
      words[(offset.feature_id >> 2) + row * 2 + word] = from[key + word] as number;
      words[(offset.category_id >> 2) + row * 2 + word] = from[key + 2 + word] as number;
      words[(offset.component_id >> 2) + row * 2 + word] = from[key + 4 + word] as number;
    }
    words[(offset.hour >> 2) + row] = from[key + 6] as number;
    bytes[offset.feature_status + row] = from[key + 7] as number;
  }
}

const TIMES = { firstHigh: 'first_time', lastHigh: 'last_time', seqHigh: 'last_seq' } as const;

function keepLess(sums: Float64Array, at: number, high: number, low: number): void {
  const now = sums[at] as number;
  if (high > now || (high === now && low >= (sums[at + 1] as number))) return;
  sums[at] = high;
  sums[at + 1] = low;
}

function keepGreater(sums: Float64Array, at: number, high: number, low: number): void {
  const now = sums[at] as number;
  if (high < now || (high === now && low <= (sums[at + 1] as number))) return;
  sums[at] = high;
  sums[at + 1] = low;
}
