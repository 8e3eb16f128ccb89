/** OTLP/JSON data points of all types into the draft. */
import { METRIC_TYPE } from '@heartwood/store/batch';
import { JsonExemplars } from './json-exemplar.ts';
import { POINT_FIELDS, type PointFieldName } from './json-point-fields.ts';
import { JsonFields } from '../json/fields.ts';
import type { JsonScanner } from '../json/scanner.ts';
import type { JsonValues } from '../json/value.ts';
import type { MetricRows } from './metric-rows.ts';
import type { NumberList } from '../text/number-list.ts';
import { GIVEN, VALUE_KIND } from './point-draft.ts';

/** Parts what bytes mean in this encoding from what they mean in others. */
const KIND = 2;

/** The fields of one type, and which member of the point fields each one is. */
interface PointFields {
  readonly fields: JsonFields;
  readonly names: readonly (PointFieldName | undefined)[];
}

export class JsonPoints {
  readonly #types: ReadonlyMap<number, PointFields> = new Map(
    [...POINT_FIELDS].map(([type, names]) => [
      type,
      { fields: new JsonFields(names), names: [undefined, ...names] },
    ]),
  );
  readonly #buckets = new JsonFields(['offset', 'bucketCounts']);
  readonly #quantile = new JsonFields(['quantile', 'value']);
  readonly #s: JsonScanner;
  readonly #values: JsonValues;
  readonly #rows: MetricRows;
  readonly #exemplars: JsonExemplars;
  /** Where the attributes of the point at hand lie. */
  #attributesAt = 0;
  #attributesLength = 0;
  /** A double and its words. */
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);

  constructor(scanner: JsonScanner, values: JsonValues, rows: MetricRows) {
    this.#s = scanner;
    this.#values = values;
    this.#rows = rows;
    this.#exemplars = new JsonExemplars(scanner, values, rows);
  }

  /** Reads the point that comes next and ends it; `null` counts as a point without fields. */
  read(type: number): void {
    const s = this.#s;
    const rows = this.#rows;
    const { fields, names } = this.#types.get(type) as PointFields;
    const isDistribution = type !== METRIC_TYPE.GAUGE && type !== METRIC_TYPE.SUM;
    rows.startPoint();
    if (isDistribution) rows.distribution.reset();
    // The sum of a summary is not optional: 0 is what nothing means.
    if (type === METRIC_TYPE.SUMMARY) rows.distribution.given = GIVEN.SUM;
    this.#attributesLength = 0;
    if (s.openObject()) {
      let field = fields.next(s, -1);
      for (; field >= 0; field = fields.next(s, field)) this.#field(names[field]);
    }
    this.#endAttributes();
    rows.endPoint(isDistribution);
  }

  #field(name: PointFieldName | undefined): void {
    const s = this.#s;
    const { draft, distribution } = this.#rows;
    switch (name) {
      case 'attributes':
        this.#attributesLength = 0;
        if (s.isNull()) break;
        this.#attributesAt = s.pos;
        s.skip();
        this.#attributesLength = s.pos - this.#attributesAt;
        break;
      case 'startTimeUnixNano':
        s.integer(false);
        draft.startLow = s.low;
        draft.startHigh = s.high;
        break;
      case 'timeUnixNano':
        s.integer(false);
        draft.timeLow = s.low;
        draft.timeHigh = s.high;
        break;
      case 'flags':
        draft.flags = s.uint32();
        break;
      case 'exemplars':
        this.#exemplars.read();
        break;
      case 'asDouble':
        if (s.isNull()) break;
        this.#readDouble();
        draft.valueKind = VALUE_KIND.DOUBLE;
        draft.valueLow = this.#words[0] as number;
        draft.valueHigh = this.#words[1] as number;
        break;
      case 'asInt':
        if (s.isNull()) break;
        s.integer(true);
        draft.valueKind = VALUE_KIND.INT;
        draft.valueLow = s.low;
        draft.valueHigh = s.high;
        break;
      case 'count':
        s.integer(false);
        distribution.countLow = s.low;
        distribution.countHigh = s.high;
        break;
      case 'sum':
      case 'min':
      case 'max':
        if (!s.isNull()) this.#readGiven(name);
        break;
      case 'bucketCounts':
        this.#readIntegers(distribution.bucketCounts);
        break;
      case 'explicitBounds':
        this.#readDoubles(distribution.bounds);
        break;
      case 'scale':
        distribution.scale = this.#readInt32();
        break;
      case 'zeroCount':
        s.integer(false);
        distribution.zeroCountLow = s.low;
        distribution.zeroCountHigh = s.high;
        break;
      case 'zeroThreshold':
        this.#readDouble();
        distribution.zeroThresholdLow = this.#words[0] as number;
        distribution.zeroThresholdHigh = this.#words[1] as number;
        break;
      case 'positive':
        distribution.positiveOffset = this.#readBuckets(distribution.positiveCounts);
        break;
      case 'negative':
        distribution.negativeOffset = this.#readBuckets(distribution.negativeCounts);
        break;
      case 'quantileValues':
        this.#readQuantiles();
        break;
      case undefined:
        s.skip();
    }
  }

  #endAttributes(): void {
    const { sets, request } = this.#rows;
    const start = this.#attributesAt;
    const length = this.#attributesLength;
    if (length === 0) {
      sets.clear();
      return;
    }
    const { view } = request.source;
    if (sets.find(view, start, length, KIND)) return;
    const s = this.#s;
    const { pos } = s;
    s.pos = start;
    sets.open();
    this.#values.recordAttributes(sets.attributes);
    sets.close(view, start, length, KIND);
    s.pos = pos;
  }

  /** Reads a double into {@link #words}. */
  #readDouble(): void {
    this.#double[0] = this.#s.double();
  }

  #readInt32(): number {
    const s = this.#s;
    s.integer(true);
    if (s.high !== s.low >> 31) s.fail('an integer does not fit 32 bits');
    return s.low;
  }

  #readGiven(name: 'sum' | 'min' | 'max'): void {
    const { distribution } = this.#rows;
    this.#readDouble();
    const low = this.#words[0] as number;
    const high = this.#words[1] as number;
    if (name === 'sum') {
      distribution.given |= GIVEN.SUM;
      distribution.sumLow = low;
      distribution.sumHigh = high;
    } else if (name === 'min') {
      distribution.given |= GIVEN.MIN;
      distribution.minLow = low;
      distribution.minHigh = high;
    } else {
      distribution.given |= GIVEN.MAX;
      distribution.maxLow = low;
      distribution.maxHigh = high;
    }
  }

  #readIntegers(list: NumberList): void {
    const s = this.#s;
    list.count = 0;
    if (!s.openArray()) return;
    let isFirst = true;
    while (s.next(0x5d, isFirst)) {
      isFirst = false;
      s.integer(false);
      list.add(s.low, s.high);
    }
  }

  #readDoubles(list: NumberList): void {
    const s = this.#s;
    const { source } = s;
    list.count = 0;
    if (!s.openArray()) return;
    let isFirst = true;
    while (s.next(0x5d, isFirst)) {
      isFirst = false;
      const { scratchEnd } = source;
      list.addDouble(s.double());
      source.scratchEnd = scratchEnd;
    }
  }

  /** Reads buckets and returns their offset. */
  #readBuckets(counts: NumberList): number {
    const s = this.#s;
    let offset = 0;
    counts.count = 0;
    if (!s.openObject()) return offset;
    let field = this.#buckets.next(s, -1);
    for (; field >= 0; field = this.#buckets.next(s, field)) {
      if (field === 1) offset = this.#readInt32();
      else if (field === 2) this.#readIntegers(counts);
      else s.skip();
    }
    return offset;
  }

  #readQuantiles(): void {
    const s = this.#s;
    const { quantiles, quantileValues } = this.#rows.distribution;
    quantiles.count = 0;
    quantileValues.count = 0;
    if (!s.openArray()) return;
    let isFirst = true;
    while (s.next(0x5d, isFirst)) {
      isFirst = false;
      let quantile = 0;
      let value = 0;
      if (s.openObject()) {
        let field = this.#quantile.next(s, -1);
        for (; field >= 0; field = this.#quantile.next(s, field)) {
          if (field === 1) quantile = s.double();
          else if (field === 2) value = s.double();
          else s.skip();
        }
      }
      quantiles.addDouble(quantile);
      quantileValues.addDouble(value);
    }
  }
}
