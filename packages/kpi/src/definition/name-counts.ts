/** Formulas in which names of events, which count people unless the KPI says so, do not go together. */
import type { Expression } from '../formula-parser.ts';
import type { MeasureDefinition } from './kinds.ts';

/** What a sum or quotient is made of, but for quotients within it, which are no number of people or events. */
interface Counted {
  readonly people: boolean;
  readonly records: boolean;
}

const NOTHING: Counted = { people: false, records: false };

/**
 * Whether people are added to others, who may be in both, or are added to, divided by or divide numbers of runs and events.
 * `names` are those of events that count people without the KPI saying so.
 */
export function mixesCounts(
  expression: Expression,
  names: ReadonlySet<string>,
  measures: ReadonlyMap<string, MeasureDefinition>,
): boolean {
  let isMixed = false;
  const visit = (node: Expression): Counted => {
    switch (node.kind) {
      case 'number':
        return NOTHING;
      case 'name': {
        const people = names.has(node.name);
        return { people, records: measures.get(node.name)?.aggregate.agg === 'count' };
      }
      case 'negate':
        return visit(node.part);
      case 'call':
        return eitherOf(node.parts.map(visit));
      case 'binary': {
        const [left, right] = [visit(node.left), visit(node.right)];
        const isSum = node.op === '+' || node.op === '-';
        if (isSum && left.people && right.people) isMixed = true;
        if (node.op !== '*' && (isMix(left, right) || isMix(right, left))) isMixed = true;
        return node.op === '/' && (right.people || right.records)
          ? NOTHING
          : eitherOf([left, right]);
      }
      default:
        return node satisfies never;
    }
  };
  visit(expression);
  return isMixed;
}

const isMix = (one: Counted, other: Counted): boolean => one.people && other.records;

const eitherOf = (parts: readonly Counted[]): Counted => ({
  people: parts.some(({ people }) => people),
  records: parts.some(({ records }) => records),
});
