/** An OTLP/JSON span into the draft: the proto3 JSON mapping with hexadecimal ids. */
import { SpanKind, SpanStatusCode } from '@heartwood/semconv';
import { MARK } from '@heartwood/store/batch';
import { JsonFields } from './json-fields.ts';
import { hexDigit, type JsonScanner } from './json-scanner.ts';
import { JsonValues } from './json-value.ts';
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
  readonly values: JsonValues;
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
  readonly #event = new JsonFields([
    'timeUnixNano',
    'name',
    'attributes',
    'droppedAttributesCount',
  ]);
  readonly #link = new JsonFields([
    'traceId',
    'spanId',
    'traceState',
    'attributes',
    'droppedAttributesCount',
    'flags',
  ]);
  readonly #status = new JsonFields(['message', 'code']);
  readonly #s: JsonScanner;
  readonly #rows: TraceRows;
  /** Words of the id read last, as they stand on the wire. */
  readonly #id = new DataView(new ArrayBuffer(32));

  constructor(scanner: JsonScanner, rows: TraceRows) {
    this.#s = scanner;
    this.#rows = rows;
    this.values = new JsonValues(scanner, rows);
  }

  /** Reads the span that comes next and ends it; `null` counts as a span without fields. */
  read(): void {
    const s = this.#s;
    const rows = this.#rows;
    rows.source.scratchEnd = rows.scratchKept;
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
        if (this.#readId(16, 'trace id', 'traceId', 0)) {
          draft.trace0 = id.getInt32(0);
          draft.trace1 = id.getInt32(4);
          draft.trace2 = id.getInt32(8);
          draft.trace3 = id.getInt32(12);
        }
        break;
      case SPAN_ID:
        if (this.#readId(8, 'span id', 'spanId', 0)) {
          draft.span0 = id.getInt32(0);
          draft.span1 = id.getInt32(4);
        }
        break;
      case PARENT_SPAN_ID:
        if (this.#readId(8, 'parent span id', 'parentSpanId', 0)) {
          draft.parent0 = id.getInt32(0);
          draft.parent1 = id.getInt32(4);
        }
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
        draft.kind = this.#enum(SPAN_KINDS);
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
        this.values.spanAttributes();
        break;
      case DROPPED_ATTRIBUTES:
        draft.droppedAttributes += this.#uint32();
        break;
      case EVENTS:
        this.#events();
        break;
      case DROPPED_EVENTS:
        draft.droppedEvents += this.#uint32();
        break;
      case LINKS:
        this.#links();
        break;
      case DROPPED_LINKS:
        draft.droppedLinks += this.#uint32();
        break;
      case STATUS:
        this.#readStatus();
        break;
      case FLAGS:
        draft.flags = this.#uint32();
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
      } else if (field === 2) draft.statusCode = this.#enum(STATUS_CODES);
      else s.skip();
    }
  }

  /**
   * Reads a hexadecimal id of `size` bytes to `at`. False for an empty one; a wrong one makes the span a problem.
   * A base64 id, which the plain proto3 mapping would give, fails the request: all ids of that sender are so.
   */
  #readId(size: number, what: string, field: string, at: number): boolean {
    const s = this.#s;
    s.text();
    if (s.length === 0) return false;
    if (this.#hex(size, at)) return true;
    const { draft, source } = this.#rows;
    const text = Buffer.from(source.slice(s.start, Math.min(s.length, 64))).toString('latin1');
    if (s.length === Math.ceil(size / 3) * 4 && /^[A-Za-z0-9+/_-]+={1,2}$/.test(text))
      s.fail(`${field} is base64, OTLP/JSON wants ${size * 2} hexadecimal digits`);
    draft.problem = `the ${what} is not ${size * 2} hexadecimal digits`;
    return false;
  }

  #hex(size: number, at: number): boolean {
    const s = this.#s;
    if (s.length !== size * 2) return false;
    const { source } = this.#rows;
    const bytes = s.start < 0 ? source.scratch : source.bytes;
    const from = s.start < 0 ? ~s.start : s.start;
    for (let i = 0; i < size; i++) {
      const high = hexDigit(bytes[from + i * 2] as number);
      const low = hexDigit(bytes[from + i * 2 + 1] as number);
      if (high < 0 || low < 0) return false;
      this.#id.setUint8(at + i, (high << 4) | low);
    }
    return true;
  }

  /** Reads an enum: a number, or the name that the proto file gives it. */
  #enum(names: ReadonlyMap<string, number>): number {
    const s = this.#s;
    if (s.peek() !== 0x22) {
      s.integer(true);
      return s.low;
    }
    const { pos } = s;
    s.string();
    const name = Buffer.from(this.#rows.source.slice(s.start, s.length)).toString('latin1');
    const number = names.get(name);
    if (number !== undefined) return number;
    s.pos = pos;
    if (!/^-?\d+$/.test(name)) s.fail('an unknown enum name');
    s.integer(true);
    return s.low;
  }

  #uint32(): number {
    this.#s.integer(false);
    if (this.#s.high !== 0) this.#s.fail('an integer does not fit 32 bits');
    return this.#s.low;
  }

  #events(): void {
    const s = this.#s;
    const { draft, extras, limits } = this.#rows;
    draft.eventsAt = extras.pos;
    if (s.openArray()) {
      let kept = 0;
      let isFirst = true;
      while (s.next(0x5d, isFirst)) {
        isFirst = false;
        if (kept++ < limits.recordItems) this.#readEvent();
        else {
          s.skip();
          draft.droppedEvents++;
          draft.marks |= MARK.TRUNCATED;
        }
      }
      if (kept > 0) extras.closeArray(draft.eventsAt);
    }
    draft.eventsEnd = extras.pos;
  }

  #readEvent(): void {
    const s = this.#s;
    const { extras, source } = this.#rows;
    const { scratchEnd } = source;
    let timeLow = 0;
    let timeHigh = 0;
    let nameStart = 0;
    let nameLength = 0;
    let attributesAt = -1;
    let dropped = 0;
    if (s.openObject()) {
      let field = this.#event.next(s, -1);
      for (; field >= 0; field = this.#event.next(s, field)) {
        if (field === 1) {
          s.integer(false);
          timeLow = s.low;
          timeHigh = s.high;
        } else if (field === 2) {
          s.text();
          nameStart = s.start;
          nameLength = s.length;
        } else if (field === 4) dropped = this.#uint32();
        else {
          s.peek();
          if (field === 3) attributesAt = s.pos;
          s.skip();
        }
      }
    }
    const view = nameStart < 0 ? source.scratchView : source.view;
    extras.startEvent(timeLow, timeHigh, view, nameStart < 0 ? ~nameStart : nameStart, nameLength);
    this.#endItem(attributesAt, dropped);
    source.scratchEnd = scratchEnd;
  }

  #links(): void {
    const s = this.#s;
    const { draft, extras, limits } = this.#rows;
    draft.linksAt = extras.pos;
    if (s.openArray()) {
      let kept = 0;
      let isFirst = true;
      while (s.next(0x5d, isFirst)) {
        isFirst = false;
        if (kept >= limits.recordItems) {
          s.skip();
          draft.droppedLinks++;
          draft.marks |= MARK.TRUNCATED;
        } else if (this.#readLink()) kept++;
        else draft.droppedLinks++;
      }
      if (kept > 0) extras.closeArray(draft.linksAt);
    }
    draft.linksEnd = extras.pos;
  }

  /** Reads a link; false when it points nowhere. */
  #readLink(): boolean {
    const s = this.#s;
    const { extras, source } = this.#rows;
    const { scratchEnd } = source;
    const id = this.#id;
    let hasTrace = false;
    let hasSpan = false;
    let stateStart = 0;
    let stateLength = 0;
    let attributesAt = -1;
    let dropped = 0;
    let flags = 0;
    if (s.openObject()) {
      let field = this.#link.next(s, -1);
      for (; field >= 0; field = this.#link.next(s, field)) {
        if (field === 1) {
          s.text();
          hasTrace = this.#hex(16, 0);
        } else if (field === 2) {
          s.text();
          hasSpan = this.#hex(8, 16);
        } else if (field === 3) {
          s.text();
          stateStart = s.start;
          stateLength = s.length;
        } else if (field === 5) dropped = this.#uint32();
        else if (field === 6) flags = this.#uint32();
        else {
          s.peek();
          if (field === 4) attributesAt = s.pos;
          s.skip();
        }
      }
    }
    if (!hasTrace || !hasSpan || id.getBigUint64(16) === 0n) return false;
    if (id.getBigUint64(0) === 0n && id.getBigUint64(8) === 0n) return false;
    extras.startLink(id, 0, id, 16);
    if (stateLength > 0) {
      extras.raw(',"traceState":');
      const view = stateStart < 0 ? source.scratchView : source.view;
      extras.string(view, stateStart < 0 ? ~stateStart : stateStart, stateLength);
    }
    if (flags !== 0) {
      extras.raw(',"flags":');
      extras.uint(flags, 0);
    }
    this.#endItem(attributesAt, dropped);
    source.scratchEnd = scratchEnd;
    return true;
  }

  /** Writes the attributes found at `attributesAt`, if any, and ends the item. */
  #endItem(attributesAt: number, dropped: number): void {
    const s = this.#s;
    const { extras } = this.#rows;
    let tooMany = 0;
    if (attributesAt >= 0) {
      const end = s.pos;
      s.pos = attributesAt;
      tooMany = this.values.itemAttributes(extras, 'item');
      s.pos = end;
    }
    extras.endItem(dropped + tooMany);
  }
}

function enumNames(
  prefix: string,
  values: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  return new Map(Object.entries(values).map(([name, number]) => [prefix + name, number]));
}
