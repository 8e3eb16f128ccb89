/** What a span holds besides its identity, kept within the limits as the SDKs do. */
import {
  SpanStatusCode,
  type AttributeValue,
  type Attributes,
  type HrTime,
  type Link,
  type SpanStatus,
} from '@opentelemetry/api';
import type { TimedEventLike } from '../otlp/readable-span.ts';
import type { SpanLimits } from './limits.ts';

/** Name, attributes, events, links and status of a span. */
export class SpanContent {
  name: string;
  readonly attributes: Attributes = {};
  readonly events: TimedEventLike[] = [];
  readonly links: Link[] = [];
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  readonly #limits: SpanLimits;
  #attributeCount = 0;

  constructor(name: string, begin: Attributes, limits: SpanLimits) {
    this.name = name;
    this.#limits = limits;
    this.setAttributes(begin);
  }

  setAttribute(key: string, value: unknown): void {
    if (value === null || value === undefined || key === '' || !isAttributeValue(value)) return;
    if (!Object.hasOwn(this.attributes, key)) {
      if (this.#attributeCount >= this.#limits.attributes) {
        this.droppedAttributesCount += 1;
        return;
      }
      this.#attributeCount += 1;
    }
    this.attributes[key] = fitting(value, this.#limits.valueLength);
  }

  setAttributes(attributes: Attributes): void {
    for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key]);
  }

  addEvent(name: string, attributes: Attributes | undefined, time: HrTime): void {
    const { events, attributesOfEvent, valueLength } = this.#limits;
    // The newest stay: the end of a story tells more than its beginning.
    if (this.events.length >= events) {
      this.droppedEventsCount += 1;
      if (this.events.shift() === undefined) return;
    }
    this.events.push({ name, time, ...within(attributes, attributesOfEvent, valueLength) });
  }

  addLink({ context, attributes }: Link): void {
    const { links, attributesOfLink, valueLength } = this.#limits;
    if (this.links.length >= links) {
      this.droppedLinksCount += 1;
      if (this.links.shift() === undefined) return;
    }
    this.links.push({ context, ...within(attributes, attributesOfLink, valueLength) });
  }

  /** OK is final, and UNSET never replaces anything, as the specification has it. Only an error has a message. */
  setStatus({ code, message }: SpanStatus): void {
    if (code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return;
    this.status =
      code === SpanStatusCode.ERROR && typeof message === 'string' ? { code, message } : { code };
  }
}

/** A value that OTLP has a form for: text, number, boolean, or a list of one of them. */
function isAttributeValue(value: unknown): value is AttributeValue {
  if (!Array.isArray(value)) return isPrimitive(value);
  const first: unknown = value.find((item) => item !== null && item !== undefined);
  return (
    first === undefined ||
    (isPrimitive(first) &&
      value.every((item) => item === null || item === undefined || typeof item === typeof first))
  );
}

/** The value with texts cut to so many characters. */
export function fitting(value: AttributeValue, most: number): AttributeValue {
  if (typeof value === 'string') return value.length <= most ? value : value.slice(0, most);
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) =>
    typeof item === 'string' ? item.slice(0, most) : item,
  ) as AttributeValue;
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function within(
  attributes: Attributes | undefined,
  most: number,
  valueLength: number,
): { attributes: Attributes; droppedAttributesCount: number } {
  const kept: Attributes = {};
  let left = most;
  let dropped = 0;
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key === '' || value === undefined || !isAttributeValue(value)) continue;
    if (left > 0) kept[key] = fitting(value, valueLength);
    else dropped += 1;
    left -= 1;
  }
  return { attributes: kept, droppedAttributesCount: dropped };
}
