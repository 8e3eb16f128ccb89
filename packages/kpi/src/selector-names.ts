/** Names in selectors that nothing stored carries: refused in a question, told of a definition. */
import type { EventSelector, Reader, ReadOptions } from '@heartwood/store';
import { unknownName } from './name.ts';

/**
 * Looks at every name, whatever the answer holds. Who asks has mistyped: rejects with `FEATURE_UNKNOWN` or `EVENT_UNKNOWN`
 * and suggestions. A definition may be ahead of the data: its unknown names come back as warnings.
 */
export async function checkSelectors(
  reader: Reader,
  selectors: readonly EventSelector[],
  from: 'question' | 'definition',
  options: ReadOptions = {},
): Promise<string[]> {
  const [features, events] = [namesOf(selectors, 'run'), namesOf(selectors, 'event')];
  if (features.length + events.length === 0) return [];
  const unknown = await reader.read('name/unknown', { features, events }, options);
  const errors = await Promise.all(
    unknown.map(({ kind, name }) =>
      unknownName(reader, kind === 'event' ? 'event' : 'feature', name, options),
    ),
  );
  const [first] = errors;
  if (first !== undefined && from === 'question') throw first;
  return errors.map(({ detail, suggestions: [near] }) => {
    const meant = near === undefined ? '' : `, or "${near}" was meant`;
    return `${detail} The definition is ahead of the data${meant}.`;
  });
}

const namesOf = (
  selectors: readonly EventSelector[],
  source: EventSelector['source'],
): string[] => [
  ...new Set(
    selectors.flatMap((one) => (one.source === source && one.names !== 'any' ? one.names : [])),
  ),
];
