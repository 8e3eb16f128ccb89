/** Whether a run or event may match two selectors. */
import type { Condition, EventSelector } from '@heartwood/store';
import { digestOf } from './revision.ts';

/** False only where nothing can match both, as far as can be told from what they say. */
export function mayMeet(one: EventSelector, other: EventSelector): boolean {
  return (
    one.source === other.source &&
    haveCommon(one.names, other.names) &&
    haveCommon(one.statuses ?? 'any', other.statuses ?? 'any') &&
    !isShorter(one, other) &&
    !isShorter(other, one) &&
    !partsOf(one.where).some((part) => partsOf(other.where).some((of) => areOpposed(part, of)))
  );
}

const haveCommon = (one: readonly string[] | 'any', other: readonly string[] | 'any'): boolean =>
  one === 'any' || other === 'any' || one.some((name) => other.includes(name));

const isShorter = (
  { maxDurationNs: most }: EventSelector,
  { minDurationNs: least }: EventSelector,
): boolean => most !== undefined && least !== undefined && most < least;

/** All of them are true where the condition is. */
function partsOf(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) return [];
  return condition.kind === 'and' ? condition.parts.flatMap(partsOf) : [condition];
}

/** Certain that they are not true of the same run or event. */
function areOpposed(one: Condition, other: Condition): boolean {
  if (one.kind === 'not') return digestOf(one.part) === digestOf(other);
  if (other.kind === 'not') return areOpposed(other, one);
  if (one.kind !== 'compare' || other.kind !== 'compare') return false;
  if (digestOf(one.property) !== digestOf(other.property)) return false;
  // A number and a text may say the same.
  const isSame = String(one.value) === String(other.value);
  if (one.op === '=' && other.op === '=') return typeof one.value === typeof other.value && !isSame;
  const isOpposite = (one.op === '=' && other.op === '!=') || (one.op === '!=' && other.op === '=');
  return isOpposite && isSame;
}
