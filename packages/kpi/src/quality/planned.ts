/** What the tracking plan says of names and types. */
import { propertiesOf } from '@heartwood/semconv/plan';
import type { DefinitionSet } from '../definition/kinds.ts';

/** Types that a property of an event may have, whole numbers and others as one; null where the plan says nothing. */
export type PlannedTypes = (event: string, property: string) => ReadonlySet<string> | null;

/** Names of events that may come. Null without a plan: then nothing is unknown. */
export const plannedEvents = ({ plan }: DefinitionSet): ReadonlySet<string> | null =>
  plan === null ? null : new Set(plan.plan.events.keys());

/** What the newest versions of all events say. */
export const plannedTypes =
  ({ plan }: DefinitionSet): PlannedTypes =>
  (event, property) => {
    const root = plan?.plan.events.get(event)?.schema.root;
    const types = root === undefined ? null : (propertiesOf(root).get(property)?.types ?? null);
    if (types === null) return null;
    const words = types.map((type) => (type === 'integer' ? 'number' : type));
    // What is made of other values may travel as text, since attributes hold none.
    const isNested = words.some((word) => word === 'object' || word === 'array');
    return new Set(isNested ? [...words, 'string'] : words);
  };
