/** A finished span as OTLP bytes (opentelemetry/proto/trace/v1/trace.proto), ready to be put into a request. */
import {
  SpanStatusCode,
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import { ATTR_FEATURE_TRUNCATED } from '@heartwood/semconv';
import { redactArguments } from '../privacy/command-line.ts';
import { currentConfig } from '../settings/config.ts';
import { writeAttributes, writeKeyValue, type Shortening } from './attributes.ts';
import { FIXED32, FIXED64, LENGTH, VARINT, type BytesWriter } from './bytes.ts';
import type { ReadableSpanLike, ResourceLike, ScopeLike, TimedEventLike } from './readable-span.ts';

/** Field `spans` of ScopeSpans: each span in a queue begins with its tag, so that a request is made by joining. */
const SCOPE_SPANS_SPANS = 2;

/**
 * Writes a span as an entry of ScopeSpans, tag and length included. With `shortened` long texts, lists, events and
 * links are cut, counted as dropped where OTLP has a counter, and the span is marked `feature.truncated`.
 */
export function writeSpan(out: BytesWriter, span: ReadableSpanLike, shortened = false): void {
  const limits = shortened ? SHORTENED : undefined;
  const self = span.spanContext();
  const events = span.events.slice(0, limits?.events);
  const links = span.links.slice(0, limits?.links);
  const attributeCount = Object.keys(span.attributes).length;
  out.tag(SCOPE_SPANS_SPANS, LENGTH);
  const start = out.open();
  writeIds(out, self);
  if (span.parentSpanContext?.spanId) {
    out.tag(4, LENGTH);
    out.hex(span.parentSpanContext.spanId);
  }
  out.tag(5, LENGTH);
  out.string(cut(span.name, limits));
  out.tag(6, VARINT);
  // OTLP keeps 0 for "unspecified", the API begins at 0 with "internal".
  out.varint(span.kind + 1);
  writeTime(out, 7, span.startTime);
  writeTime(out, 8, span.endTime);
  writeAttributes(out, 9, span.attributes, limits);
  if (limits !== undefined) writeKeyValue(out, 9, ATTR_FEATURE_TRUNCATED, true);
  writeCount(
    out,
    10,
    span.droppedAttributesCount + Math.max(0, attributeCount - (limits?.attributes ?? Infinity)),
  );
  for (const event of events) writeEvent(out, event, limits);
  writeCount(out, 12, span.droppedEventsCount + span.events.length - events.length);
  for (const link of links) writeLink(out, link, limits);
  writeCount(out, 14, span.droppedLinksCount + span.links.length - links.length);
  writeStatus(out, span, limits);
  writeFlags(out, 16, self.traceFlags, span.parentSpanContext?.isRemote);
  out.close(start);
}

/** Writes field `resource` of ResourceSpans. */
export function writeResource(out: BytesWriter, resource: ResourceLike): void {
  out.tag(1, LENGTH);
  const start = out.open();
  writeAttributes(out, 1, leaving(resource.attributes));
  out.close(start);
}

/** The attributes, which are those of the app's detectors. A list among them is the command line. */
function leaving(attributes: Attributes): Attributes {
  const left = { ...attributes };
  for (const [key, value] of Object.entries(attributes)) {
    if (!Array.isArray(value)) continue;
    const texts = value.filter((item) => typeof item === 'string');
    if (texts.length === value.length) left[key] = redactArguments(texts, currentConfig());
  }
  return left;
}

/** Writes field `scope` of ScopeSpans. */
export function writeScope(out: BytesWriter, scope: ScopeLike): void {
  out.tag(1, LENGTH);
  const start = out.open();
  out.tag(1, LENGTH);
  out.string(toText(scope.name));
  if (scope.version) {
    out.tag(2, LENGTH);
    out.string(toText(scope.version));
  }
  if (scope.attributes) writeAttributes(out, 3, scope.attributes);
  writeCount(out, 4, scope.droppedAttributesCount ?? 0);
  out.close(start);
}

/** Writes field `schema_url` of ResourceSpans and ScopeSpans, and of their likes for logs and metrics. */
export function writeSchemaUrl(out: BytesWriter, url: string | undefined): void {
  if (!url) return;
  out.tag(3, LENGTH);
  out.string(toText(url));
}

/** Apps without types hand over anything: `getTracer(process.env.npm_package_name)` is undefined outside npm. */
function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

// A span this large is a mistake in the app; its beginning tells enough to find it.
const SHORTENED: Shortening & { readonly events: number; readonly links: number } = {
  textChars: 256,
  attributes: 64,
  listItems: 16,
  events: 16,
  links: 16,
};

// Bits 8 and 9 of the flags say whether it is known, and true, that the parent is in another process.
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

function writeIds(out: BytesWriter, { traceId, spanId, traceState }: SpanContext): void {
  out.tag(1, LENGTH);
  out.hex(traceId);
  out.tag(2, LENGTH);
  out.hex(spanId);
  const state = traceState?.serialize();
  if (state) {
    out.tag(3, LENGTH);
    out.string(state);
  }
}

function writeEvent(out: BytesWriter, event: TimedEventLike, limits?: Shortening): void {
  out.tag(11, LENGTH);
  const start = out.open();
  writeTime(out, 1, event.time);
  out.tag(2, LENGTH);
  out.string(toText(event.name));
  if (event.attributes !== undefined) writeAttributes(out, 3, event.attributes, limits);
  writeCount(out, 4, event.droppedAttributesCount ?? 0);
  out.close(start);
}

function writeLink(out: BytesWriter, link: Link, limits?: Shortening): void {
  out.tag(13, LENGTH);
  const start = out.open();
  writeIds(out, link.context);
  if (link.attributes !== undefined) writeAttributes(out, 4, link.attributes, limits);
  writeCount(out, 5, link.droppedAttributesCount ?? 0);
  writeFlags(out, 6, link.context.traceFlags, link.context.isRemote);
  out.close(start);
}

function writeStatus(out: BytesWriter, { status }: ReadableSpanLike, limits?: Shortening): void {
  if (status.code === SpanStatusCode.UNSET && !status.message) return;
  out.tag(15, LENGTH);
  const start = out.open();
  if (status.message) {
    out.tag(2, LENGTH);
    out.string(cut(status.message, limits));
  }
  writeCount(out, 3, status.code);
  out.close(start);
}

function writeFlags(
  out: BytesWriter,
  field: number,
  traceFlags: number,
  isRemote: boolean | undefined,
): void {
  out.tag(field, FIXED32);
  out.fixed32((traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0));
}

function cut(text: string, limits: Shortening | undefined): string {
  return limits === undefined ? toText(text) : toText(text).slice(0, limits.textChars);
}

function writeCount(out: BytesWriter, field: number, count: number): void {
  if (count <= 0) return;
  out.tag(field, VARINT);
  out.varint(count);
}

/** Nanoseconds since 1970 as fixed64. Seconds times 10^9 pass 2^53, so the product is made of two exact halves. */
export function writeTime(out: BytesWriter, field: number, [seconds, nanoseconds]: HrTime): void {
  const upper = Math.floor(seconds / 0x10000) * 1e9;
  const lower = (seconds % 0x10000) * 1e9 + nanoseconds;
  const low = (upper % 0x10000) * 0x10000 + lower;
  out.tag(field, FIXED64);
  out.fixed64(low % 0x1_0000_0000, Math.floor(upper / 0x10000) + Math.floor(low / 0x1_0000_0000));
}
