/** A protobuf metric and its points (opentelemetry/proto/metrics/v1/metrics.proto). */
import { METRIC_TYPE } from '@heartwood/store/batch';
import { AttributeRange } from '../protobuf/attribute-range.ts';
import { ByteRanges } from '../byte-ranges.ts';
import type { JsonText } from '../text/json-text.ts';
import type { MetricDraft } from './metric-draft.ts';
import type { MetricRows } from './metric-rows.ts';
import { ProtobufDistributions } from './protobuf-distribution.ts';
import { readAttributeObject } from '../protobuf/item-attributes.ts';
import { ProtobufNumbers } from './protobuf-number.ts';
import { ProtobufPoints } from './protobuf-point.ts';
import { WireReader } from '../protobuf/wire.ts';

/** Parts what bytes mean in this encoding from what they mean in others. */
const KIND = 1;
const METRIC_FIELDS = 12;
const DATA_FIELDS = 3;
const METADATA_TAG = 98;

const NO_READER = new WireReader();

export class ProtobufMetrics {
  readonly #rows: MetricRows;
  readonly #metadata = new AttributeRange();
  /** The data of the metric; it may come before the name, and in parts. */
  readonly #data = new ByteRanges();
  readonly #numbers: ProtobufNumbers;
  readonly #distributions: ProtobufDistributions;
  /** Reads metadata, wherever they lie. */
  readonly #writeMetadata: (out: JsonText, metric: MetricDraft) => void;
  #reader = NO_READER;

  constructor(rows: MetricRows) {
    this.#rows = rows;
    const points = new ProtobufPoints(rows);
    this.#numbers = new ProtobufNumbers(rows, points);
    this.#distributions = new ProtobufDistributions(rows, points);
    this.#writeMetadata = (out, metric) => this.#readMetadata(out, metric);
  }

  /** Reads the metric in `[r.pos, end)`. */
  read(r: WireReader, end: number): void {
    const rows = this.#rows;
    const { metric } = rows;
    const { source } = rows.request;
    const { scratchEnd } = source;
    const data = this.#data;
    this.#reader = r;
    rows.startMetric();
    data.count = 0;
    this.#metadata.reset();
    this.#readFields(r, metric, end);
    this.#metadata.close(source);
    metric.metadataStart = this.#metadata.start;
    metric.metadataLength = this.#metadata.length;
    for (let i = 0; i < data.count; i++) {
      r.pos = data.start(i);
      this.#readData(r, metric, data.end(i));
    }
    r.pos = end;
    rows.endMetric(KIND, this.#writeMetadata);
    this.#reader = NO_READER;
    source.scratchEnd = scratchEnd;
  }

  #readFields(r: WireReader, metric: MetricDraft, end: number): void {
    while (r.pos < end) {
      const at = r.pos;
      const tag = r.varint();
      switch (tag) {
        case 10:
          metric.nameLength = r.length(end);
          metric.nameStart = r.pos;
          r.pos += metric.nameLength;
          break;
        case 18:
          metric.descriptionLength = r.length(end);
          metric.descriptionStart = r.pos;
          r.pos += metric.descriptionLength;
          break;
        case 26:
          metric.unitLength = r.length(end);
          metric.unitStart = r.pos;
          r.pos += metric.unitLength;
          break;
        case 42:
        case 58:
        case 74:
        case 82:
        case 90: {
          const length = r.length(end);
          // Of a oneof the last member counts; the same member again is a part of it.
          if (metric.type !== tag >>> 3) this.#data.count = 0;
          metric.type = tag >>> 3;
          this.#data.add(r.pos, r.pos + length);
          r.pos += length;
          break;
        }
        case METADATA_TAG: {
          const length = r.length(end);
          r.pos += length;
          this.#metadata.add(at, r.pos);
          break;
        }
        default:
          r.skip(tag, end, isReserved(tag) ? 0 : METRIC_FIELDS);
      }
    }
    if (r.pos !== end) r.fail('a metric reaches past its end');
  }

  #readData(r: WireReader, metric: MetricDraft, end: number): void {
    const { type } = metric;
    while (r.pos < end) {
      const tag = r.varint();
      if (tag === 10) {
        const length = r.length(end);
        const pointEnd = r.pos + length;
        switch (type) {
          case METRIC_TYPE.GAUGE:
          case METRIC_TYPE.SUM:
            this.#numbers.read(r, pointEnd);
            break;
          case METRIC_TYPE.HISTOGRAM:
            this.#distributions.readHistogram(r, pointEnd);
            break;
          case METRIC_TYPE.EXPONENTIAL_HISTOGRAM:
            this.#distributions.readExponential(r, pointEnd);
            break;
          default:
            this.#distributions.readSummary(r, pointEnd);
        }
      } else if (tag === 16 && hasTemporality(type)) metric.temporality = r.varint();
      else if (tag === 24 && type === METRIC_TYPE.SUM) {
        r.varint64();
        metric.monotonic = (r.low | r.high) === 0 ? 0 : 1;
      } else r.skip(tag, end, lastField(type));
    }
    if (r.pos !== end) r.fail('the data of a metric reach past their end');
  }

  #readMetadata(out: JsonText, { metadataStart, metadataLength }: MetricDraft): void {
    const r = this.#reader;
    const { request } = this.#rows;
    const { source } = request;
    const { pos } = r;
    const start = metadataStart < 0 ? ~metadataStart : metadataStart;
    r.open(metadataStart < 0 ? source.scratchView : source.view);
    readAttributeObject(r, request, out, start, start + metadataLength, METADATA_TAG);
    r.open(source.view);
    r.pos = pos;
  }
}

/** Numbers of members that were withdrawn: whoever still sends one sends nothing that is known. */
const isReserved = (tag: number): boolean => {
  const field = tag >>> 3;
  return field === 4 || field === 6 || field === 8;
};

const hasTemporality = (type: number): boolean =>
  type === METRIC_TYPE.SUM ||
  type === METRIC_TYPE.HISTOGRAM ||
  type === METRIC_TYPE.EXPONENTIAL_HISTOGRAM;

/** Highest field that the data of this type have. */
const lastField = (type: number): number =>
  type === METRIC_TYPE.SUM ? DATA_FIELDS : hasTemporality(type) ? 2 : 1;
