/** An OTLP/JSON log record into the draft: the proto3 JSON mapping with hexadecimal ids. */
import { LOG_SEVERITIES } from '@heartwood/semconv';
import { readEnum } from '../json/enum.ts';
import { JsonFields } from '../json/fields.ts';
import { readId } from '../json/id.ts';
import type { JsonScanner } from '../json/scanner.ts';
import type { JsonValues } from '../json/value.ts';
import { BODY } from './log-draft.ts';
import type { WriteBody } from './log-row.ts';
import type { LogRows } from './log-rows.ts';

const TIME = 1;
const OBSERVED_TIME = 2;
const SEVERITY_NUMBER = 3;
const SEVERITY_TEXT = 4;
const LOG_BODY = 5;
const ATTRIBUTES = 6;
const DROPPED_ATTRIBUTES = 7;
const FLAGS = 8;
const TRACE_ID = 9;
const SPAN_ID = 10;
const EVENT_NAME = 11;

/** `SEVERITY_NUMBER_TRACE` is 1, `SEVERITY_NUMBER_TRACE2` 2, … `SEVERITY_NUMBER_FATAL4` 24. */
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ['SEVERITY_NUMBER_UNSPECIFIED', 0],
  ...LOG_SEVERITIES.flatMap((severity, range) =>
    ['', '2', '3', '4'].map((step, index): [string, number] => [
      `SEVERITY_NUMBER_${severity.toUpperCase()}${step}`,
      range * 4 + index + 1,
    ]),
  ),
]);

export class JsonLogs {
  readonly #fields = new JsonFields([
    'timeUnixNano',
    'observedTimeUnixNano',
    'severityNumber',
    'severityText',
    'body',
    'attributes',
    'droppedAttributesCount',
    'flags',
    'traceId',
    'spanId',
    'eventName',
  ]);
  readonly #s: JsonScanner;
  readonly #values: JsonValues;
  readonly #rows: LogRows;
  readonly #writeBody: WriteBody;
  /** Words of the id read last, as they stand on the wire. */
  readonly #id = new DataView(new ArrayBuffer(16));

  constructor(scanner: JsonScanner, values: JsonValues, rows: LogRows) {
    this.#s = scanner;
    this.#values = values;
    this.#rows = rows;
    this.#writeBody = (out, { bodyStart }) => {
      scanner.pos = bodyStart;
      values.any.write(out);
    };
  }

  /** Reads the record that comes next and ends it; `null` counts as a record without fields. */
  read(): void {
    const s = this.#s;
    const rows = this.#rows;
    const { request } = rows;
    request.source.scratchEnd = request.scratchKept;
    rows.startRecord();
    if (s.openObject()) {
      let field = this.#fields.next(s, -1);
      for (; field >= 0; field = this.#fields.next(s, field)) this.#field(field);
    }
    const { pos } = s;
    rows.endRecord(this.#writeBody);
    s.pos = pos;
  }

  #field(field: number): void {
    const s = this.#s;
    const { draft, attributes } = this.#rows;
    const id = this.#id;
    switch (field) {
      case TIME:
        s.integer(false);
        draft.timeLow = s.low;
        draft.timeHigh = s.high;
        break;
      case OBSERVED_TIME:
        s.integer(false);
        draft.observedLow = s.low;
        draft.observedHigh = s.high;
        break;
      case SEVERITY_NUMBER:
        draft.severityNumber = readEnum(s, SEVERITIES);
        break;
      case SEVERITY_TEXT:
        s.text();
        draft.severityTextStart = s.start;
        draft.severityTextLength = s.length;
        break;
      case LOG_BODY:
        this.#readBody();
        break;
      case ATTRIBUTES:
        this.#values.recordAttributes(attributes);
        break;
      case DROPPED_ATTRIBUTES:
        draft.droppedAttributes = s.uint32();
        break;
      case FLAGS:
        draft.flags = s.uint32();
        break;
      case TRACE_ID:
        draft.traceIdBytes = readId(s, id, 16, 'traceId');
        draft.trace0 = id.getInt32(0);
        draft.trace1 = id.getInt32(4);
        draft.trace2 = id.getInt32(8);
        draft.trace3 = id.getInt32(12);
        break;
      case SPAN_ID:
        draft.spanIdBytes = readId(s, id, 8, 'spanId');
        draft.span0 = id.getInt32(0);
        draft.span1 = id.getInt32(4);
        break;
      case EVENT_NAME:
        s.text();
        draft.eventNameStart = s.start;
        draft.eventNameLength = s.length;
        break;
      default:
        s.skip();
    }
  }

  /** Notes where the body lies: its text, or the value that is read when the rest of the record is known. */
  #readBody(): void {
    const s = this.#s;
    const { draft } = this.#rows;
    if (s.isNull()) {
      draft.body = BODY.NONE;
      return;
    }
    const { pos } = s;
    draft.body = this.#values.any.text() ? BODY.TEXT : BODY.VALUE;
    draft.bodyStart = draft.body === BODY.TEXT ? s.start : pos;
    draft.bodyLength = s.length;
  }
}
