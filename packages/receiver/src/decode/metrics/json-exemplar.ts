/** Exemplars of OTLP/JSON data points. */
import { JsonFields } from '../json/fields.ts';
import { readId } from '../json/id.ts';
import type { JsonScanner } from '../json/scanner.ts';
import type { JsonValues } from '../json/value.ts';
import type { MetricRows } from './metric-rows.ts';
import { VALUE_KIND } from './point-draft.ts';

const FILTERED_ATTRIBUTES = 1;
const TIME = 2;
const AS_DOUBLE = 3;
const AS_INT = 4;
const SPAN_ID = 5;
const TRACE_ID = 6;

export class JsonExemplars {
  readonly #fields = new JsonFields([
    'filteredAttributes',
    'timeUnixNano',
    'asDouble',
    'asInt',
    'spanId',
    'traceId',
  ]);
  readonly #s: JsonScanner;
  readonly #values: JsonValues;
  readonly #rows: MetricRows;
  /** Ids as they stand on the wire, and a double with its words. */
  readonly #id = new DataView(new ArrayBuffer(16));
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);
  #attributesAt = -1;

  constructor(scanner: JsonScanner, values: JsonValues, rows: MetricRows) {
    this.#s = scanner;
    this.#values = values;
    this.#rows = rows;
  }

  /** Reads the exemplars of a point. Should the list come twice, the last one counts. */
  read(): void {
    const s = this.#s;
    const { exemplars } = this.#rows;
    exemplars.discard();
    exemplars.startPoint();
    if (!s.openArray()) return;
    let isFirst = true;
    while (s.next(0x5d, isFirst)) {
      isFirst = false;
      if (exemplars.start()) this.#readExemplar();
      else s.skip();
    }
  }

  #readExemplar(): void {
    const s = this.#s;
    const { exemplars, request } = this.#rows;
    const { source } = request;
    const { scratchEnd } = source;
    this.#attributesAt = -1;
    if (s.openObject()) {
      let field = this.#fields.next(s, -1);
      for (; field >= 0; field = this.#fields.next(s, field)) this.#field(field);
    }
    if (this.#attributesAt >= 0) {
      const { pos } = s;
      s.pos = this.#attributesAt;
      this.#values.attributeObject(exemplars.text);
      s.pos = pos;
    }
    exemplars.end();
    source.scratchEnd = scratchEnd;
  }

  #field(field: number): void {
    const s = this.#s;
    const { draft } = this.#rows.exemplars;
    const id = this.#id;
    switch (field) {
      case FILTERED_ATTRIBUTES:
        this.#attributesAt = -1;
        if (s.isNull()) break;
        this.#attributesAt = s.pos;
        s.skip();
        break;
      case TIME:
        s.integer(false);
        draft.timeLow = s.low;
        draft.timeHigh = s.high;
        break;
      case AS_DOUBLE:
        if (s.isNull()) break;
        this.#double[0] = s.double();
        draft.valueKind = VALUE_KIND.DOUBLE;
        draft.valueLow = this.#words[0] as number;
        draft.valueHigh = this.#words[1] as number;
        break;
      case AS_INT:
        if (s.isNull()) break;
        s.integer(true);
        draft.valueKind = VALUE_KIND.INT;
        draft.valueLow = s.low;
        draft.valueHigh = s.high;
        break;
      case SPAN_ID:
        draft.spanIdBytes = readId(s, id, 8, 'spanId');
        draft.span0 = id.getInt32(0);
        draft.span1 = id.getInt32(4);
        break;
      case TRACE_ID:
        draft.traceIdBytes = readId(s, id, 16, 'traceId');
        draft.trace0 = id.getInt32(0);
        draft.trace1 = id.getInt32(4);
        draft.trace2 = id.getInt32(8);
        draft.trace3 = id.getInt32(12);
        break;
      default:
        s.skip();
    }
  }
}
