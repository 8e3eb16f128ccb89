/** An OTLP/JSON span into the draft: the proto3 JSON mapping with hexadecimal ids. */
import { SpanKind, SpanStatusCode } from '@heartwood/semconv';
import { JsonFields } from '../json/fields.ts';
import { JsonItems } from './json-items.ts';
import { enumNames, readEnum } from '../json/enum.ts';
import { readId } from '../json/id.ts';
import type { JsonScanner } from '../json/scanner.ts';
import type { JsonValues } from '../json/value.ts';
import type { TraceRows } from './trace-rows.ts';

const TRACE_ID = 1;
const SPAN_ID = 2;
const TRACE_STATE = 3;
const PARENT_SPAN_ID = 4;
const NAME = 5;
const KIND = 6;
const START = 7;
const END = 8;
const ATTRIBUTES = 9;
const DROPPED_ATTRIBUTES = 10;
const EVENTS = 11;
const DROPPED_EVENTS = 12;
const LINKS = 13;
const DROPPED_LINKS = 14;
const STATUS = 15;
const FLAGS = 16;

const SPAN_KINDS = enumNames('SPAN_KIND_', SpanKind);
const STATUS_CODES = enumNames('STATUS_CODE_', SpanStatusCode);

export class JsonSpans {
  readonly #values: JsonValues;
  readonly #span = new JsonFields([
    'traceId',
    'spanId',
    'traceState',
    'parentSpanId',
    'name',
    'kind',
    'startTimeUnixNano',
    'endTimeUnixNano',
    'attributes',
    'droppedAttributesCount',
    'events',
    'droppedEventsCount',
    'links',
    'droppedLinksCount',
    'status',
    'flags',
  ]);
  readonly #status = new JsonFields(['message', 'code']);
  readonly #items: JsonItems;
  readonly #s: JsonScanner;
  readonly #rows: TraceRows;
  /** Words of the id read last, as they stand on the wire. */
  readonly #id = new DataView(new ArrayBuffer(32));

  constructor(scanner: JsonScanner, values: JsonValues, rows: TraceRows) {
    this.#s = scanner;
    this.#rows = rows;
    this.#values = values;
    this.#items = new JsonItems(scanner, rows, values);
  }

  /** Reads the span that comes next and ends it; `null` counts as a span without fields. */
  read(): void {
    const s = this.#s;
    const rows = this.#rows;
    rows.request.source.scratchEnd = rows.request.scratchKept;
    rows.startSpan();
    if (s.openObject()) {
      let field = this.#span.next(s, -1);
      for (; field >= 0; field = this.#span.next(s, field)) this.#field(field);
    }
    rows.endSpan();
  }

  #field(field: number): void {
    const s = this.#s;
    const { draft } = this.#rows;
    const id = this.#id;
    switch (field) {
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
      case PARENT_SPAN_ID:
        draft.parentIdBytes = readId(s, id, 8, 'parentSpanId');
        draft.parent0 = id.getInt32(0);
        draft.parent1 = id.getInt32(4);
        break;
      case TRACE_STATE:
        s.text();
        draft.traceStateStart = s.start;
        draft.traceStateLength = s.length;
        break;
      case NAME:
        s.text();
        draft.nameStart = s.start;
        draft.nameLength = s.length;
        break;
      case KIND:
        draft.kind = readEnum(s, SPAN_KINDS);
        break;
      case START:
        s.integer(false);
        draft.startLow = s.low;
        draft.startHigh = s.high;
        break;
      case END:
        s.integer(false);
        draft.endLow = s.low;
        draft.endHigh = s.high;
        break;
      case ATTRIBUTES:
        this.#values.recordAttributes(this.#rows.attributes);
        break;
      case DROPPED_ATTRIBUTES:
        draft.droppedAttributes = s.uint32();
        break;
      case EVENTS:
        this.#items.events();
        break;
      case DROPPED_EVENTS:
        draft.droppedEvents = s.uint32();
        break;
      case LINKS:
        this.#items.links();
        break;
      case DROPPED_LINKS:
        draft.droppedLinks = s.uint32();
        break;
      case STATUS:
        this.#readStatus();
        break;
      case FLAGS:
        draft.flags = s.uint32();
        break;
      default:
        s.skip();
    }
  }

  #readStatus(): void {
    const s = this.#s;
    const { draft } = this.#rows;
    if (!s.openObject()) return;
    let field = this.#status.next(s, -1);
    for (; field >= 0; field = this.#status.next(s, field)) {
      if (field === 1) {
        s.text();
        draft.messageStart = s.start;
        draft.messageLength = s.length;
      } else if (field === 2) draft.statusCode = readEnum(s, STATUS_CODES);
      else s.skip();
    }
  }
}
