/** The span of the direct engine: all of the API, and no more work than what is asked of it. */
import {
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanStatus,
  type TimeInput,
  type TraceState,
} from '@opentelemetry/api';
import { ATTR_FEATURE_EFFICIENCY } from '@heartwood/semconv';
import type { ReadableSpanLike } from '../otlp/readable-span.ts';
import type { SpanBegin, SpanEnd } from './engine.ts';
import { exceptionAttributes, EXCEPTION_EVENT } from './exception.ts';
import { hexOfWord } from './ids.ts';
import { packRun } from './pack.ts';
import { SpanContent } from './span-content.ts';
import { isTimeInput, toHrTime } from './time-input.ts';
import type { SpanHome } from './span-home.ts';

/** Bits 8 and 9 of the flags of OTLP. */
const HAS_IS_REMOTE = 0x100;
export const IS_REMOTE = 0x200;

/** A run under way, and then a finished one. */
export class LeanSpan implements Span {
  // Ids in 32-bit words: digits are made for those who ask. Set by the engine before anybody sees the span.
  trace0 = 0;
  trace1 = 0;
  trace2 = 0;
  trace3 = 0;
  span0 = 0;
  span1 = 0;
  parent0 = 0;
  parent1 = 0;
  /** Flags of OTLP: 0x100 says that it is known, and 0x200 that it is so, that the parent is in another process. */
  parentFlags = HAS_IS_REMOTE;
  hasParent = false;
  traceFlags: number = TraceFlags.SAMPLED;
  traceState: TraceState | undefined = undefined;
  readonly begin: SpanBegin;
  readonly home: SpanHome;
  #endTime: HrTime | undefined = undefined;
  #content: SpanContent | undefined = undefined;
  #context: SpanContext | undefined = undefined;

  constructor(begin: SpanBegin, home: SpanHome) {
    this.begin = begin;
    this.home = home;
  }

  spanContext(): SpanContext {
    this.#context ??= {
      traceId: this.traceId,
      spanId: hexOfWord(this.span0) + hexOfWord(this.span1),
      traceFlags: this.traceFlags,
      ...(this.traceState !== undefined && { traceState: this.traceState }),
    };
    return this.#context;
  }

  get traceId(): string {
    return (
      hexOfWord(this.trace0) +
      hexOfWord(this.trace1) +
      hexOfWord(this.trace2) +
      hexOfWord(this.trace3)
    );
  }

  isRecording(): boolean {
    return this.#endTime === undefined;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.isRecording()) this.#own().setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.isRecording()) this.#own().setAttributes(attributes);
    return this;
  }

  addEvent(name: string, second?: Attributes | TimeInput, third?: TimeInput): this {
    if (!this.isRecording()) return this;
    const time = isTimeInput(third) ? third : isTimeInput(second) ? second : undefined;
    const attributes = isTimeInput(second) ? undefined : second;
    this.#own().addEvent(name, attributes, toHrTime(time));
    return this;
  }

  addLink(link: Link): this {
    if (this.isRecording()) this.#own().addLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.isRecording()) this.#own().setStatus(status);
    return this;
  }

  updateName(name: string): this {
    if (this.isRecording()) this.#own().name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes = exceptionAttributes(exception);
    if (attributes !== undefined) this.addEvent(EXCEPTION_EVENT, attributes, time);
  }

  /** Called by code that is not ours: what the run has to say at its end is then not there. */
  end(endTime?: TimeInput): void {
    if (this.isRecording()) this.#leave(this.#own(), toHrTime(endTime));
  }

  /** The end of the run. */
  finish(end: SpanEnd): void {
    if (!this.isRecording()) return;
    const { attributes, endTime, failure } = end;
    if (this.#content === undefined && failure === undefined) {
      const packed = packRun(this, attributes, endTime);
      if (packed !== undefined) {
        this.#endTime = endTime;
        if (this.#isSampled) this.home.sink.addRun(packed);
        return;
      }
    }
    const content = this.#own();
    content.setAttributes(attributes.phrase.end);
    content.setAttributes(attributes.actor.attributes);
    content.setAttribute(ATTR_FEATURE_EFFICIENCY, attributes.efficiency);
    if (attributes.own !== undefined) content.setAttributes(attributes.own);
    if (failure !== undefined) {
      if (failure.exception !== undefined) this.recordException(failure.exception, endTime);
      content.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
    }
    this.#leave(content, endTime);
  }

  /** The finished span as an SDK would hand it over. */
  toReadable(content: SpanContent, endTime: HrTime): ReadableSpanLike {
    const { begin, home } = this;
    const context = this.spanContext();
    return {
      name: content.name,
      kind: begin.kind,
      spanContext: () => context,
      ...(this.hasParent && {
        parentSpanContext: {
          traceId: context.traceId,
          spanId: hexOfWord(this.parent0) + hexOfWord(this.parent1),
          traceFlags: context.traceFlags,
          isRemote: (this.parentFlags & IS_REMOTE) !== 0,
        },
      }),
      startTime: begin.startTime,
      endTime,
      status: content.status,
      attributes: content.attributes,
      links: content.links,
      events: content.events,
      resource: home.resource,
      instrumentationScope: home.scope,
      droppedAttributesCount: content.droppedAttributesCount,
      droppedEventsCount: content.droppedEventsCount,
      droppedLinksCount: content.droppedLinksCount,
    };
  }

  get #isSampled(): boolean {
    return (this.traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  /** Made when something is said that does not come from the run itself. */
  #own(): SpanContent {
    if (this.#content === undefined) {
      const { name, attributes, links } = this.begin;
      this.#content = new SpanContent(name, attributes, this.home.limits);
      for (const link of links ?? []) this.#content.addLink(link);
    }
    return this.#content;
  }

  #leave(content: SpanContent, endTime: HrTime): void {
    const { startTime } = this.begin;
    const isBefore =
      endTime[0] < startTime[0] || (endTime[0] === startTime[0] && endTime[1] < startTime[1]);
    this.#endTime = isBefore ? startTime : endTime;
    if (this.#isSampled) this.home.sink.onEnd(this.toReadable(content, this.#endTime));
  }
}
