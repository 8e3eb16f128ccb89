/** Steps of a funnel in definition files, and what must not come between them. */
import type { EventSelector } from '@heartwood/store';
import { z } from 'zod';
import type { FunnelExclude, FunnelRule, FunnelStep } from '../funnel-rule.ts';
import { suggest } from '../suggestion.ts';
import { digestOf } from './revision.ts';
import { mayMeet } from './selector-overlap.ts';
import { readSelector, SELECTOR_TEXT, selectorWith } from './selector-text.ts';
import { readShape, wordOf } from './shape.ts';
import type { Spot } from './spot.ts';

const name = z.string().min(1).max(200);
/** Most steps of a funnel. */
export const MAX_STEPS = 20;
const STEP = z.looseObject({
  id: name.optional(),
  optional: z.boolean().optional(),
  anchor: wordOf(['first', 'last']).optional(),
});

/** A step as it is written. */
export const STEP_WRITTEN = z.union([SELECTOR_TEXT, selectorWith(STEP.shape)]);

/** Reads 2 to 20 steps; undefined when they have problems, which are reported. */
export function readSteps(
  list: readonly unknown[],
  order: FunnelRule['order'],
  spot: Spot,
): readonly FunnelStep[] | undefined {
  if (list.length < 2 || list.length > MAX_STEPS) {
    spot.error('FUNNEL_STEPS', `has ${list.length} steps; a funnel has 2 to ${MAX_STEPS}`);
    return undefined;
  }
  const steps: FunnelStep[] = [];
  for (const [index, value] of list.entries()) {
    const step = readStep(value, index, spot.at(index));
    if (step !== undefined) steps.push(step);
  }
  if (steps.length < list.length) return undefined;
  return [
    checkIds(steps, spot),
    checkOptional(steps, order, spot),
    checkAnchors(steps, order, spot),
    order !== 'any' || checkOverlap(steps, spot),
  ].every(Boolean)
    ? steps
    : undefined;
}

function readStep(value: unknown, index: number, spot: Spot): FunnelStep | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const selector = readSelector(value, spot);
    return selector && { id: idOf(selector, index), selector, optional: false };
  }
  const words = readShape(STEP, value, spot);
  const {
    id: _id,
    optional: _optional,
    anchor: _anchor,
    ...rest
  } = value as Readonly<Record<string, unknown>>;
  const selector = readSelector(rest, spot);
  if (words === undefined || selector === undefined) return undefined;
  const { id = idOf(selector, index, rest['feature'] ?? rest['event']) } = words;
  return { id, selector, optional: words.optional ?? false, anchor: words.anchor };
}

/** The first name as it was written, as a selector has them in another order. */
function idOf({ names }: EventSelector, index: number, written?: unknown): string {
  if (names === 'any') return `step ${String(index + 1)}`;
  return (Array.isArray(written) ? String(written[0]) : names[0]) ?? '';
}

function checkIds(steps: readonly FunnelStep[], spot: Spot): boolean {
  let fits = true;
  for (const [index, { id }] of steps.entries())
    if (steps.findIndex((step) => step.id === id) < index) {
      spot
        .at(index)
        .error(
          'DEFINITION_DUPLICATE',
          `has the id "${id}" of an earlier step; give it an id of its own`,
        );
      fits = false;
    }
  return fits;
}

function checkOptional(
  steps: readonly FunnelStep[],
  order: FunnelRule['order'],
  spot: Spot,
): boolean {
  let fits = true;
  const wrong = (index: number, message: string): void => {
    spot.at(index).error('FUNNEL_OPTIONAL', message);
    fits = false;
  };
  for (const [index, { optional, selector }] of steps.entries()) {
    if (!optional) continue;
    const next = steps.slice(index + 1).find((step) => !step.optional);
    if (index === 0) wrong(index, 'is the first step, which cannot be optional');
    else if (order === 'any') wrong(index, 'is optional, which steps in any order cannot be');
    else if (next !== undefined && digestOf(next.selector) === digestOf(selector))
      wrong(
        index,
        'is optional and equal to the required step behind it, so it could never be told apart',
      );
  }
  return fits;
}

function checkAnchors(
  steps: readonly FunnelStep[],
  order: FunnelRule['order'],
  spot: Spot,
): boolean {
  let fits = true;
  for (const [index, { anchor }] of steps.entries()) {
    if (anchor === undefined) continue;
    const place = anchor === 'first' ? 0 : steps.length - 1;
    if (order === 'any' && index === place) continue;
    const message =
      order === 'any'
        ? `stands on the ${anchor} step of the list`
        : 'means something in any order only';
    spot.at(index, 'anchor').error('DEFINITION_VALUE', message);
    fits = false;
  }
  return fits;
}

function checkOverlap(steps: readonly FunnelStep[], spot: Spot): boolean {
  let fits = true;
  for (const [index, { selector }] of steps.entries()) {
    const other = steps.slice(0, index).find((step) => mayMeet(step.selector, selector));
    if (other === undefined) continue;
    const message = `may be the same run or event as the step "${other.id}"; steps in any order must differ by name, status, duration, or by the value of a property`;
    spot.at(index).error('FUNNEL_STEPS_OVERLAP', message);
    fits = false;
  }
  return fits;
}

const EXCLUSION = z.looseObject({
  after: name.optional(),
  before: name.optional(),
  drops: wordOf(['attempt', 'actor']).optional(),
});

/** What must not come between steps, as it is written. */
export const EXCLUSION_WRITTEN = selectorWith(EXCLUSION.shape);

/** Reads what must not come between steps. */
export function readExclusions(
  list: readonly unknown[],
  steps: readonly FunnelStep[],
  order: FunnelRule['order'],
  spot: Spot,
): readonly FunnelExclude[] | undefined {
  const read = list.map((value, index) => readExclusion(value, steps, order, spot.at(index)));
  const exclusions = read.filter((one) => one !== undefined);
  return exclusions.length === list.length ? exclusions : undefined;
}

function readExclusion(
  value: unknown,
  steps: readonly FunnelStep[],
  order: FunnelRule['order'],
  spot: Spot,
): FunnelExclude | undefined {
  const words = readShape(EXCLUSION, value, spot);
  if (words === undefined) return undefined;
  const { after: _after, before: _before, drops: _drops, ...rest } = words;
  const selector = readSelector(rest, spot);
  const required = steps.filter(({ optional }) => !optional).map(({ id }) => id);
  const [first = '', last = ''] = [required[0], required.at(-1)];
  const { after = first, before = last, drops = 'attempt' } = words;
  const wrong = (message: string, near: readonly string[] = []): undefined => {
    spot.error('FUNNEL_EXCLUSION', message, near);
    return undefined;
  };
  for (const id of [after, before])
    if (!required.includes(id))
      return wrong(
        `names "${id}", which is no required step; there are ${required.join(', ')}`,
        suggest(id, required),
      );
  const [from, to] = [required.indexOf(after), required.indexOf(before)];
  if (from >= to)
    return wrong(`lies after "${after}" and before "${before}", between which nothing is`);
  if (order === 'any' && (from > 0 || to < required.length - 1))
    return wrong('must go from the first step to the last where steps are in any order');
  if (selector === undefined) return undefined;
  const places = steps.map(({ id }) => id);
  const within = steps.slice(places.indexOf(after) + 1, places.indexOf(before) + 1);
  const step = within.find((step) => mayMeet(step.selector, selector));
  if (step !== undefined)
    return wrong(
      `may exclude what the step "${step.id}" asks for; it must differ by name, status, duration, or by the value of a property`,
    );
  return { selector, after, before, drops };
}
