/** Properties in conditions that nothing recent has: most likely they are mistyped. */
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_METADATA_PREFIX,
  ATTR_FEATURE_NAME,
  ATTR_SESSION_ID,
  ATTR_USER_ID,
} from '@heartwood/semconv';
import type { Condition, EventSelector, Property, Reader, ReadOptions } from '@heartwood/store';
import { suggest } from './suggestion.ts';

/** A property of runs, of events or of what sent them is looked for in so many of the newest. */
const NEWEST = 1000;

/** Keys that are read of them. Where there are as many, one that is not among them may be one of the rest. */
const MOST_KEYS = 5000;

type Place = EventSelector['source'] | 'resource';

/** A property, and the names of the runs or events that should have it; null for any. */
interface Wanted {
  readonly property: Extract<Property, { readonly key: string }>;
  readonly place: Place;
  readonly names: readonly string[] | null;
}

/** Says which properties that conditions ask for none of the newest runs or events of these names has, and what they have instead. */
export async function checkProperties(
  reader: Reader,
  selectors: readonly EventSelector[],
  options: ReadOptions,
): Promise<string[]> {
  const known = new Map<string, Promise<string[]>>();
  const warnings = await Promise.all(
    selectors.flatMap(wantedOf).map(async ({ property, place, names }) => {
      const { key } = property;
      const group = JSON.stringify([place, names]);
      const looks = LOOKS.get(property) ?? new Map<string, Look>();
      const last = looks.get(group);
      if (last !== undefined && performance.now() < last.untilMs) return last.warnings;
      const reading = known.get(group) ?? readKeys(reader, place, names, options);
      known.set(group, reading);
      const keys = await reading;
      // Without any there is nothing to compare with.
      if (keys.length === 0) return [];
      const isKnown =
        keys.includes(key) ||
        (place === 'run' && keys.includes(`${ATTR_FEATURE_METADATA_PREFIX}${key}`));
      const isMissing = !isKnown && keys.length < MOST_KEYS;
      const found = isMissing ? [toWarning({ property, place, names }, keys)] : [];
      const untilMs = isKnown ? Infinity : performance.now() + MISSED_FOR_MS;
      LOOKS.set(property, looks.set(group, { warnings: found, untilMs }));
      return found;
    }),
  );
  return [...new Set(warnings.flat())];
}

/** What looking for a property came to, and until when that is said again. */
interface Look {
  readonly warnings: readonly string[];
  /** On the clock of `performance.now()`. */
  readonly untilMs: number;
}

/** Looking takes longer than many an answer: who asks every few seconds is told the same meanwhile. */
const MISSED_FOR_MS = 60_000;

/**
 * Looks by the names of their runs or events; what was found once does not become a mistake. By the property of a
 * definition, because that stays, while each answer has a reader of its own.
 */
const LOOKS = new WeakMap<Property, Map<string, Look>>();

async function readKeys(
  reader: Reader,
  kind: Place,
  names: readonly string[] | null,
  options: ReadOptions,
): Promise<string[]> {
  const params = { kind, names: names ?? [], limit: NEWEST, most: MOST_KEYS };
  const rows = await reader.read('name/properties', params, options);
  return rows.map(({ name }) => name);
}

function toWarning({ property, place, names }: Wanted, keys: readonly string[]): string {
  const { key } = property;
  const metadata = place === 'run' ? ATTR_FEATURE_METADATA_PREFIX : '';
  const short = keys.map((one) => (one.startsWith(metadata) ? one.slice(metadata.length) : one));
  const [near] = suggest(key, new Set(short));
  const of = names === null || place === 'resource' ? '' : ` of ${names.join(', ').slice(0, 200)}`;
  const who = place === 'resource' ? 'resources' : `newest ${place}s${of}`;
  const meant = near === undefined ? ': check its name.' : `, or "${near}" was meant.`;
  return `None of the ${who} has the property "${key.slice(0, 100)}"${meant}`;
}

const wantedOf = ({ source, names, where }: EventSelector): Wanted[] =>
  where === undefined
    ? []
    : propertiesOf(where).flatMap((property): Wanted[] => {
        if (property.kind === 'column' || isOurs(property.key)) return [];
        return property.kind === 'resource'
          ? [{ property, place: 'resource', names: null }]
          : [{ property, place: source, names: names === 'any' ? null : names }];
      });

function propertiesOf(condition: Condition): Property[] {
  if ('parts' in condition) return condition.parts.flatMap(propertiesOf);
  return condition.kind === 'not' ? propertiesOf(condition.part) : [condition.property];
}

/** Attributes of Heartwood itself lie in columns, and who has them is no question of spelling. */
const isOurs = (key: string): boolean =>
  key === ATTR_ERROR_TYPE ||
  (!key.startsWith(ATTR_FEATURE_METADATA_PREFIX) &&
    [ATTR_FEATURE_NAME, ATTR_SESSION_ID, ATTR_USER_ID].some((ours) =>
      key.startsWith(ours.slice(0, ours.indexOf('.') + 1)),
    ));
