/** Holds each event beside the tracking plan: between its decoding and its row. */
import {
  isOwnEvent,
  type PlanModes,
  type PlannedEvent,
  type TrackingPlan,
  type Violation,
} from '@heartwood/semconv';
import {
  decidePlan,
  propertiesOf,
  schemaOf,
  unplannedProperties,
  validate,
} from '@heartwood/semconv/plan';
import { type Batch, MARK } from '@heartwood/store/batch';
import { EVENT_NAME, KNOWN_NAMES, LIFTED } from '../decode/known-attributes.ts';
import type { LogDraft } from '../decode/logs/log-draft.ts';
import type { OpenRequest } from '../decode/open-request.ts';
import type { RecordAttributes } from '../decode/record-attributes.ts';
import { readProperties } from './event-properties.ts';
import { cutMembers } from './members.ts';
import { ViolationCounts } from './violation-counts.ts';

/** Why records are rejected that the plan does not let in: the word of their count. */
export const PLAN_REASON = 'plan';

/** Attributes of log records with a column, with their numbers. */
const LIFTED_NAMES = [
  LIFTED.NAME,
  LIFTED.COMPONENT,
  LIFTED.ERROR_TYPE,
  LIFTED.SESSION,
  LIFTED.USER_HASH,
  LIFTED.USER_ID,
].map((number): [string, number] => [KNOWN_NAMES.at(number - 1) ?? '', number]);

/**
 * Most steps of checks in one request, half a second of work: no request holds up others for longer. A request of ordinary
 * events takes a few dozen steps for each.
 */
const MOST_STEPS = 5_000_000;

/** Longest name of an event in a message to its sender. */
const SHOWN_NAME = 100;

/** One for a decoder; {@link begin} starts on each request. */
export class Conform {
  readonly #request: OpenRequest;
  readonly #attributes: RecordAttributes;
  readonly #counts: ViolationCounts;
  /** What the record at hand did. */
  #event = '';
  #said: readonly Violation[] = [];
  #modes: PlanModes | null = null;
  /** What the checks of this request may still take. */
  readonly #work = { left: 0 };

  constructor(request: OpenRequest, attributes: RecordAttributes) {
    this.#request = request;
    this.#attributes = attributes;
    this.#counts = new ViolationCounts(request);
  }

  /** Starts on the request that is open. */
  begin(): void {
    this.#counts.clear();
    this.#work.left = MOST_STEPS;
  }

  /**
   * Checks the record at hand if it is an event. Returns why it must be rejected, empty when nothing is wrong; takes out what
   * is to be left out, and marks what breaks the plan. Messages hold no value of a property. A planned event that comes when
   * the request has used up its steps is counted as not checked and kept: nothing is said of it that may be wrong.
   */
  check(draft: LogDraft, plan: TrackingPlan): string {
    this.#said = [];
    const name = this.#nameOf(draft);
    if (name === '') return '';
    if (isOwnEvent(name) && !plan.events.has(name)) return '';
    const request = this.#request;
    const text = this.#attributes.text.since(this.#attributes.start);
    const isRepeated = (request.marks & MARK.DUPLICATE_KEYS) !== 0;
    const { properties, version } = readProperties(text, isRepeated);
    const planned = plan.events.get(name);
    if (planned !== undefined) this.#addLifted(properties, planned, version);
    const isChecked = planned === undefined || this.#work.left > 0;
    const options = { version, encoding: 'attributes', work: this.#work } as const;
    const violations = validate(plan, name, properties, options);
    if (violations.length === 0) return '';
    const unplanned = unplannedProperties(plan, name, properties, options);
    const decision = decidePlan(plan, name, violations, unplanned);
    const { said, omit } = decision;
    const outcome = isChecked ? decision.outcome : 'keep';
    this.#event = name;
    this.#said = said;
    this.#modes = (planned ?? plan).modes;
    if (outcome === 'block') return blockedBy(name, decision.blocking);
    if (outcome === 'tag') request.marks |= MARK.PLAN_INVALID;
    if (omit.length > 0) this.#omit(text, new Set(omit));
    return '';
  }

  /** Counts what the record at hand did, which is not one that had landed before. */
  count(isBlocked: boolean): void {
    for (const violation of this.#said)
      this.#counts.add(this.#event, violation, {
        isRow: !isBlocked,
        isBlocking: isBlocked && this.#modes?.[violation.type] === 'block',
      });
    this.#said = [];
  }

  /** Writes what was counted since the last time as rows of `batch`; their names go into `texts`. */
  write(batch: Batch, texts: Batch): void {
    this.#counts.write(batch, texts);
  }

  /** The field names the event; where it is empty, the attribute does. */
  #nameOf({ eventNameStart, eventNameLength }: LogDraft): string {
    const { known } = this.#request;
    const isAttribute = eventNameLength === 0 && known.has(EVENT_NAME);
    const start = isAttribute ? (known.low[EVENT_NAME] ?? 0) : eventNameStart;
    const length = isAttribute ? (known.high[EVENT_NAME] ?? 0) : eventNameLength;
    return length === 0 ? '' : this.#read(start, length);
  }

  #read(start: number, length: number): string {
    const { buffer, byteOffset } = this.#request.source.slice(start, length);
    return Buffer.from(buffer, byteOffset, length).toString('utf8');
  }

  /** What has a column of its own is a property where the plan names it, whole or up to its dot: `user.id` of a `user`. */
  #addLifted(
    properties: Record<string, unknown>,
    planned: PlannedEvent,
    version: string | undefined,
  ): void {
    const { known } = this.#request;
    const names = propertiesOf(schemaOf(planned, version).schema.root);
    for (const [key, number] of LIFTED_NAMES)
      if (known.has(number) && (names.has(key) || names.has(key.slice(0, key.indexOf('.')))))
        properties[key] = this.#read(known.low[number] ?? 0, known.high[number] ?? 0);
  }

  #omit(text: Buffer, keys: ReadonlySet<string>): void {
    const attributes = this.#attributes;
    const left = cutMembers(text, keys);
    attributes.text.rewind(attributes.start + left);
    attributes.dropped += keys.size;
  }
}

function blockedBy(name: string, blocking: Violation | null): string {
  const why = blocking === null ? 'it breaks the plan' : blocking.message;
  return `the tracking plan does not let in the event "${name.slice(0, SHOWN_NAME)}": ${why}`;
}
