/** The tracking plan: which events an app sends with which properties, and how one event is checked against it. */

/** What the plan says about one event; names and properties as the plan's file has them. */
export interface ShortFormEvent {
  readonly required_properties?: readonly string[];
  readonly optional_properties?: readonly string[];
  /** `string`, `number`, `boolean`, `object`, `array` or `array<T>`; a type of another name fits everything. */
  readonly property_types?: Readonly<Record<string, string>>;
}

/** A plan by names of events. */
export type ShortFormPlan = Readonly<Record<string, ShortFormEvent>>;

/** What a check found. An event with warnings only is valid. */
export interface PlanFindings {
  readonly valid: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads the JSON text of a plan: an object of events, or one that holds it as `events`. Throws what is wrong with it. */
export function parseTrackingPlan(text: string): ShortFormPlan {
  const content: unknown = JSON.parse(text);
  const events = isRecord(content) && isRecord(content['events']) ? content['events'] : content;
  if (!isRecord(events)) throw new TypeError('a tracking plan is an object of events');
  for (const [name, event] of Object.entries(events)) {
    if (!isRecord(event)) throw new TypeError(`event "${name}" of the plan is not an object`);
    checkShape(name, event);
  }
  return events as ShortFormPlan;
}

/** Checks one event. */
export function validateEvent(
  plan: ShortFormPlan,
  name: string,
  properties: Readonly<Record<string, unknown>>,
): PlanFindings {
  const event = Object.hasOwn(plan, name) ? plan[name] : undefined;
  if (event === undefined) {
    return { valid: false, errors: [`Event '${name}' not in tracking plan`], warnings: [] };
  }
  const required = event.required_properties ?? [];
  const optional = event.optional_properties ?? [];
  const errors = required
    .filter((property) => !Object.hasOwn(properties, property))
    .map((property) => `Missing required property: ${property}`);
  for (const [property, type] of Object.entries(event.property_types ?? {})) {
    if (Object.hasOwn(properties, property) && !fits(properties[property], type)) {
      errors.push(`Invalid type for property '${property}'. Expected ${type}`);
    }
  }
  const lists = event.required_properties !== undefined || event.optional_properties !== undefined;
  const known = new Set([...required, ...optional]);
  const warnings = lists
    ? Object.keys(properties)
        .filter((property) => !known.has(property))
        .map((property) => `Unexpected property: ${property}`)
    : [];
  return { valid: errors.length === 0, errors, warnings };
}

function checkShape(name: string, event: Readonly<Record<string, unknown>>): void {
  for (const key of ['required_properties', 'optional_properties']) {
    const list = event[key];
    if (list === undefined) continue;
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw new TypeError(`${key} of event "${name}" is not a list of names`);
    }
  }
  const types = event['property_types'];
  if (types === undefined) return;
  if (!isRecord(types) || !Object.values(types).every((type) => typeof type === 'string')) {
    throw new TypeError(`property_types of event "${name}" does not give each property a type`);
  }
}

function fits(value: unknown, type: string): boolean {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    default: {
      if (!type.startsWith('array<') || !type.endsWith('>')) return true;
      const inner = type.slice('array<'.length, -1);
      return Array.isArray(value) && value.every((item) => fits(item, inner));
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
