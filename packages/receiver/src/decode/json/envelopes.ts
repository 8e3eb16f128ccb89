/** An export request in OTLP/JSON: resources, their scopes and those records; the same rows as its protobuf form gives. */
import { JsonEntityRefs } from '../entity-refs.ts';
import { JsonFields } from './fields.ts';
import type { JsonScanner } from './scanner.ts';
import type { JsonValues } from './value.ts';
import type { RawEnvelope } from '../envelopes.ts';
import type { OpenRequest } from '../open-request.ts';
import { writeEnvelopeEnd } from '../protobuf/envelopes.ts';

/** Parts the raw forms of resources and scopes in this encoding from all others. */
const RESOURCE_KIND = 3;
const SCOPE_KIND = 4;

/** What a signal calls its levels: the list of the request, the list of a resource, the list of a scope. */
export type LevelNames = readonly [request: string, resource: string, scope: string];

/** Decodes JSON bodies; keeps what it learns about the order of fields from body to body. */
export class JsonEnvelopes {
  readonly #requestFields: JsonFields;
  readonly #resourceFields: JsonFields;
  readonly #scopeFields: JsonFields;
  readonly #resource = new JsonFields(['attributes', 'droppedAttributesCount', 'entityRefs']);
  readonly #entityRefs: JsonEntityRefs;
  readonly #scope = new JsonFields(['name', 'version', 'attributes', 'droppedAttributesCount']);
  readonly #s: JsonScanner;
  readonly #values: JsonValues;
  readonly #request: OpenRequest;
  readonly #readRecord: () => void;

  /** @param readRecord reads the record that comes next */
  constructor(
    scanner: JsonScanner,
    values: JsonValues,
    request: OpenRequest,
    [ofRequest, ofResource, ofScope]: LevelNames,
    readRecord: () => void,
  ) {
    this.#s = scanner;
    this.#values = values;
    this.#request = request;
    this.#readRecord = readRecord;
    this.#entityRefs = new JsonEntityRefs(scanner, request);
    this.#requestFields = new JsonFields([ofRequest]);
    this.#resourceFields = new JsonFields(['resource', ofResource, 'schemaUrl']);
    this.#scopeFields = new JsonFields(['scope', ofScope, 'schemaUrl']);
  }

  /** Decodes the body of the request that is open. Throws `OTLP_MALFORMED` or `OTLP_TOO_LARGE`. */
  decode(): void {
    const s = this.#s;
    s.open();
    try {
      this.#readRequest();
      s.close();
    } finally {
      s.forget();
    }
  }

  #readRequest(): void {
    const s = this.#s;
    if (!s.openObject()) return;
    let field = this.#requestFields.next(s, -1);
    for (; field >= 0; field = this.#requestFields.next(s, field)) {
      if (field === 1) this.#each(() => this.#readResource());
      else s.skip();
    }
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

  #readResource(): void {
    const s = this.#s;
    const request = this.#request;
    const raw = request.envelopes.resourceRaw;
    request.source.scratchEnd = 0;
    request.scratchKept = 0;
    request.envelopes.startResource();
    if (s.openObject()) {
      let field = this.#resourceFields.next(s, -1);
      for (; field >= 0; field = this.#resourceFields.next(s, field)) {
        if (field === 1) this.#readRaw(raw);
        else if (field === 2) this.#each(() => this.#readScope());
        else if (field === 3) this.#readSchemaUrl(raw);
        else s.skip();
      }
    }
    const end = s.pos;
    request.envelopes.endResource(RESOURCE_KIND, () => this.#writeResource());
    s.pos = end;
  }

  #readScope(): void {
    const s = this.#s;
    const request = this.#request;
    const raw = request.envelopes.scopeRaw;
    const { scratchKept } = request;
    request.envelopes.startScope();
    if (s.openObject()) {
      let field = this.#scopeFields.next(s, -1);
      for (; field >= 0; field = this.#scopeFields.next(s, field)) {
        if (field === 1) this.#readRaw(raw);
        else if (field === 2) this.#each(this.#readRecord);
        else if (field === 3) this.#readSchemaUrl(raw);
        else s.skip();
      }
    }
    const end = s.pos;
    request.envelopes.endScope(SCOPE_KIND, () => this.#writeScope());
    s.pos = end;
    request.scratchKept = scratchKept;
    request.source.scratchEnd = scratchKept;
  }

  /** Notes where an envelope lies; it is read at the end, and only when it is not known. */
  #readRaw(raw: RawEnvelope): void {
    const s = this.#s;
    const isThere = s.peek() !== 0x6e;
    raw.start = s.pos;
    s.skip();
    raw.length = isThere ? s.pos - raw.start : 0;
  }

  #readSchemaUrl(raw: RawEnvelope): void {
    const s = this.#s;
    const request = this.#request;
    s.text();
    raw.schemaStart = s.start;
    raw.schemaLength = s.length;
    // What spans leave in the scratch area is overwritten by the next one; this must stay.
    request.scratchKept = request.source.scratchEnd;
  }

  #writeResource(): void {
    const s = this.#s;
    const { text: envelope, resourceRaw: raw } = this.#request.envelopes;
    const at = envelope.pos;
    let dropped = 0;
    let entityRefsAt = -1;
    if (raw.length > 0) {
      s.pos = raw.start;
      s.expect(0x7b);
      let field = this.#resource.next(s, -1);
      for (; field >= 0; field = this.#resource.next(s, field)) {
        if (field === 1) dropped += this.#values.itemAttributes(envelope, 'resource');
        else if (field === 2) dropped += s.uint32();
        else {
          s.peek();
          if (field === 3) entityRefsAt = s.pos;
          s.skip();
        }
      }
    }
    if (entityRefsAt >= 0) {
      s.pos = entityRefsAt;
      this.#entityRefs.read(envelope);
    }
    writeEnvelopeEnd(this.#request, raw, at, dropped);
  }

  #writeScope(): void {
    const s = this.#s;
    const { source, envelopes } = this.#request;
    const { text: envelope, scopeRaw: raw } = envelopes;
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
      dropped += this.#values.itemAttributes(envelope, 'item');
    }
    writeEnvelopeEnd(this.#request, raw, at, dropped);
  }
}
