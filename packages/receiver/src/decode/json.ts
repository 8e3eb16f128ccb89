/** An ExportTraceServiceRequest in OTLP/JSON into rows: the same rows as its protobuf form gives. */
import { JsonFields } from './json-fields.ts';
import { JsonScanner } from './json-scanner.ts';
import { JsonSpans } from './json-span.ts';
import { writeEnvelopeEnd } from './protobuf.ts';
import type { TraceRows } from './trace-rows.ts';

/** Parts the raw forms of resources and scopes in this encoding from all others. */
const RESOURCE_KIND = 3;
const SCOPE_KIND = 4;

/** Decodes JSON bodies into `rows`; keeps what it learns about the order of fields from body to body. */
export class JsonTraces {
  readonly #request = new JsonFields(['resourceSpans']);
  readonly #resourceSpans = new JsonFields(['resource', 'scopeSpans', 'schemaUrl']);
  readonly #scopeSpans = new JsonFields(['scope', 'spans', 'schemaUrl']);
  readonly #resource = new JsonFields(['attributes', 'droppedAttributesCount']);
  readonly #scope = new JsonFields(['name', 'version', 'attributes', 'droppedAttributesCount']);
  readonly #s: JsonScanner;
  readonly #spans: JsonSpans;
  readonly #rows: TraceRows;

  constructor(rows: TraceRows) {
    this.#rows = rows;
    this.#s = new JsonScanner(rows.source);
    this.#spans = new JsonSpans(this.#s, rows);
  }

  /** Decodes the body that the rows have begun. Throws `OTLP_MALFORMED` or `OTLP_TOO_LARGE`. */
  decode(): void {
    const s = this.#s;
    s.open();
    if (s.openObject()) {
      let field = this.#request.next(s, -1);
      for (; field >= 0; field = this.#request.next(s, field)) {
        if (field === 1) this.#each(() => this.#readResourceSpans());
        else s.skip();
      }
    }
    s.close();
  }

  #each(read: () => void): void {
    const s = this.#s;
    if (!s.openArray()) return;
    let isFirst = true;
    while (s.next(0x5d, isFirst)) {
      isFirst = false;
      read();
    }
  }

  #readResourceSpans(): void {
    const s = this.#s;
    const rows = this.#rows;
    const raw = rows.resourceRaw;
    rows.source.scratchEnd = 0;
    rows.scratchKept = 0;
    rows.startResource();
    if (s.openObject()) {
      let field = this.#resourceSpans.next(s, -1);
      for (; field >= 0; field = this.#resourceSpans.next(s, field)) {
        if (field === 1) this.#readRaw(raw);
        else if (field === 2) this.#each(() => this.#readScopeSpans());
        else if (field === 3) this.#readSchemaUrl(raw);
        else s.skip();
      }
    }
    const end = s.pos;
    rows.endResource(RESOURCE_KIND, () => this.#writeResource());
    s.pos = end;
  }

  #readScopeSpans(): void {
    const s = this.#s;
    const rows = this.#rows;
    const raw = rows.scopeRaw;
    const { scratchKept } = rows;
    rows.startScope();
    if (s.openObject()) {
      let field = this.#scopeSpans.next(s, -1);
      for (; field >= 0; field = this.#scopeSpans.next(s, field)) {
        if (field === 1) this.#readRaw(raw);
        else if (field === 2) this.#each(() => this.#spans.read());
        else if (field === 3) this.#readSchemaUrl(raw);
        else s.skip();
      }
    }
    const end = s.pos;
    rows.endScope(SCOPE_KIND, () => this.#writeScope());
    s.pos = end;
    rows.scratchKept = scratchKept;
    rows.source.scratchEnd = scratchKept;
  }

  /** Notes where an envelope lies; it is read at the end, and only when it is not known. */
  #readRaw(raw: TraceRows['resourceRaw']): void {
    const s = this.#s;
    const isThere = s.peek() !== 0x6e;
    raw.start = s.pos;
    s.skip();
    raw.length = isThere ? s.pos - raw.start : 0;
  }

  #readSchemaUrl(raw: TraceRows['resourceRaw']): void {
    const s = this.#s;
    const rows = this.#rows;
    s.text();
    raw.schemaStart = s.start;
    raw.schemaLength = s.length;
    // What spans leave in the scratch area is overwritten by the next one; this must stay.
    rows.scratchKept = rows.source.scratchEnd;
  }

  #writeResource(): void {
    const s = this.#s;
    const { envelope, resourceRaw: raw } = this.#rows;
    const at = envelope.pos;
    let dropped = 0;
    if (raw.length > 0) {
      s.pos = raw.start;
      s.expect(0x7b);
      let field = this.#resource.next(s, -1);
      for (; field >= 0; field = this.#resource.next(s, field)) {
        if (field === 1) dropped += this.#spans.values.itemAttributes(envelope, 'resource');
        else if (field === 2) dropped += s.uint32();
        else s.skip();
      }
    }
    writeEnvelopeEnd(this.#rows, raw, at, dropped);
  }

  #writeScope(): void {
    const s = this.#s;
    const { envelope, scopeRaw: raw, source } = this.#rows;
    const at = envelope.pos;
    let dropped = 0;
    let nameStart = 0;
    let nameLength = 0;
    let versionStart = 0;
    let versionLength = 0;
    let attributesAt = -1;
    if (raw.length > 0) {
      s.pos = raw.start;
      s.expect(0x7b);
      let field = this.#scope.next(s, -1);
      for (; field >= 0; field = this.#scope.next(s, field)) {
        if (field === 1) {
          s.text();
          nameStart = s.start;
          nameLength = s.length;
        } else if (field === 2) {
          s.text();
          versionStart = s.start;
          versionLength = s.length;
        } else if (field === 4) dropped += s.uint32();
        else {
          s.peek();
          if (field === 3) attributesAt = s.pos;
          s.skip();
        }
      }
    }
    if (nameLength > 0) {
      envelope.raw(',"name":');
      if (nameStart < 0) envelope.string(source.scratchView, ~nameStart, nameLength);
      else envelope.string(source.view, nameStart, nameLength);
    }
    if (versionLength > 0) {
      envelope.raw(',"version":');
      if (versionStart < 0) envelope.string(source.scratchView, ~versionStart, versionLength);
      else envelope.string(source.view, versionStart, versionLength);
    }
    if (attributesAt >= 0) {
      s.pos = attributesAt;
      dropped += this.#spans.values.itemAttributes(envelope, 'item');
    }
    writeEnvelopeEnd(this.#rows, raw, at, dropped);
  }
}
