/** References from a resource to entities: which of its attributes say what it is (`EntityRef` in common.proto), to JSON text. */
import { JsonFields } from './json/fields.ts';
import type { JsonScanner } from './json/scanner.ts';
import type { JsonText } from './text/json-text.ts';
import type { OpenRequest } from './open-request.ts';
import type { WireReader } from './protobuf/wire.ts';

const ENTITY_REF_FIELDS = 4;
/** Members by the numbers of their fields; the last two are lists of attribute keys. */
const MEMBERS = ['', 'schemaUrl', 'type', 'idKeys', 'descriptionKeys'] as const;
const FIRST_LIST = 3;

/** Writes `,"entityRefs":[…]` of the fields `tag` in `[from, end)`; nothing when there are none. */
export function readEntityRefs(
  r: WireReader,
  request: OpenRequest,
  out: JsonText,
  from: number,
  end: number,
  tag: number,
): void {
  const memberAt = out.pos;
  out.raw(',"entityRefs":');
  const at = out.pos;
  r.pos = from;
  while (r.pos < end) {
    const found = r.varint();
    if (found !== tag) {
      r.skip(found, end, 0);
      continue;
    }
    const length = r.length(end);
    const refEnd = r.pos + length;
    request.countAttribute();
    if (!out.isFull) readEntityRef(r, request, out, refEnd);
    r.pos = refEnd;
  }
  if (out.pos === at) out.rewind(memberAt);
  else out.closeArray(at);
}

function readEntityRef(r: WireReader, request: OpenRequest, out: JsonText, end: number): void {
  const from = r.pos;
  out.comma();
  const at = out.pos;
  for (let field = 1; field < MEMBERS.length; field++) {
    const memberAt = out.pos;
    out.raw(`,"${MEMBERS[field]}":`);
    const listAt = out.pos;
    r.pos = from;
    while (r.pos < end) {
      const tag = r.varint();
      if (tag >>> 3 !== field || (tag & 7) !== 2) {
        // A wrong wire type is noticed in the round of its own field.
        r.skip(tag, end, tag >>> 3 === field ? ENTITY_REF_FIELDS : 0);
        continue;
      }
      const length = r.length(end);
      if (field >= FIRST_LIST) {
        request.countAttribute();
        if (!out.isFull) {
          out.comma();
          out.string(r.view, r.pos, length);
        }
      } else {
        out.rewind(listAt);
        if (length > 0) out.string(r.view, r.pos, length);
      }
      r.pos += length;
    }
    if (r.pos !== end) r.fail('an entity reference reaches past its end');
    if (out.pos === listAt) out.rewind(memberAt);
    else if (field >= FIRST_LIST) out.closeArray(listAt);
  }
  out.closeObject(at);
}

/** The same for OTLP/JSON. */
export class JsonEntityRefs {
  readonly #fields = new JsonFields(MEMBERS.slice(1));
  readonly #s: JsonScanner;
  readonly #request: OpenRequest;

  constructor(scanner: JsonScanner, request: OpenRequest) {
    this.#s = scanner;
    this.#request = request;
  }

  /** Writes `,"entityRefs":[…]` of the list that comes next; nothing when it is empty. */
  read(out: JsonText): void {
    const s = this.#s;
    const memberAt = out.pos;
    out.raw(',"entityRefs":');
    const at = out.pos;
    if (s.openArray()) {
      for (let isFirst = true; s.next(0x5d, isFirst); isFirst = false) {
        this.#request.countAttribute();
        if (out.isFull) s.skip();
        else this.#readRef(out);
      }
    }
    if (out.pos === at) out.rewind(memberAt);
    else out.closeArray(at);
  }

  /** Members are written in the order of their fields, as protobuf has them, so they are looked for one by one. */
  #readRef(out: JsonText): void {
    const s = this.#s;
    out.comma();
    const at = out.pos;
    s.peek();
    const start = s.pos;
    for (let wanted = 1; wanted < MEMBERS.length; wanted++) {
      s.pos = start;
      if (!s.openObject()) continue;
      const memberAt = out.pos;
      let field = this.#fields.next(s, -1);
      for (; field >= 0; field = this.#fields.next(s, field)) {
        if (field !== wanted) {
          s.skip();
          continue;
        }
        out.rewind(memberAt);
        out.raw(`,"${MEMBERS[wanted]}":`);
        const isThere = wanted < FIRST_LIST ? this.#readText(out) : this.#readKeys(out);
        if (!isThere) out.rewind(memberAt);
      }
    }
    out.closeObject(at);
  }

  #readKeys(out: JsonText): boolean {
    const s = this.#s;
    const at = out.pos;
    if (!s.openArray()) return false;
    for (let isFirst = true; s.next(0x5d, isFirst); isFirst = false) {
      this.#request.countAttribute();
      if (out.isFull) {
        s.skip();
        continue;
      }
      out.comma();
      if (!this.#readText(out)) out.raw('""');
    }
    if (out.pos === at) return false;
    out.closeArray(at);
    return true;
  }

  /** Writes the text that comes next; false for none. */
  #readText(out: JsonText): boolean {
    const s = this.#s;
    const { source } = s;
    const { scratchEnd } = source;
    s.text();
    if (s.length === 0) return false;
    if (s.start < 0) out.string(source.scratchView, ~s.start, s.length);
    else out.string(source.view, s.start, s.length);
    source.scratchEnd = scratchEnd;
    return true;
  }
}
