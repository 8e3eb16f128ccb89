/** An OTLP/JSON metric and its points: the proto3 JSON mapping; the same rows as its protobuf form gives. */
import { METRIC_TYPE } from '@heartwood/store/batch';
import { readEnum } from '../json/enum.ts';
import { JsonFields } from '../json/fields.ts';
import { JsonPoints } from './json-point.ts';
import type { JsonScanner } from '../json/scanner.ts';
import type { JsonText } from '../text/json-text.ts';
import type { JsonValues } from '../json/value.ts';
import type { MetricDraft } from './metric-draft.ts';
import type { MetricRows } from './metric-rows.ts';

/** Parts what bytes mean in this encoding from what they mean in others. */
const KIND = 2;

const NAME = 1;
const DESCRIPTION = 2;
const UNIT = 3;
const METADATA = 4;
/** Types of data in the order of their fields, which follow those above. */
const TYPES = [
  METRIC_TYPE.GAUGE,
  METRIC_TYPE.SUM,
  METRIC_TYPE.HISTOGRAM,
  METRIC_TYPE.EXPONENTIAL_HISTOGRAM,
  METRIC_TYPE.SUMMARY,
];

const POINTS = 1;
const TEMPORALITY = 2;
const MONOTONIC = 3;

const TEMPORALITIES: ReadonlyMap<string, number> = new Map([
  ['AGGREGATION_TEMPORALITY_UNSPECIFIED', 0],
  ['AGGREGATION_TEMPORALITY_DELTA', 1],
  ['AGGREGATION_TEMPORALITY_CUMULATIVE', 2],
]);

export class JsonMetrics {
  readonly #metric = new JsonFields([
    'name',
    'description',
    'unit',
    'metadata',
    'gauge',
    'sum',
    'histogram',
    'exponentialHistogram',
    'summary',
  ]);
  readonly #data: ReadonlyMap<number, JsonFields> = new Map(
    TYPES.map((type) => [
      type,
      new JsonFields(
        ['dataPoints', 'aggregationTemporality', 'isMonotonic'].slice(0, dataFields(type)),
      ),
    ]),
  );
  readonly #s: JsonScanner;
  readonly #values: JsonValues;
  readonly #rows: MetricRows;
  readonly #points: JsonPoints;
  readonly #writeMetadata: (out: JsonText, metric: MetricDraft) => void;

  constructor(scanner: JsonScanner, values: JsonValues, rows: MetricRows) {
    this.#s = scanner;
    this.#values = values;
    this.#rows = rows;
    this.#points = new JsonPoints(scanner, values, rows);
    this.#writeMetadata = (out, { metadataStart }) => this.#readMetadata(out, metadataStart);
  }

  /** Reads the metric that comes next; `null` counts as a metric without fields. */
  read(): void {
    const s = this.#s;
    const rows = this.#rows;
    const { source } = rows.request;
    const { scratchEnd } = source;
    rows.startMetric();
    if (s.openObject()) {
      let field = this.#metric.next(s, -1);
      for (; field >= 0; field = this.#metric.next(s, field)) this.#field(field);
    }
    rows.endMetric(KIND, this.#writeMetadata);
    source.scratchEnd = scratchEnd;
  }

  #field(field: number): void {
    const s = this.#s;
    const { metric } = this.#rows;
    switch (field) {
      case NAME:
        s.text();
        metric.nameStart = s.start;
        metric.nameLength = s.length;
        break;
      case DESCRIPTION:
        s.text();
        metric.descriptionStart = s.start;
        metric.descriptionLength = s.length;
        break;
      case UNIT:
        s.text();
        metric.unitStart = s.start;
        metric.unitLength = s.length;
        break;
      case METADATA: {
        const isThere = !s.isNull();
        metric.metadataStart = s.pos;
        if (isThere) s.skip();
        metric.metadataLength = s.pos - metric.metadataStart;
        break;
      }
      case 0:
        s.skip();
        break;
      default:
        if (s.isNull()) break;
        if (metric.type !== METRIC_TYPE.NONE) s.fail('a metric has two kinds of data');
        metric.type = TYPES[field - METADATA - 1] as number;
        this.#readData(this.#data.get(metric.type) as JsonFields);
    }
  }

  #readData(fields: JsonFields): void {
    const s = this.#s;
    const { metric } = this.#rows;
    s.expect(0x7b);
    let field = fields.next(s, -1);
    for (; field >= 0; field = fields.next(s, field)) {
      if (field === POINTS) this.#readPoints(metric.type);
      else if (field === TEMPORALITY) metric.temporality = readEnum(s, TEMPORALITIES);
      else if (field === MONOTONIC) metric.monotonic = s.bool() ? 1 : 0;
      else s.skip();
    }
  }

  #readPoints(type: number): void {
    const s = this.#s;
    const { source } = this.#rows.request;
    if (!s.openArray()) return;
    let isFirst = true;
    while (s.next(0x5d, isFirst)) {
      isFirst = false;
      const { scratchEnd } = source;
      this.#points.read(type);
      source.scratchEnd = scratchEnd;
    }
  }

  #readMetadata(out: JsonText, start: number): void {
    const s = this.#s;
    const { pos } = s;
    s.pos = start;
    this.#values.attributeObject(out);
    s.pos = pos;
  }
}

/** How many fields the data of a type have. */
function dataFields(type: number): number {
  if (type === METRIC_TYPE.SUM) return 3;
  return type === METRIC_TYPE.GAUGE || type === METRIC_TYPE.SUMMARY ? 1 : 2;
}
