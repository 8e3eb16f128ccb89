/** Checks one event against the tracking plan: the one code of the app side and of the receiver. */
import { isOwnEvent } from '../signals.ts';
import type { SchemaIssue, Step } from './findings.ts';
import { checkName } from './plan-name.ts';
import { describeValue, kindOf, ownValue } from './json-value.ts';
import { type PlannedEvent, schemaOf } from './planned-event.ts';
import { findUnplanned, propertiesOf } from './planned-properties.ts';
import { toPropertyTree, toSentValues } from './property-tree.ts';
import { checkValue, type CheckWork, TOO_LARGE } from './schema-check.ts';
import type { Schema, SchemaNode } from './schema.ts';
import type { PlanNaming, TrackingPlan } from './tracking-plan.ts';
import { toPath, toPlace } from './violation-path.ts';
import type { Violation } from './violation.ts';

/** How an event is checked. */
export interface ValidateOptions {
  /** Version of the schema that the event names; the newest where the plan has no such version. */
  readonly version?: string | undefined;
  /** `attributes`: objects came as dotted keys or JSON texts. `values` when left out. */
  readonly encoding?: 'values' | 'attributes' | undefined;
  /**
   * Steps that this event and others may take together, taken off here. When none are left, an event that is planned is
   * not held beside its schema, and has one violation of type `unknown`.
   */
  readonly work?: CheckWork | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

/** Everything in which an event differs from the plan, whatever the modes say of it; empty where it does not. */
export function validate(
  plan: TrackingPlan,
  event: string,
  properties: Properties,
  options: ValidateOptions = {},
): readonly Violation[] {
  const planned = plan.events.get(event);
  if (planned === undefined) return isOwnEvent(event) ? [] : unplanned(plan.naming, event);
  const { version, schema } = schemaOf(planned, options.version);
  const { work } = options;
  if (work !== undefined && work.left <= 0) return [unchecked(planned, version)];
  const isFlat = options.encoding === 'attributes';
  const values = isFlat ? toPropertyTree(schema.root, properties) : toSentValues(properties);
  const issues = [...missingNulls(schema.root, values), ...checkValue(schema.root, values, work)];
  const seen = new Set<string>();
  const violations: Violation[] = [];
  for (const issue of issues) {
    const own = asRequired(schema, inShortWords(schema, issue, values));
    const violation = toViolation(planned, version, own);
    const key = `${violation.type} ${violation.message}`;
    if (!seen.has(key)) violations.push(violation);
    seen.add(key);
  }
  return [...violations, ...misnamed(plan.naming, planned, version, schema, values)];
}

/**
 * Names of properties that the schema of a planned event does not let be, all of them: {@link validate} tells some of many.
 * With a dotted name it is as in {@link toPropertyTree}.
 */
export function unplannedProperties(
  plan: TrackingPlan,
  event: string,
  properties: Properties,
  { version, encoding }: ValidateOptions = {},
): readonly string[] {
  const planned = plan.events.get(event);
  if (planned === undefined) return [];
  const { root } = schemaOf(planned, version).schema;
  const isFlat = encoding === 'attributes';
  const names = Object.keys(properties).filter(
    (name) => properties[name] !== undefined && !(isFlat && name.includes('.')),
  );
  return findUnplanned(root, names);
}

function unchecked(planned: PlannedEvent, version: string): Violation {
  const issue = { type: 'unknown', path: [], expected: TOO_LARGE, value: undefined } as const;
  const message = 'Not checked: the events sent together take too long to check';
  return { ...toViolation(planned, version, issue), message };
}

function unplanned(naming: PlanNaming | null, event: string): Violation[] {
  const shown = event.length > LONGEST_NAME ? `${event.slice(0, LONGEST_NAME)}…` : event;
  const base = { event, path: '', actualType: null, schemaVersion: null };
  const message = `Event '${shown}' not in tracking plan`;
  const wanted = naming === null ? null : checkName(naming, event);
  return [
    { ...base, type: 'unplanned_event', message, expected: '' },
    ...(wanted === null
      ? []
      : [
          {
            ...base,
            type: 'naming' as const,
            message: `Invalid name of event '${shown}'. Expected ${wanted}`,
            expected: wanted,
          },
        ]),
  ];
}

const LONGEST_NAME = 200;

/** A required property that may be anything is missing when it is null. */
function missingNulls(root: SchemaNode, values: Properties): SchemaIssue[] {
  return root.required
    .filter((name) => ownValue(values, name) === null && isOpen(root.properties.get(name)))
    .map((name) => ({
      type: 'required_missing',
      path: [name],
      expected: 'any value',
      value: null,
    }));
}

function isOpen(rule: SchemaNode | undefined): boolean {
  if (rule === undefined) return true;
  const { types, enum: values, const: only, ref, anyOf, oneOf, allOf } = rule;
  const parts = anyOf.length + oneOf.length + allOf.length;
  return types === null && values === null && only === null && ref === null && parts === 0;
}

/** In the short form a wrong item is a wrong property. */
function inShortWords(schema: Schema, issue: SchemaIssue, values: Properties): SchemaIssue {
  const name = issue.path.at(0);
  const type = typeof name === 'string' ? schema.shortTypes.get(name) : undefined;
  if (type === undefined || issue.type === 'additional_property') return issue;
  const value = issue.value === undefined ? undefined : ownValue(values, String(name));
  return { ...issue, path: issue.path.slice(0, 1), expected: type, value };
}

/** Null stands for a value that is not there, unless the schema lets it be. */
function asRequired(schema: Schema, issue: SchemaIssue): SchemaIssue {
  if (issue.type !== 'datatype_mismatch' || issue.value !== null) return issue;
  const holder = nodeAt(schema.root, issue.path.slice(0, -1));
  const name = issue.path.at(-1);
  if (typeof name !== 'string' || holder?.required.includes(name) !== true) return issue;
  return { ...issue, type: 'required_missing' };
}

function nodeAt(root: SchemaNode, path: readonly Step[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) {
    while (node?.ref !== null && node !== undefined && node.properties.size === 0)
      node = node.ref.node;
    if (typeof step === 'string') node = node?.properties.get(step);
    else if (typeof step === 'number')
      node = node?.prefixItems.at(step) ?? node?.items ?? undefined;
    else node = node?.additionalProperties ?? undefined;
  }
  while (node?.ref !== null && node !== undefined && node.required.length === 0)
    node = node.ref.node;
  return node;
}

function toViolation(planned: PlannedEvent, version: string, issue: SchemaIssue): Violation {
  const { type, path, expected, value } = issue;
  return {
    type,
    event: planned.name,
    path: toPath(path),
    message: toMessage(issue),
    expected,
    actualType: value === undefined ? null : kindOf(value),
    schemaVersion: version,
  };
}

/** The first four are the words of the first tracking plans. No value is ever read out. */
function toMessage({ type, path, expected, value }: SchemaIssue): string {
  const place = toPlace(path);
  const property = place === '' ? 'the event' : `property '${place}'`;
  switch (type) {
    case 'required_missing':
      return `Missing required property: ${place}`;
    case 'datatype_mismatch':
      return `Invalid type for ${property}. Expected ${expected}`;
    case 'additional_property':
      return `Unexpected property: ${place}`;
    case 'naming':
      return `Invalid name of ${property}. Expected ${expected}`;
    case 'unplanned_event':
    case 'enum_or_range':
    case 'unknown':
      return `Invalid value for ${property}. Expected ${expected}, not ${describeValue(value)}`;
    default:
      return type satisfies never;
  }
}

/** Properties that nobody planned keep to the plan's names as others do. */
function misnamed(
  naming: PlanNaming | null,
  planned: PlannedEvent,
  version: string,
  schema: Schema,
  values: Properties,
): Violation[] {
  if (naming === null) return [];
  const known = propertiesOf(schema.root);
  return Object.keys(values)
    .filter((name) => values[name] !== undefined && !known.has(name))
    .slice(0, MOST_NAMES)
    .flatMap((name) => {
      const expected = checkName({ ...naming, pattern: null }, name);
      if (expected === null) return [];
      return toViolation(planned, version, {
        type: 'naming',
        path: [name],
        expected,
        value: values[name],
      });
    });
}

const MOST_NAMES = 50;
