/** Events and links of an OTLP/JSON span to JSON text. */
import { MARK } from '@heartwood/store/batch';
import { JsonFields } from '../json/fields.ts';
import { readHex } from '../json/id.ts';
import type { JsonScanner } from '../json/scanner.ts';
import type { JsonValues } from '../json/value.ts';
import type { TraceRows } from './trace-rows.ts';

export class JsonItems {
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
  readonly #s: JsonScanner;
  readonly #rows: TraceRows;
  readonly #values: JsonValues;
  /** Trace id and span id of the link at hand. */
  readonly #id = new DataView(new ArrayBuffer(24));

  constructor(scanner: JsonScanner, rows: TraceRows, values: JsonValues) {
    this.#s = scanner;
    this.#rows = rows;
    this.#values = values;
  }

  /** Writes the events of a span. */
  events(): void {
    const s = this.#s;
    const { draft, extras, request } = this.#rows;
    const { limits } = request;
    draft.eventsAt = extras.pos;
    draft.cutEvents = 0;
    if (s.openArray()) {
      let kept = 0;
      let isFirst = true;
      while (s.next(0x5d, isFirst)) {
        isFirst = false;
        if (kept < limits.recordItems && !extras.isFull) {
          kept++;
          this.#readEvent();
        } else {
          s.skip();
          draft.cutEvents++;
          draft.marks |= MARK.TRUNCATED;
        }
      }
      if (kept > 0) extras.closeArray(draft.eventsAt);
    }
    draft.eventsEnd = extras.pos;
  }

  #readEvent(): void {
    const s = this.#s;
    const { extras, request } = this.#rows;
    const { source } = request;
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
        } else if (field === 4) dropped = s.uint32();
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

  /** Writes the links of a span. */
  links(): void {
    const s = this.#s;
    const { draft, extras, request } = this.#rows;
    const { limits } = request;
    draft.linksAt = extras.pos;
    draft.cutLinks = 0;
    if (s.openArray()) {
      let kept = 0;
      let isFirst = true;
      while (s.next(0x5d, isFirst)) {
        isFirst = false;
        if (kept >= limits.recordItems || extras.isFull) {
          s.skip();
          draft.cutLinks++;
          draft.marks |= MARK.TRUNCATED;
        } else if (this.#readLink()) kept++;
        else draft.cutLinks++;
      }
      if (kept > 0) extras.closeArray(draft.linksAt);
    }
    draft.linksEnd = extras.pos;
  }

  /** Reads a link; false when it points nowhere. */
  #readLink(): boolean {
    const s = this.#s;
    const { extras, request } = this.#rows;
    const { source } = request;
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
          hasTrace = readHex(s, id, 16, 0);
        } else if (field === 2) {
          s.text();
          hasSpan = readHex(s, id, 8, 16);
        } else if (field === 3) {
          s.text();
          stateStart = s.start;
          stateLength = s.length;
        } else if (field === 5) dropped = s.uint32();
        else if (field === 6) flags = s.uint32();
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
      tooMany = this.#values.itemAttributes(extras, 'item');
      s.pos = end;
    }
    extras.endItem(dropped + tooMany);
  }
}
