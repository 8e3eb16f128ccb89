/** OTLP/JSON attributes to JSON text: the `KeyValue` objects of the proto3 JSON mapping. */
import { MARK } from '@heartwood/store/batch';
import { ANY_VALUE, JsonAnyValues } from './any-value.ts';
import { readCompact } from './compact.ts';
import { JsonFields } from './fields.ts';
import type { JsonScanner } from './scanner.ts';
import type { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordAttributes } from '../record-attributes.ts';

const KEY = 1;
const VALUE = 2;

/** Reads attributes; keeps what it learnt about the order of fields. */
export class JsonValues {
  readonly #keyValue = new JsonFields(['key', 'value']);
  /** Reads values alone. */
  readonly any: JsonAnyValues;
  readonly #s: JsonScanner;
  readonly #request: OpenRequest;

  constructor(scanner: JsonScanner, request: OpenRequest) {
    this.any = new JsonAnyValues(scanner, request);
    this.#s = scanner;
    this.#request = request;
  }

  /** Reads the attributes of a record. */
  recordAttributes(attributes: RecordAttributes): void {
    const s = this.#s;
    attributes.begin();
    if (!s.openArray()) return;
    for (let place = 0; s.next(0x5d, place === 0); place++) {
      if (attributes.admit()) this.#attribute(attributes.text, attributes.places, place);
      else s.skip();
    }
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
    const s = this.#s;
    if (s.openArray()) {
      for (let place = 0; s.next(0x5d, place === 0); place++) {
        request.countAttribute();
        if (place < recordItems && !out.isFull) this.#attribute(out, request.itemKeys, place);
        else {
          s.skip();
          dropped++;
        }
      }
    }
    request.known.mode = before;
    out.closeObject(at);
    if (dropped > 0) out.marks |= MARK.TRUNCATED;
    return dropped;
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
    this.any.write(out);
  }

  /** Offers a value to the columns; true when one of them takes it. */
  #takeKnown(known: number): boolean {
    const s = this.#s;
    const attributes = this.#request.known;
    if (!s.openObject()) {
      attributes.takeOther(known);
      return false;
    }
    const kind = this.any.next(-1);
    let number = 0;
    if (kind === ANY_VALUE.STRING) s.string();
    else if (kind === ANY_VALUE.INT) s.integer(true);
    else if (kind === ANY_VALUE.DOUBLE) number = s.double();
    else {
      attributes.takeOther(known);
      return false;
    }
    const { start, length, low, high } = s;
    // A value with several members is not for a column: the last one wins, which only the writer sorts out.
    if (s.peek() === 0x7d) s.pos++;
    else if (this.any.next(kind) >= 0) {
      attributes.takeOther(known);
      return false;
    }
    if (kind === ANY_VALUE.STRING) return attributes.takeText(known, start, length);
    if (kind === ANY_VALUE.INT) return attributes.takeInt(known, low, high);
    return attributes.takeDouble(known, number);
  }
}
