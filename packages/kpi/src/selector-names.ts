/** Names in selectors that nothing stored carries: refused in a question, told of a definition; unknown properties are told of both. */
import type { EventSelector, Reader, ReadOptions } from '@heartwood/store';
import { unknownName } from './name.ts';
import { checkProperties, type SharedCondition } from './selector-properties.ts';

/**
 * Looks at every name, whatever the answer holds. Who asks has mistyped: rejects with `FEATURE_UNKNOWN` or `EVENT_UNKNOWN`
 * and suggestions. A definition may be ahead of the data: its unknown names come back as warnings, and so do properties in
 * conditions, which are no mistake where they are rare.
 */
export async function checkSelectors(
  reader: Reader,
  selectors: readonly EventSelector[],
  from: 'question' | 'definition',
  options: ReadOptions = {},
  shared: readonly SharedCondition[] = [],
): Promise<string[]> {
  const [unknown, properties] = await Promise.all([
    readUnknown(reader, selectors, options),
    checkProperties(reader, selectors, shared, options),
  ]);
  const errors = await Promise.all(
    unknown.map(({ kind, name }) =>
      unknownName(reader, kind === 'event' ? 'event' : 'feature', name, options),
    ),
  );
  const [first] = errors;
  if (first !== undefined && from === 'question') throw first;
  const ahead = errors.map(({ detail, suggestions: [near] }) => {
    const meant = near === undefined ? '' : `, or "${near}" was meant`;
    return `${detail} The definition is ahead of the data${meant}.`;
  });
  return [...ahead, ...properties];
}

/**
 * Names that were found once, by where: events are looked for in all log records (80 ms of CPU for ten millions), and a name
 * that is known does not become a mistake.
 */
const FOUND = new WeakMap<Reader, Record<EventSelector['source'], Set<string>>>();

async function readUnknown(
  reader: Reader,
  selectors: readonly EventSelector[],
  options: ReadOptions,
): Promise<readonly { readonly kind: string; readonly name: string }[]> {
  const found = FOUND.get(reader) ?? { run: new Set(), event: new Set() };
  FOUND.set(reader, found);
  const features = namesOf(selectors, 'run').filter((name) => !found.run.has(name));
  const events = namesOf(selectors, 'event').filter((name) => !found.event.has(name));
  if (features.length + events.length === 0) return [];
  const unknown = await reader.read('name/unknown', { features, events }, options);
  const isUnknown = new Set(unknown.map(({ kind, name }) => `${kind} ${name}`));
  for (const name of features) if (!isUnknown.has(`feature ${name}`)) found.run.add(name);
  for (const name of events) if (!isUnknown.has(`event ${name}`)) found.event.add(name);
  return unknown;
}

const namesOf = (
  selectors: readonly EventSelector[],
  source: EventSelector['source'],
): string[] => [
  ...new Set(
    selectors.flatMap((one) => (one.source === source && one.names !== 'any' ? one.names : [])),
  ),
];
