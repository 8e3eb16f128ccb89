/** Random selectors and conditions over the worlds of `event-world.ts`. */
import type { Condition, EventSelector, Property, Scalar } from '@heartwood/store';
import { NAMES, OWN_NAMES } from './event-world.ts';

/** Takes one of some items by chance. */
export type Pick = <T>(items: readonly T[]) => T;

/** A selector of either source, with whatever it may ask. */
export function drawSelector(pick: Pick): EventSelector {
  const chance = (oneIn: number): boolean =>
    pick(Array.from({ length: oneIn }, (_, index) => index)) === 0;
  const source = pick(['run', 'event'] as const);
  // Asked of events, these match nothing: rarely.
  const isTested = source === 'run' || chance(12);
  return {
    source,
    names: chance(12)
      ? pick([['no such'], []])
      : pick([
          'any',
          [pick(NAMES)],
          [pick(NAMES), pick(source === 'event' ? OWN_NAMES : NAMES), 'no such'],
        ] as const),
    statuses:
      isTested && chance(4)
        ? pick([['success', 'failed'] as const, ['success'] as const, []])
        : undefined,
    minDurationNs: isTested && chance(5) ? 1n : undefined,
    maxDurationNs: isTested && chance(5) ? 2_500_000n : undefined,
    where: chance(3) ? drawCondition(pick, 2) : undefined,
  };
}

/** An attribute by its key. */
export const attribute = (key: string): Property => ({ kind: 'attribute', key });
/** A column by its name. */
export const column = (name: Extract<Property, { kind: 'column' }>['name']): Property => ({
  kind: 'column',
  name,
});

/** Properties that groups and conditions are made of. */
export const TEXTS: readonly Property[] = [
  ...(['feature', 'event', 'category', 'component', 'service', 'version'] as const).map(column),
  ...(['status', 'tier', 'errorType', 'user', 'session'] as const).map(column),
  ...['plan', 'amount', "k'~/ey", 'isNew', 'list', 'no such', 'user.hash', 'user.id'].map(
    attribute,
  ),
  attribute('feature.status'),
  { kind: 'resource', key: 'service.name' },
];
const NUMBERS: readonly Property[] = [
  column('durationMs'),
  ...['amount', 'size', 'plan', 'feature.efficiency', 'feature.input.size'].map(attribute),
];

/** A condition no deeper than this. */
export function drawCondition(pick: Pick, depth: number): Condition {
  const property = pick(TEXTS);
  const kind = pick(
    depth === 0
      ? (['compare', 'in', 'exists'] as const)
      : ([
          'compare',
          'number',
          'in',
          'contains',
          'startsWith',
          'exists',
          'and',
          'or',
          'not',
        ] as const),
  );
  switch (kind) {
    case 'number':
      return {
        kind: 'compare',
        property: pick(NUMBERS),
        op: pick(OPS),
        value: pick([0, 1, 2.5, 7]),
      };
    case 'compare':
      return { kind, property, op: pick(OPS), value: pick(VALUES) };
    case 'in':
      return { kind, property, values: pick([[], [pick(VALUES), pick(VALUES)]]) };
    case 'contains':
    case 'startsWith':
      return { kind, property, value: pick(['', 's', 'pr', `'`, '%']) };
    case 'exists':
      return { kind, property };
    case 'not':
      return { kind, part: drawCondition(pick, depth - 1) };
    case 'and':
    case 'or':
      return {
        kind,
        parts: Array.from({ length: pick([0, 1, 2]) }, () => drawCondition(pick, depth - 1)),
      };
    default:
      throw new Error('there is no such condition');
  }
}

const OPS = ['=', '!=', '<', '<=', '>', '>='] as const;
const VALUES: readonly Scalar[] = [
  'pro',
  'Pro',
  's1',
  'same',
  'view',
  'success',
  '7',
  7,
  2.5,
  true,
  '',
  `' OR 1=1`,
];
