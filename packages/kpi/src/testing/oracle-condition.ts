/** Whether a run or event is selected, by plain reading of it; shares no code with the program. */
import type { Condition, EventSelector, Property } from '@heartwood/store';
import type { PlainSpanEvent } from './event-world.ts';
import type { PlainLog } from './plain-log.ts';
import type { PlainSpan } from './world.ts';

/** The events of a span: at their own time where that lies within a day behind the start of the span, else at that start. */
export function spanEventsOf(span: PlainSpan): PlainSpanEvent[] {
  if (span.events === '') return [];
  const given = JSON.parse(span.events) as { time: string; name: string; attributes?: object }[];
  return given.map(({ time, name, attributes = {} }, index) => {
    const after = BigInt(time) - span.startNs;
    return {
      span,
      seq: span.seq + BigInt(index + 1) * 2n ** 48n,
      timeNs: after >= 0n && after <= 86_400_000_000_000n ? BigInt(time) : span.startNs,
      event: name,
      traceId: span.traceId,
      service: span.service,
      feature: span.feature,
      component: span.component,
      errorType: span.errorType,
      session: span.session,
      user: span.user,
      attributes: JSON.stringify(attributes),
    };
  });
}

/** Whether it is one of what is selected. */
export function matches(
  source: PlainSpan | PlainLog,
  isRun: boolean,
  selector: EventSelector,
): boolean {
  if ((selector.source === 'run') !== isRun) return false;
  // An exception is no step of anything unless it is asked for.
  if ('span' in source && selector.names === 'any') return false;
  const name = 'event' in source ? source.event : source.feature;
  if (selector.names !== 'any' && !selector.names.includes(name ?? '')) return false;
  const { statuses, minDurationNs, maxDurationNs, where } = selector;
  if (statuses !== undefined) {
    if ('event' in source) return false;
    if (!statuses.includes(STATUSES[source.featureStatus - 1] as never)) return false;
  }
  if (minDurationNs !== undefined || maxDurationNs !== undefined) {
    if ('event' in source || source.negative) return false;
    if (minDurationNs !== undefined && source.durationNs < minDurationNs) return false;
    if (maxDurationNs !== undefined && source.durationNs > maxDurationNs) return false;
  }
  return where === undefined || holdsOf(where, (property) => textOf(source, isRun, property));
}

/** Whether a condition holds of something whose properties are read as text. */
export function holdsOf(
  condition: Condition,
  textIn: (property: Property) => string | null,
): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => holdsOf(part, textIn));
    case 'or':
      return condition.parts.some((part) => holdsOf(part, textIn));
    case 'not':
      return !holdsOf(condition.part, textIn);
    case 'exists':
      return textIn(condition.property) !== null;
    case 'contains':
      return textIn(condition.property)?.includes(condition.value) ?? false;
    case 'startsWith':
      return textIn(condition.property)?.startsWith(condition.value) ?? false;
    case 'in':
      return condition.values.some((value) => isLike(textIn(condition.property), '=', value));
    case 'compare':
      return isLike(textIn(condition.property), condition.op, condition.value);
    default:
      throw new Error('there is no such condition');
  }
}

function isLike(text: string | null, op: string, value: string | number | boolean): boolean {
  if (text === null) return false;
  const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/u.test(text);
  if (typeof value === 'number' && !isNumber) return false;
  const [left, right] = typeof value === 'number' ? [Number(text), value] : [text, String(value)];
  const order = left < right ? -1 : left > right ? 1 : 0;
  const tests = new Map([
    ['=', order === 0],
    ['!=', order !== 0],
    ['<', order < 0],
    ['<=', order <= 0],
    ['>', order > 0],
    ['>=', order >= 0],
  ]);
  return tests.get(op) ?? false;
}

/** A property as text; null where it has none. */
export function textOf(
  source: PlainSpan | PlainLog,
  isRun: boolean,
  property: Property,
): string | null {
  const value = valueOf(source, isRun, property);
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A property as a number; null where it is none. */
export function numberOf(
  source: PlainSpan | PlainLog,
  isRun: boolean,
  property: Property,
): number | null {
  const value = valueOf(source, isRun, property);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/u.test(value) ? Number(value) : null;
}

function valueOf(source: PlainSpan | PlainLog, isRun: boolean, property: Property): unknown {
  if (property.kind === 'resource')
    return property.key === 'service.name' ? source.service : undefined;
  if (property.kind === 'column') return columnOf(source, property.name);
  if (!('event' in source)) {
    if (property.key === 'feature.efficiency')
      return Number.isFinite(source.efficiency) ? source.efficiency : null;
    if (property.key === 'feature.input.size') return Number(source.inputSize);
    if (property.key === 'feature.status') return columnOf(source, 'status');
  }
  const attributes = JSON.parse(source.attributes) as Record<string, unknown>;
  const own = attributes[property.key] ?? null;
  if (property.key === 'user.hash') return 'span' in source ? (own ?? source.user) : source.user;
  if (property.key === 'user.id') return null;
  return own === null && isRun ? attributes[`feature.metadata.${property.key}`] : own;
}

function columnOf(source: PlainSpan | PlainLog, name: string): unknown {
  if ('event' in source) {
    if (name === 'component') return source.component ?? source.service;
    const known: Record<string, unknown> = { ...source };
    return ['event', 'feature', 'service', 'errorType', 'user', 'session'].includes(name)
      ? known[name]
      : null;
  }
  switch (name) {
    case 'event':
      return null;
    case 'status':
      return STATUSES[source.featureStatus - 1];
    case 'tier':
      return source.negative ? null : TIERS[source.tier - 1];
    case 'durationMs':
      return source.negative ? null : Number(source.durationNs) / 1e6;
    default:
      return (source as unknown as Record<string, unknown>)[name];
  }
}

const STATUSES = ['success', 'failed', 'partial', 'timeout', 'cancelled'];
const TIERS = ['excellent', 'good', 'acceptable', 'slow', 'very_slow'];
