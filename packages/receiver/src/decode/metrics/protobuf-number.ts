/** Protobuf points of gauges and sums: `NumberDataPoint` (opentelemetry/proto/metrics/v1/metrics.proto). */
import type { MetricRows } from './metric-rows.ts';
import { VALUE_KIND } from './point-draft.ts';
import type { ProtobufPoints } from './protobuf-point.ts';
import type { WireReader } from '../protobuf/wire.ts';

const POINT_FIELDS = 8;
const ATTRIBUTES_TAG = 58;

export class ProtobufNumbers {
  readonly #rows: MetricRows;
  readonly #points: ProtobufPoints;

  constructor(rows: MetricRows, points: ProtobufPoints) {
    this.#rows = rows;
    this.#points = points;
  }

  /** Reads the point in `[r.pos, end)` and ends it. */
  read(r: WireReader, end: number): void {
    const rows = this.#rows;
    const points = this.#points;
    rows.startPoint();
    const { draft } = rows;
    points.range.reset();
    while (r.pos < end) {
      const at = r.pos;
      const tag = r.varint();
      switch (tag) {
        case ATTRIBUTES_TAG:
          points.readAttributes(r, at, end, ATTRIBUTES_TAG);
          break;
        case 17:
          r.fixed64();
          draft.startLow = r.low;
          draft.startHigh = r.high;
          break;
        case 25:
          r.fixed64();
          draft.timeLow = r.low;
          draft.timeHigh = r.high;
          break;
        case 33:
          r.fixed64();
          draft.valueKind = VALUE_KIND.DOUBLE;
          draft.valueLow = r.low;
          draft.valueHigh = r.high;
          break;
        case 49:
          r.fixed64();
          draft.valueKind = VALUE_KIND.INT;
          draft.valueLow = r.low;
          draft.valueHigh = r.high;
          break;
        case 42:
          points.readExemplar(r, end);
          break;
        case 64:
          draft.flags = r.varint();
          break;
        default:
          // Field 1 held labels once.
          r.skip(tag, end, tag >>> 3 === 1 ? 0 : POINT_FIELDS);
      }
    }
    if (r.pos !== end) r.fail('a data point reaches past its end');
    points.endAttributes(r);
    rows.endPoint(false);
  }
}
