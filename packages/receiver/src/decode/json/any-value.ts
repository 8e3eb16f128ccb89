/** OTLP/JSON values to JSON text: the `AnyValue` objects of the proto3 JSON mapping. */
import { writeBase64 } from './base64.ts';
import { JsonFields } from './fields.ts';
import type { JsonScanner } from './scanner.ts';
import type { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';

const KEY = 1;
const VALUE = 2;

/** Numbers of the members of an AnyValue. */
export const ANY_VALUE = {
  STRING: 1,
  BOOL: 2,
  INT: 3,
  DOUBLE: 4,
  ARRAY: 5,
  MAP: 6,
  BYTES: 7,
} as const;

/** Reads values; keeps what it learnt about the order of fields. */
export class JsonAnyValues {
  readonly #keyValue = new JsonFields(['key', 'value']);
  readonly #members = new JsonFields([
    'stringValue',
    'boolValue',
    'intValue',
    'doubleValue',
    'arrayValue',
    'kvlistValue',
    'bytesValue',
  ]);
  readonly #list = new JsonFields(['values']);
  readonly #s: JsonScanner;
  readonly #request: OpenRequest;

  constructor(scanner: JsonScanner, request: OpenRequest) {
    this.#s = scanner;
    this.#request = request;
  }

  /** The next member of an AnyValue that says something, -1 at the end: neither an unknown one nor null. */
  next(last: number): number {
    const s = this.#s;
    let field = this.#members.next(s, last);
    while (field === 0 || (field > 0 && s.isNull())) {
      if (field === 0) s.skip();
      field = this.#members.next(s, field);
    }
    return field;
  }

  /** Goes behind the AnyValue that comes next. True when it is a text, which the scanner has read then; else nothing is kept. */
  text(): boolean {
    const s = this.#s;
    let isText = false;
    let start = 0;
    let length = 0;
    if (s.openObject()) {
      let field = this.next(-1);
      for (; field >= 0; field = this.next(field)) {
        isText = field === ANY_VALUE.STRING;
        if (isText) {
          s.string();
          ({ start, length } = s);
        } else s.skip();
      }
    }
    s.start = start;
    s.length = length;
    return isText;
  }

  /** Writes the AnyValue that comes next; the last member that is set wins, none is null. */
  write(out: JsonText, depth = 0): void {
    const s = this.#s;
    const at = out.pos;
    const { marks } = out;
    let isWritten = false;
    if (s.openObject()) {
      let field = -1;
      for (;;) {
        field = this.#members.next(s, field);
        if (field < 0) break;
        if (field === 0) {
          s.skip();
        } else if (!s.isNull()) {
          if (isWritten) {
            out.rewind(at);
            out.marks = marks;
          }
          isWritten = true;
          this.#member(out, field, depth);
        }
      }
    }
    if (!isWritten) out.raw('null');
  }

  #member(out: JsonText, field: number, depth: number): void {
    const s = this.#s;
    const { source } = this.#request;
    const { scratchEnd } = source;
    switch (field) {
      case ANY_VALUE.STRING:
        s.string();
        if (s.start < 0) out.string(source.scratchView, ~s.start, s.length);
        else out.string(source.view, s.start, s.length);
        break;
      case ANY_VALUE.BOOL:
        out.raw(s.bool() ? 'true' : 'false');
        break;
      case ANY_VALUE.INT:
        s.integer(true);
        out.int(s.low, s.high);
        break;
      case ANY_VALUE.DOUBLE:
        out.double(s.double());
        break;
      case ANY_VALUE.BYTES:
        writeBase64(s, out);
        break;
      default:
        if (depth >= this.#request.limits.depth) {
          out.ellipsis();
          s.skip();
        } else this.#container(out, field === ANY_VALUE.MAP, depth);
    }
    source.scratchEnd = scratchEnd;
  }

  #container(out: JsonText, isMap: boolean, depth: number): void {
    const s = this.#s;
    const at = isMap ? out.openMap() : out.pos;
    if (s.openObject()) {
      let field = this.#list.next(s, -1);
      for (; field >= 0; field = this.#list.next(s, field)) {
        if (field === 0) {
          s.skip();
          continue;
        }
        out.rewind(at);
        this.#elements(out, isMap, depth, at);
      }
    }
    if (isMap) out.closeMap(at);
    else out.closeArray(at);
  }

  #elements(out: JsonText, isMap: boolean, depth: number, at: number): void {
    const s = this.#s;
    if (!s.openArray()) return;
    let isFirst = true;
    while (s.next(0x5d, isFirst)) {
      isFirst = false;
      if (out.isTooLong(at)) s.skip();
      else if (isMap) this.#mapMember(out, depth);
      else {
        out.comma();
        this.write(out, depth + 1);
      }
    }
  }

  #mapMember(out: JsonText, depth: number): void {
    const s = this.#s;
    const { source } = this.#request;
    const { scratchEnd } = source;
    let keyStart = 0;
    let keyLength = 0;
    let valueAt = -1;
    if (s.openObject()) {
      let field = -1;
      for (;;) {
        field = this.#keyValue.next(s, field);
        if (field < 0) break;
        if (field === KEY) {
          s.text();
          keyStart = s.start;
          keyLength = s.length;
        } else {
          s.peek();
          if (field === VALUE) valueAt = s.pos;
          s.skip();
        }
      }
    }
    const end = s.pos;
    if (keyStart < 0) out.member(source.scratchView, ~keyStart, keyLength);
    else out.member(source.view, keyStart, keyLength);
    if (valueAt < 0) out.raw('null');
    else {
      s.pos = valueAt;
      this.write(out, depth + 1);
    }
    s.pos = end;
    source.scratchEnd = scratchEnd;
  }
}
