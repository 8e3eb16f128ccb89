/** An ExportTraceServiceRequest in protobuf into rows (opentelemetry/proto/collector/trace/v1/trace_service.proto). */
import { readItemAttributes } from './protobuf-items.ts';
import { readSpan } from './protobuf-span.ts';
import type { TraceRows } from './trace-rows.ts';
import { WireReader } from './wire.ts';

const REQUEST_FIELDS = 1;
const RESOURCE_SPANS_FIELDS = 3;
const SCOPE_SPANS_FIELDS = 3;
const RESOURCE_FIELDS = 2;
const SCOPE_FIELDS = 4;
/** Parts the raw forms of resources and scopes in this encoding from all others. */
const RESOURCE_KIND = 1;
const SCOPE_KIND = 2;

/** Decodes the body that `rows` has begun. Throws `OTLP_MALFORMED` or `OTLP_TOO_LARGE`. */
export function decodeProtobufTraces(rows: TraceRows): void {
  const r = new WireReader();
  r.open(rows.source.view);
  const end = rows.source.bytes.length;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      const length = r.length(end);
      readResourceSpans(r, rows, r.pos + length);
    } else r.skip(tag, end, REQUEST_FIELDS);
  }
  if (r.pos !== end) r.fail('the request reaches past its end');
}

function readResourceSpans(r: WireReader, rows: TraceRows, end: number): void {
  rows.startResource();
  const raw = rows.resourceRaw;
  raw.start = r.pos;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      const length = r.length(end);
      addPart(rows, raw, r.pos, length);
      r.pos += length;
    } else if (tag === 18) {
      const length = r.length(end);
      readScopeSpans(r, rows, r.pos + length);
    } else if (tag === 26) {
      raw.schemaLength = r.length(end);
      raw.schemaStart = r.pos;
      r.pos += raw.schemaLength;
    } else r.skip(tag, end, RESOURCE_SPANS_FIELDS);
  }
  if (r.pos !== end) r.fail('resource spans reach past their end');
  rows.endResource(RESOURCE_KIND, () => writeResource(r, rows));
  r.open(rows.source.view);
  r.pos = end;
}

/** A message that comes in parts is their concatenation. */
function addPart(
  rows: TraceRows,
  raw: TraceRows['resourceRaw'],
  start: number,
  length: number,
): void {
  if (raw.length === 0) {
    raw.start = start;
    raw.length = length;
    return;
  }
  const whole = Buffer.concat([
    rows.source.slice(raw.start, raw.length),
    rows.source.slice(start, length),
  ]);
  raw.start = rows.source.keep(whole);
  raw.length = whole.length;
}

function readScopeSpans(r: WireReader, rows: TraceRows, end: number): void {
  rows.startScope();
  const raw = rows.scopeRaw;
  raw.start = r.pos;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 18) {
      const length = r.length(end);
      readSpan(r, rows, r.pos + length);
    } else if (tag === 10) {
      const length = r.length(end);
      addPart(rows, raw, r.pos, length);
      r.pos += length;
    } else if (tag === 26) {
      raw.schemaLength = r.length(end);
      raw.schemaStart = r.pos;
      r.pos += raw.schemaLength;
    } else r.skip(tag, end, SCOPE_SPANS_FIELDS);
  }
  if (r.pos !== end) r.fail('scope spans reach past their end');
  rows.endScope(SCOPE_KIND, () => writeScope(r, rows));
  r.open(rows.source.view);
  r.pos = end;
}

/** Points the reader at an envelope, which may lie in the scratch area; returns its end. */
function openEnvelope(r: WireReader, rows: TraceRows, start: number, length: number): number {
  r.open(start < 0 ? rows.source.scratchView : rows.source.view);
  r.pos = start < 0 ? ~start : start;
  return r.pos + length;
}

function writeResource(r: WireReader, rows: TraceRows): void {
  const { envelope, resourceRaw: raw } = rows;
  const end = openEnvelope(r, rows, raw.start, raw.length);
  const from = r.pos;
  let attributes = 0;
  let dropped = 0;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      const length = r.length(end);
      r.pos += length;
      attributes++;
    } else if (tag === 16) dropped = r.varint();
    else r.skip(tag, end, RESOURCE_FIELDS);
  }
  if (r.pos !== end) r.fail('a resource reaches past its end');
  const at = envelope.pos;
  dropped += readItemAttributes(r, rows, from, end, 10, attributes, envelope, 'resource');
  writeEnvelopeEnd(rows, raw, at, dropped);
}

function writeScope(r: WireReader, rows: TraceRows): void {
  const { envelope, scopeRaw: raw } = rows;
  const end = openEnvelope(r, rows, raw.start, raw.length);
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
  writeText(rows, 'name', r.view, nameStart, nameLength);
  writeText(rows, 'version', r.view, versionStart, versionLength);
  dropped += readItemAttributes(r, rows, from, end, 26, attributes, envelope);
  writeEnvelopeEnd(rows, raw, at, dropped);
}

function writeText(
  { envelope }: TraceRows,
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
  rows: TraceRows,
  raw: TraceRows['resourceRaw'],
  at: number,
  dropped: number,
): void {
  const { envelope, source } = rows;
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
