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

/** Runs or events of these names; null for any. */
interface Spot {
  readonly place: Place;
  readonly names: readonly string[] | null;
}

/** A property, and what should have it: any of these does. */
interface Wanted {
  readonly property: Extract<Property, { readonly key: string }>;
  readonly spots: readonly Spot[];
}

/** A condition that holds where it does of one of several runs and events, whichever. */
export interface SharedCondition {
  readonly where: Condition;
  readonly of: readonly EventSelector[];
}

/** Says which properties that conditions ask for none of the newest runs or events of these names has, and what they have instead. */
export async function checkProperties(
  reader: Reader,
  selectors: readonly EventSelector[],
  shared: readonly SharedCondition[],
  options: ReadOptions,
): Promise<string[]> {
  const known = new Map<string, Promise<string[]>>();
  const keysOf = ({ place, names }: Spot): Promise<string[]> => {
    const group = JSON.stringify([place, names]);
    const reading = known.get(group) ?? readKeys(reader, place, names, options);
    known.set(group, reading);
    return reading;
  };
  const asked = [
    ...selectors.flatMap((one) =>
      one.where === undefined ? [] : [{ where: one.where, of: [one] }],
    ),
    ...shared,
  ];
  const warnings = await Promise.all(
    asked.flatMap(wantedOf).map(async ({ property, spots }) => {
      const { key } = property;
      const group = JSON.stringify(spots);
      const looks = LOOKS.get(property) ?? new Map<string, Look>();
      const last = looks.get(group);
      if (last !== undefined && performance.now() < last.untilMs) return last.warnings;
      const found = await Promise.all(
        spots.map(async (spot) => ({ ...spot, keys: await keysOf(spot) })),
      );
      // Without any there is nothing to compare with.
      if (found.every(({ keys }) => keys.length === 0)) return [];
      const isKnown = found.some(
        ({ place, keys }) =>
          keys.includes(key) ||
          (place === 'run' && keys.includes(`${ATTR_FEATURE_METADATA_PREFIX}${key}`)),
      );
      const isMissing = !isKnown && found.every(({ keys }) => keys.length < MOST_KEYS);
      const said = isMissing ? [toWarning(key, found)] : [];
      const untilMs = isKnown ? Infinity : performance.now() + MISSED_FOR_MS;
      LOOKS.set(property, looks.set(group, { warnings: said, untilMs }));
      return said;
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

function toWarning(
  key: string,
  found: readonly (Spot & { readonly keys: readonly string[] })[],
): string {
  const short = found.flatMap(({ place, keys }) => {
    const metadata = place === 'run' ? ATTR_FEATURE_METADATA_PREFIX : '';
    return keys.map((one) => (one.startsWith(metadata) ? one.slice(metadata.length) : one));
  });
  const [near] = suggest(key, new Set(short));
  const spots = found.map(({ place, names }) =>
    names === null ? `${place}s` : `${place}s of ${names.join(', ').slice(0, 200)}`,
  );
  const isOfResources = found.some(({ place }) => place === 'resource');
  const who = `${isOfResources ? '' : 'newest '}${spots.join(' and ')}`;
  const meant = near === undefined ? ': check its name.' : `, or "${near}" was meant.`;
  return `None of the ${who} has the property "${key.slice(0, 100)}"${meant}`;
}

const wantedOf = ({ where, of }: SharedCondition): Wanted[] =>
  propertiesOf(where).flatMap((property): Wanted[] => {
    if (property.kind === 'column' || isOurs(property.key)) return [];
    if (property.kind === 'resource')
      return [{ property, spots: [{ place: 'resource', names: null }] }];
    const spots = of.map(({ source: place, names }): Spot => {
      return { place, names: names === 'any' ? null : names };
    });
    const unique = new Map(spots.map((spot) => [JSON.stringify(spot), spot]));
    return [{ property, spots: [...unique.values()] }];
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
