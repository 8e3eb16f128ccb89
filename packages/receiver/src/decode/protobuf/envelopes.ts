/**
 * An export request in protobuf: resources, their scopes and those records. The messages of all signals have the same
 * fields on these levels (opentelemetry/proto/collector/<signal>/v1/<signal>_service.proto).
 */
import { readEntityRefs } from '../entity-refs.ts';
import type { RawEnvelope } from '../envelopes.ts';
import type { OpenRequest } from '../open-request.ts';
import { readItemAttributes } from './item-attributes.ts';
import { WireReader } from './wire.ts';

/** Reads the record in `[r.pos, end)`. */
export type ReadRecord = (r: WireReader, end: number) => void;

const REQUEST_FIELDS = 1;
const RESOURCE_RECORDS_FIELDS = 3;
const SCOPE_RECORDS_FIELDS = 3;
const RESOURCE_FIELDS = 3;
const ENTITY_REFS_TAG = 26;
const SCOPE_FIELDS = 4;
/** Parts the raw forms of resources and scopes in this encoding from all others. */
const RESOURCE_KIND = 1;
const SCOPE_KIND = 2;

/** Decodes the body of the request that is open. Throws `OTLP_MALFORMED` or `OTLP_TOO_LARGE`. */
export function decodeProtobuf(request: OpenRequest, readRecord: ReadRecord): void {
  const r = new WireReader();
  r.open(request.source.view);
  const end = request.source.bytes.length;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      const length = r.length(end);
      readResource(r, request, r.pos + length, readRecord);
    } else r.skip(tag, end, REQUEST_FIELDS);
  }
  if (r.pos !== end) r.fail('the request reaches past its end');
}

function readResource(
  r: WireReader,
  request: OpenRequest,
  end: number,
  readRecord: ReadRecord,
): void {
  request.envelopes.startResource();
  const raw = request.envelopes.resourceRaw;
  raw.start = r.pos;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      const length = r.length(end);
      addPart(request, raw, r.pos, length);
      r.pos += length;
    } else if (tag === 18) {
      const length = r.length(end);
      readScope(r, request, r.pos + length, readRecord);
    } else if (tag === 26) {
      raw.schemaLength = r.length(end);
      raw.schemaStart = r.pos;
      r.pos += raw.schemaLength;
    } else r.skip(tag, end, RESOURCE_RECORDS_FIELDS);
  }
  if (r.pos !== end) r.fail('the records of a resource reach past their end');
  request.envelopes.endResource(RESOURCE_KIND, () => writeResource(r, request));
  r.open(request.source.view);
  r.pos = end;
}

/** A message that comes in parts is their concatenation. */
function addPart(request: OpenRequest, raw: RawEnvelope, start: number, length: number): void {
  if (raw.length === 0) {
    raw.start = start;
    raw.length = length;
    return;
  }
  const whole = Buffer.concat([
    request.source.slice(raw.start, raw.length),
    request.source.slice(start, length),
  ]);
  raw.start = request.source.keep(whole);
  raw.length = whole.length;
}

function readScope(r: WireReader, request: OpenRequest, end: number, readRecord: ReadRecord): void {
  request.envelopes.startScope();
  const raw = request.envelopes.scopeRaw;
  raw.start = r.pos;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 18) {
      const length = r.length(end);
      readRecord(r, r.pos + length);
    } else if (tag === 10) {
      const length = r.length(end);
      addPart(request, raw, r.pos, length);
      r.pos += length;
    } else if (tag === 26) {
      raw.schemaLength = r.length(end);
      raw.schemaStart = r.pos;
      r.pos += raw.schemaLength;
    } else r.skip(tag, end, SCOPE_RECORDS_FIELDS);
  }
  if (r.pos !== end) r.fail('the records of a scope reach past their end');
  request.envelopes.endScope(SCOPE_KIND, () => writeScope(r, request));
  r.open(request.source.view);
  r.pos = end;
}

/** Points the reader at an envelope, which may lie in the scratch area; returns its end. */
function openEnvelope(r: WireReader, request: OpenRequest, start: number, length: number): number {
  r.open(start < 0 ? request.source.scratchView : request.source.view);
  r.pos = start < 0 ? ~start : start;
  return r.pos + length;
}

function writeResource(r: WireReader, request: OpenRequest): void {
  const { text: envelope, resourceRaw: raw } = request.envelopes;
  const end = openEnvelope(r, request, raw.start, raw.length);
  const from = r.pos;
  let attributes = 0;
  let entities = 0;
  let dropped = 0;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10 || tag === ENTITY_REFS_TAG) {
      const length = r.length(end);
      r.pos += length;
      if (tag === 10) attributes++;
      else entities++;
    } else if (tag === 16) dropped = r.varint();
    else r.skip(tag, end, RESOURCE_FIELDS);
  }
  if (r.pos !== end) r.fail('a resource reaches past its end');
  const at = envelope.pos;
  dropped += readItemAttributes(r, request, envelope, from, end, 10, attributes, 'resource');
  if (entities > 0) readEntityRefs(r, request, envelope, from, end, ENTITY_REFS_TAG);
  writeEnvelopeEnd(request, raw, at, dropped);
}

function writeScope(r: WireReader, request: OpenRequest): void {
  const { text: envelope, scopeRaw: raw } = request.envelopes;
  const end = openEnvelope(r, request, raw.start, raw.length);
  const from = r.pos;
  let nameStart = from;
  let nameLength = 0;
  let versionStart = from;
  let versionLength = 0;
  let attributes = 0;
  let dropped = 0;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      nameLength = r.length(end);
      nameStart = r.pos;
      r.pos += nameLength;
    } else if (tag === 18) {
      versionLength = r.length(end);
      versionStart = r.pos;
      r.pos += versionLength;
    } else if (tag === 26) {
      const length = r.length(end);
      r.pos += length;
      attributes++;
    } else if (tag === 32) dropped = r.varint();
    else r.skip(tag, end, SCOPE_FIELDS);
  }
  if (r.pos !== end) r.fail('a scope reaches past its end');
  const at = envelope.pos;
  writeText(request, 'name', r.view, nameStart, nameLength);
  writeText(request, 'version', r.view, versionStart, versionLength);
  dropped += readItemAttributes(r, request, envelope, from, end, 26, attributes);
  writeEnvelopeEnd(request, raw, at, dropped);
}

function writeText(
  { envelopes: { text: envelope } }: OpenRequest,
  name: string,
  view: DataView,
  start: number,
  length: number,
): void {
  if (length === 0) return;
  envelope.raw(`,"${name}":`);
  envelope.string(view, start, length);
}

/** Adds what resources and scopes have in common and turns the members since `at` into an object. */
export function writeEnvelopeEnd(
  request: OpenRequest,
  raw: RawEnvelope,
  at: number,
  dropped: number,
): void {
  const { source } = request;
  const { text: envelope } = request.envelopes;
  if (dropped !== 0) {
    envelope.raw(',"droppedAttributes":');
    envelope.uint(dropped, 0);
  }
  if (raw.schemaLength > 0) {
    envelope.raw(',"schemaUrl":');
    if (raw.schemaStart < 0)
      envelope.string(source.scratchView, ~raw.schemaStart, raw.schemaLength);
    else envelope.string(source.view, raw.schemaStart, raw.schemaLength);
  }
  envelope.closeObject(at);
}
