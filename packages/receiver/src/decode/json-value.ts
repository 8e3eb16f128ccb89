/** OTLP/JSON attributes to JSON text: the `KeyValue` and `AnyValue` objects of the proto3 JSON mapping. */
import { MARK } from '@heartwood/store/batch';
import { readCompact } from './json-compact.ts';
import { JsonFields } from './json-fields.ts';
import { writeBase64 } from './json-base64.ts';
import type { JsonScanner } from './json-scanner.ts';
import type { JsonText } from './json-text.ts';
import type { OpenRequest } from './open-request.ts';
import type { RecordAttributes } from './record-attributes.ts';

const KEY = 1;
const VALUE = 2;
const STRING = 1;
const BOOL = 2;
const INT = 3;
const DOUBLE = 4;
const MAP = 6;
const BYTES = 7;

/** Reads attributes and values; keeps what it learnt about the order of fields. */
export class JsonValues {
  readonly #keyValue = new JsonFields(['key', 'value']);
  readonly #anyValue = new JsonFields([
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

  /** Reads the attributes of a record. */
  recordAttributes(attributes: RecordAttributes): void {
    attributes.begin();
    this.#attributes((place) => {
      if (attributes.admit()) this.#attribute(attributes.text, attributes.places, place);
      else this.#s.skip();
    });
  }

  /** Writes the attributes of an event, link, resource or scope as a member; returns how many were too many. */
  itemAttributes(out: JsonText, mode: 'item' | 'resource'): number {
    const memberAt = out.pos;
    out.raw(',"attributes":');
    const at = out.pos;
    const dropped = this.attributeObject(out, mode);
    if (out.pos - at === 2 && dropped === 0) out.rewind(memberAt);
    return dropped;
  }

  /** Writes attributes as an object; returns how many were too many. */
  attributeObject(out: JsonText, mode: 'item' | 'resource' = 'item'): number {
    const request = this.#request;
    const before = request.known.mode;
    request.known.mode = mode;
    request.listNumber++;
    const at = out.pos;
    const { recordItems } = request.limits;
    let dropped = 0;
    this.#attributes((place) => {
      request.countAttribute();
      if (place < recordItems && !out.isFull) {
        this.#attribute(out, request.itemKeys, place);
        return;
      }
      this.#s.skip();
      dropped++;
    });
    request.known.mode = before;
    out.closeObject(at);
    if (dropped > 0) out.marks |= MARK.TRUNCATED;
    return dropped;
  }

  #attributes(read: (place: number) => void): number {
    if (!this.#s.openArray()) return 0;
    let place = 0;
    while (this.#s.next(0x5d, place === 0)) read(place++);
    return place;
  }

  /** Reads one attribute. A value that comes before its key is read again when the key is known. */
  #attribute(out: JsonText, places: Int32Array, place: number): void {
    if (readCompact(this.#s, this.#request, out, places, place)) return;
    const s = this.#s;
    let keyStart = 0;
    let keyLength = 0;
    let valueAt = -1;
    let hasKey = false;
    let isDone = false;
    if (s.openObject()) {
      let field = this.#keyValue.next(s, -1);
      for (; field >= 0; field = this.#keyValue.next(s, field)) {
        if (field === KEY && !isDone) {
          s.text();
          keyStart = s.start;
          keyLength = s.length;
          hasKey = true;
        } else if (field === VALUE && s.isNull()) {
          continue;
        } else if (field === VALUE && hasKey && !isDone) {
          this.#finish(out, places, place, keyStart, keyLength, s.pos);
          isDone = true;
        } else {
          s.peek();
          if (field === VALUE) valueAt = s.pos;
          s.skip();
        }
      }
    }
    if (isDone) return;
    const end = s.pos;
    this.#finish(out, places, place, keyStart, keyLength, valueAt);
    s.pos = end;
  }

  #finish(
    out: JsonText,
    places: Int32Array,
    place: number,
    keyStart: number,
    keyLength: number,
    valueAt: number,
  ): void {
    const s = this.#s;
    const request = this.#request;
    const { keys, source } = request;
    const view = keyStart < 0 ? source.scratchView : source.view;
    const from = keyStart < 0 ? ~keyStart : keyStart;
    let entry = (place < 64 ? places[place] : 0) as number;
    if (!keys.matches(entry, view, from, keyLength)) {
      entry = keys.find(view, from, keyLength);
      if (place < 64) places[place] = entry;
    }
    if (keys.isRepeated(entry, request.listNumber)) request.marks |= MARK.DUPLICATE_KEYS;
    const known = request.known.mode === 'item' ? 0 : (keys.known[entry] as number);
    if (valueAt < 0) {
      if (known !== 0) request.known.takeOther(known);
      out.key(keys, entry);
      out.raw('null');
      return;
    }
    s.pos = valueAt;
    if (known !== 0) {
      if (this.#takeKnown(known)) return;
      s.pos = valueAt;
    }
    out.key(keys, entry);
    this.#value(out, 0);
  }

  /** Offers a value to the columns; true when one of them takes it. */
  #takeKnown(known: number): boolean {
    const s = this.#s;
    const attributes = this.#request.known;
    if (!s.openObject()) {
      attributes.takeOther(known);
      return false;
    }
    const kind = this.#nextMember(-1);
    let number = 0;
    if (kind === STRING) s.string();
    else if (kind === INT) s.integer(true);
    else if (kind === DOUBLE) number = s.double();
    else {
      attributes.takeOther(known);
      return false;
    }
    const { start, length, low, high } = s;
    // A value with several members is not for a column: the last one wins, which only the writer sorts out.
    if (s.peek() === 0x7d) s.pos++;
    else if (this.#nextMember(kind) >= 0) {
      attributes.takeOther(known);
      return false;
    }
    if (kind === STRING) return attributes.takeText(known, start, length);
    if (kind === INT) return attributes.takeInt(known, low, high);
    return attributes.takeDouble(known, number);
  }

  /** The next member of an AnyValue that says something, -1 at the end: neither an unknown one nor null. */
  #nextMember(last: number): number {
    const s = this.#s;
    let field = this.#anyValue.next(s, last);
    while (field === 0 || (field > 0 && s.isNull())) {
      if (field === 0) s.skip();
      field = this.#anyValue.next(s, field);
    }
    return field;
  }

  /** Writes an AnyValue; the last member that is set wins, none is null. */
  #value(out: JsonText, depth: number): void {
    const s = this.#s;
    const at = out.pos;
    const { marks } = out;
    let isWritten = false;
    if (s.openObject()) {
      let field = -1;
      for (;;) {
        field = this.#anyValue.next(s, field);
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
      case STRING:
        s.string();
        if (s.start < 0) out.string(source.scratchView, ~s.start, s.length);
        else out.string(source.view, s.start, s.length);
        break;
      case BOOL:
        out.raw(s.bool() ? 'true' : 'false');
        break;
      case INT:
        s.integer(true);
        out.int(s.low, s.high);
        break;
      case DOUBLE:
        out.double(s.double());
        break;
      case BYTES:
        writeBase64(s, out);
        break;
      default:
        if (depth >= this.#request.limits.depth) {
          out.ellipsis();
          s.skip();
        } else this.#container(out, field === MAP, depth);
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
        this.#value(out, depth + 1);
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
      this.#value(out, depth + 1);
    }
    s.pos = end;
    source.scratchEnd = scratchEnd;
  }
}
