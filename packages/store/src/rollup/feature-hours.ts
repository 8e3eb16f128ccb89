/** Sums the runs of a batch by feature and hour over its columns, at a third of what SQL over the same rows takes. */
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

type Spans = ColumnBatch<typeof SPANS>;

/**
 * Rows that are taken column by column before the next ones: the columns of a full batch lie 240 pages apart, so that
 * a row at a time, of more columns than a cache set has ways, would find none of them in the first cache.
 */
const BLOCK_ROWS = 2048;

/** Keeps its memory from batch to batch. */
export class FeatureHourSummer {
  readonly #groups = new GroupKeys();
  /** Runs by group and bucket of their duration. */
  readonly #durations = new IntCounter();
  #sums = new Float64Array(256 * SUMS);
  /** Place in {@link #sums} of the group of each row of a block; -1 for a span that is no run. */
  readonly #places = new Int32Array(BLOCK_ROWS);

  /** Sums of the runs among these spans; the parts stay as they are. */
  sum(parts: ColumnBatchParts): FeatureHours {
    this.#groups.clear();
    this.#durations.clear();
    const spans: Spans = new ColumnBatch(SPANS, 0);
    spans.adopt(parts);
    for (let from = 0; from < parts.rows; from += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, parts.rows - from);
      this.#group(spans, from, rows);
      this.#addDurations(spans, from, rows);
      this.#addScores(spans, from, rows);
      this.#addActors(spans, from, rows);
      this.#addPairs(spans, spans.offset.input_size, from, rows, SUM.input_high);
      this.#addPairs(spans, spans.offset.output_size, from, rows, SUM.output_high);
      this.#addBounds(spans, from, rows);
    }
    return { hours: this.#toHours(), durations: this.#toDurations() };
  }

  #group({ words, bytes, offset }: Spans, from: number, rows: number): void {
    const groups = this.#groups;
    const places = this.#places;
    const featureAt = (offset.feature_id >> 2) + from * 2;
    const categoryAt = (offset.category_id >> 2) + from * 2;
    const componentAt = (offset.component_id >> 2) + from * 2;
    const startAt = (offset.start_time >> 2) + from * 2;
    const statusAt = offset.feature_status + from;
    let known = groups.size;
    let [hour, hourStart] = [0, 0];
    for (let row = 0, pair = 0; row < rows; row++, pair += 2) {
      const featureLow = words[featureAt + pair] as number;
      const featureHigh = words[featureAt + pair + 1] as number;
      if ((featureLow | featureHigh) === 0) {
        places[row] = -1;
        continue;
      }
      const start =
        (words[startAt + pair + 1] as number) * 2 ** 19 +
        ((words[startAt + pair] as number) >>> 13);
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
      places[row] = group * SUMS;
      (this.#sums[group * SUMS + SUM.runs] as number)++;
    }
  }

  #addDurations({ words, bytes, offset }: Spans, from: number, rows: number): void {
    const sums = this.#sums;
    const durationAt = (offset.duration_ns >> 2) + from * 2;
    const marksAt = (offset.marks >> 2) + from;
    const tierAt = offset.tier + from;
    for (let row = 0, pair = 0; row < rows; row++, pair += 2) {
      const at = this.#places[row] as number;
      if (at < 0) continue;
      const marks = words[marksAt + row] as number;
      if (marks & MARK.FILTERED) (sums[at + SUM.filtered] as number)++;
      if (marks & MARK.NEGATIVE_DURATION) {
        (sums[at + SUM.untimed] as number)++;
        continue;
      }
      const low = words[durationAt + pair] as number;
      const high = words[durationAt + pair + 1] as number;
      (sums[at + SUM.duration_low] as number) += low >>> 0;
      if (high !== 0) (sums[at + SUM.duration_high] as number) += high;
      this.#durations.count((at / SUMS) * BUCKET_SPAN + durationBucket(low, high));
      const tier = bytes[tierAt + row] as number;
      if (tier >= 1 && tier <= 5) (sums[at + SUM.excellent + tier - 1] as number)++;
    }
  }

  #addScores({ doubles, offset }: Spans, from: number, rows: number): void {
    const sums = this.#sums;
    const efficiencyAt = (offset.efficiency >> 3) + from;
    for (let row = 0; row < rows; row++) {
      const at = this.#places[row] as number;
      const score = doubles[efficiencyAt + row] as number;
      // Neither NaN nor an infinity gives 0 when taken from itself.
      if (at < 0 || score - score !== 0) continue;
      (sums[at + SUM.scored] as number)++;
      (sums[at + SUM.efficiency] as number) += score;
    }
  }

  #addActors({ words, offset }: Spans, from: number, rows: number): void {
    const userAt = (offset.user_id >> 2) + from * 2;
    const sessionAt = (offset.session_id >> 2) + from * 2;
    for (let row = 0, pair = 0; row < rows; row++, pair += 2) {
      const at = this.#places[row] as number;
      if (at < 0) continue;
      const user = (words[userAt + pair] as number) | (words[userAt + pair + 1] as number);
      if (user !== 0) continue;
      const session = (words[sessionAt + pair] as number) | (words[sessionAt + pair + 1] as number);
      if (session === 0) (this.#sums[at + SUM.nobody] as number)++;
    }
  }

  /** Sums a column of 64-bit numbers; the sum of the low words stands behind that of the high ones. */
  #addPairs({ words }: Spans, offset: number, from: number, rows: number, place: number): void {
    const sums = this.#sums;
    const first = (offset >> 2) + from * 2;
    for (let row = 0, pair = first; row < rows; row++, pair += 2) {
      const at = this.#places[row] as number;
      if (at < 0) continue;
      const low = words[pair] as number;
      const high = words[pair + 1] as number;
      if (low !== 0) (sums[at + place + 1] as number) += low >>> 0;
      if (high !== 0) (sums[at + place] as number) += high;
    }
  }

  #addBounds({ words, offset }: Spans, from: number, rows: number): void {
    const sums = this.#sums;
    const startAt = (offset.start_time >> 2) + from * 2;
    const seqAt = (offset.seq >> 2) + from * 2;
    for (let row = 0, pair = 0; row < rows; row++, pair += 2) {
      const at = this.#places[row] as number;
      if (at < 0) continue;
      const low = (words[startAt + pair] as number) >>> 0;
      const high = words[startAt + pair + 1] as number;
      keepLess(sums, at + SUM.firstHigh, high, low);
      keepGreater(sums, at + SUM.lastHigh, high, low);
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
