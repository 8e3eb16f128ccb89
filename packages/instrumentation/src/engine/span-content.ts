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
import { copyAnyValue } from './any-value.ts';
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
    for (const key of Object.keys(begin)) {
      const value: unknown = begin[key];
      const isTaken = this.#take(key, value);
      // The SDKs 3.x count what they cannot take when it is there from the beginning, and only then.
      if (!isTaken && value !== undefined && limits.anyValues) this.droppedAttributesCount += 1;
    }
  }

  setAttribute(key: string, value: unknown): void {
    this.#take(key, value);
  }

  setAttributes(attributes: Attributes): void {
    for (const key of Object.keys(attributes)) this.#take(key, attributes[key]);
  }

  addEvent(name: string, attributes: Attributes | undefined, time: HrTime): void {
    const { events, attributesOfEvent } = this.#limits;
    // The newest stay: the end of a story tells more than its beginning.
    if (this.events.length >= events) {
      this.droppedEventsCount += 1;
      if (this.events.shift() === undefined) return;
    }
    // Values of any kind are for spans alone: https://github.com/open-telemetry/oteps/pull/4485
    this.events.push({ name, time, ...this.#within(attributes, attributesOfEvent, false) });
  }

  addLink({ context, attributes }: Link): void {
    const { links, attributesOfLink, anyValues } = this.#limits;
    if (this.links.length >= links) {
      this.droppedLinksCount += 1;
      if (this.links.shift() === undefined) return;
    }
    this.links.push({ context, ...this.#within(attributes, attributesOfLink, anyValues) });
  }

  /** OK is final, and UNSET never replaces anything, as the specification has it. Only an error has a message. */
  setStatus({ code, message }: SpanStatus): void {
    if (code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return;
    this.status =
      code === SpanStatusCode.ERROR && typeof message === 'string' ? { code, message } : { code };
  }

  /** False when it is none that a span may have; what only finds no room is counted. */
  #take(key: string, value: unknown): boolean {
    const { attributes: most, valueLength, anyValues } = this.#limits;
    if (key === '' || value === undefined || (value === null && !anyValues)) return false;
    const fit = anyValues ? copyAnyValue(value, valueLength) : copySimple(value, valueLength);
    if (!Object.hasOwn(this.attributes, key)) {
      const isFull = this.#attributeCount >= most;
      // The SDKs 3.x look for room first, the 2.x at the value.
      if (isFull && (anyValues || fit !== undefined)) {
        this.droppedAttributesCount += 1;
        return true;
      }
      if (fit !== undefined) this.#attributeCount += 1;
    }
    if (fit === undefined) return false;
    this.attributes[key] = fit as AttributeValue;
    return true;
  }

  /** Attributes of an event or a link. */
  #within(
    attributes: Attributes | undefined,
    most: number,
    anyValues: boolean,
  ): { attributes: Attributes; droppedAttributesCount: number } {
    const { valueLength } = this.#limits;
    const kept: Attributes = {};
    let left = most;
    let dropped = 0;
    for (const [key, value] of Object.entries(attributes ?? {}) as [string, unknown][]) {
      // The SDKs 2.x copy it into a plain object, where it is no key: it is neither written nor counted.
      if (key === '__proto__' && !this.#limits.anyValues) continue;
      const fit = anyValues ? copyAnyValue(value, valueLength) : copySimple(value, valueLength);
      // The SDKs 2.x write an attribute without a value here, the 3.x count it.
      const isEmpty = (value === null || value === undefined) && !this.#limits.anyValues;
      if (key === '' || (fit === undefined && !isEmpty)) {
        if (this.#limits.anyValues && value !== undefined) dropped += 1;
      } else if (left > 0) {
        kept[key] = fit as AttributeValue;
        left -= 1;
      } else dropped += 1;
    }
    return { attributes: kept, droppedAttributesCount: dropped };
  }
}

/** The value, or a copy of the list, with texts cut; undefined for what is neither text, number, boolean nor a list of one. */
function copySimple(value: unknown, most: number): AttributeValue | undefined {
  if (!Array.isArray(value)) return isPrimitive(value) ? fitting(value, most) : undefined;
  const first: unknown = value.find((item) => item !== null && item !== undefined);
  const isList =
    first === undefined ||
    (isPrimitive(first) &&
      value.every((item) => item === null || item === undefined || typeof item === typeof first));
  return isList ? fitting(value as AttributeValue, most) : undefined;
}

/** The value with texts cut to so many characters. */
export function fitting(value: AttributeValue, most: number): AttributeValue {
  if (typeof value === 'string') return value.length <= most ? value : value.slice(0, most);
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) =>
    typeof item === 'string' ? item.slice(0, most) : item,
  ) as AttributeValue;
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
