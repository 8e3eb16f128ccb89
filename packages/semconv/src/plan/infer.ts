/** Drafts a tracking plan of what events carried: types, what is required, and words out of a short list. */
import { toCanonicalText } from './json-value.ts';
import type { PlannedEvent } from './planned-event.ts';
import type { SchemaType } from './schema.ts';
import type { TrackingPlan } from './tracking-plan.ts';

/** What one event carried. */
export interface EventProfile {
  readonly name: string;
  /** Events that were read; counts of properties are out of these. */
  readonly sampled: number;
  readonly properties: readonly PropertyProfile[];
}

/** One property of an event, under its name as an attribute. */
export interface PropertyProfile {
  readonly name: string;
  /** Events that have it, null included. */
  readonly present: number;
  /** How many values were of each type; bytes travel as texts. */
  readonly types: Readonly<Partial<Record<SchemaType | 'bytes', number>>>;
  /** How many values differ. */
  readonly distinct: number;
  /** The values, or the most frequent of them. */
  readonly values: readonly unknown[];
}

/** From how large a share of events on a property counts as required: fewer than one in a hundred is a slip. */
const REQUIRED_SHARE = 0.99;
/** Most words of an `enum`. */
const MAX_ENUM = 20;
/** Words that come less often than this on average may not be all there are. */
const LEAST_REPEATS = 2;

/**
 * A draft in plain values, to be read by people before `parsePlan` reads it. Dotted names become objects, unless they
 * belong to a convention such as `session.id`. Only words become an `enum`: a text with an @ or beginning with a digit
 * may be somebody's. What `inForce` calls personal stays so, and none of its values is told.
 */
export function inferPlan(
  profiles: readonly EventProfile[],
  id = 'draft',
  inForce: TrackingPlan | null = null,
): PlanDraft {
  const sorted = profiles.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    version: 1,
    plan: { id, revision: 1 },
    enforcement: { unplannedEvent: 'warn', unplannedProperty: 'warn', violation: 'tag' },
    events: Object.fromEntries(
      sorted
        .filter(({ name, sampled }) => name !== '' && name !== '__proto__' && sampled > 0)
        .map((profile) => [profile.name, inferEvent(profile, inForce?.events.get(profile.name))]),
    ),
  };
}

/** A plan as it is written. */
export interface PlanDraft extends Readonly<Record<string, unknown>> {
  readonly events: Readonly<Record<string, DraftEvent>>;
}

interface DraftEvent {
  readonly schemaVersion: string;
  readonly status: 'draft';
  readonly pii?: Readonly<Record<string, string>>;
  readonly schema: unknown;
}

function inferEvent(
  { sampled, properties }: EventProfile,
  planned: PlannedEvent | undefined,
): DraftEvent {
  const root = createBranch();
  const personal = planned?.pii ?? new Map<string, string>();
  for (const given of properties.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const parts = given.name.split('.');
    const isPersonal = personal.has(given.name) || personal.has(parts.at(0) ?? '');
    const profile = isPersonal ? { ...given, values: [] } : given;
    if (parts.length > 1 && CONVENTIONS.has(parts.at(0) ?? '')) continue;
    plant(root, parts.includes('') || parts.length > MAX_PARTS ? [profile.name] : parts, profile);
  }
  const pii = [...personal].filter(([name]) => root.parts.has(name));
  return {
    schemaVersion: '1-0-0',
    status: 'draft',
    ...(pii.length > 0 && { pii: Object.fromEntries(pii) }),
    schema: toSchema(root, sampled),
  };
}

/** Deeper names stay as they are. */
const MAX_PARTS = 10;

interface Branch {
  readonly own: PropertyProfile | null;
  readonly parts: Map<string, Branch>;
}

function createBranch(own: PropertyProfile | null = null): Branch {
  return { own, parts: new Map() };
}

function plant(root: Branch, keys: readonly string[], profile: PropertyProfile): void {
  let branch = root;
  for (const key of keys.slice(0, -1)) {
    const next = branch.parts.get(key) ?? createBranch();
    branch.parts.set(key, next);
    branch = next;
  }
  const last = keys.at(-1) ?? '';
  const there = branch.parts.get(last);
  branch.parts.set(last, { own: profile, parts: there?.parts ?? new Map() });
}

function toSchema(branch: Branch, records: number): unknown {
  const entries = [...branch.parts];
  const required = entries
    .filter(([, part]) => presentIn(part) >= REQUIRED_SHARE * records)
    .map(([name]) => name);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    properties: Object.fromEntries(
      entries.map(([name, part]) => [
        name,
        part.parts.size > 0 ? toSchema(part, presentIn(part)) : toRules(part.own),
      ]),
    ),
  };
}

/** Events with a value other than null; those of an object are at least those of its most frequent part. */
function presentIn({ own, parts }: Branch): number {
  const alone = own === null ? 0 : own.present - (own.types.null ?? 0);
  return Math.max(alone, ...[...parts.values()].map(presentIn));
}

function toRules(profile: PropertyProfile | null): unknown {
  if (profile === null) return {};
  const types = typesOf(profile);
  if (types.length === 0) return {};
  const type = types.length === 1 ? types[0] : types;
  const { distinct, values, present } = profile;
  const isList =
    type === 'string' &&
    distinct <= MAX_ENUM &&
    values.length === distinct &&
    present >= LEAST_REPEATS * distinct &&
    values.every((value) => typeof value === 'string' && WORD.test(value));
  return isList ? { type, enum: sorted(values) } : { type };
}

const WORD = /^[A-Za-z][\w .:+/-]{0,39}$/;

const sorted = (values: readonly unknown[]): unknown[] =>
  values.toSorted((a, b) =>
    (toCanonicalText(a, 1) ?? '') < (toCanonicalText(b, 1) ?? '') ? -1 : 1,
  );

function typesOf({ types }: PropertyProfile): SchemaType[] {
  const seen = new Set<SchemaType>();
  for (const [type, count] of Object.entries(types)) {
    if (count > 0) seen.add(type === 'bytes' ? 'string' : (type as SchemaType));
  }
  // Whole numbers among others are numbers.
  if (seen.has('number')) seen.delete('integer');
  return [...seen].toSorted(
    (a, b) => (a === 'null' ? 1 : 0) - (b === 'null' ? 1 : 0) || (a < b ? -1 : 1),
  );
}

/** First parts of names that OpenTelemetry and Heartwood give; what they hold is not the plan's. */
const CONVENTIONS = new Set(
  (
    'android app aws azure browser client cloud code container db deployment device disk dns enduser error event ' +
    'exception faas feature feature_flag file gen_ai geo graphql heartwood host http k8s log mcp messaging net network ' +
    'nodejs os otel peer process rpc server service session source telemetry thread tls url user user_agent v8js vcs'
  ).split(' '),
);
