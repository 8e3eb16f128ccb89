/** How many of those that could begin a funnel lack what it holds equal, and so begin none. */
import type { Answer, Condition, Reader, ReadOptions } from '@heartwood/store';
import { toFunnelQuestion, type FunnelRule } from './funnel-rule.ts';
import { createWhole } from './interval.ts';
import { sayPart } from './ratio.ts';
import { toNs, type Window } from './window.ts';

/** What was asked, and what is to be said of it. */
interface Held {
  readonly warnings: readonly string[];
  readonly answers: readonly (Omit<Answer<unknown>, 'rows'> & {
    readonly name: 'held';
    readonly count: number;
  })[];
}

/** Asks nothing of a funnel that holds nothing equal. */
export async function readHeld(
  reader: Reader,
  window: Window,
  rule: FunnelRule,
  asOf: bigint,
  options: ReadOptions,
): Promise<Held> {
  const { holdConstant, order, steps } = rule;
  if (holdConstant.length === 0) return { warnings: [], answers: [] };
  const { origin, width, slots } = createWhole(window);
  const grid = { origin, width, buckets: slots };
  const { scope } = toFunnelQuestion(window, rule, undefined, grid).events;
  const first = steps.slice(0, order === 'any' ? undefined : 1).map(({ selector }) => selector);
  const exist = holdConstant.map((property): Condition => ({ kind: 'exists', property }));
  const having = first.map((one) => ({ ...one, where: allOf(one.where, ...exist) }));
  const { rows, ...answer } = await reader.ask(
    {
      kind: 'count',
      events: {
        ...toNs(window),
        selectors: [...first, ...having],
        keepOthers: false,
        unit: 'user',
        scope,
        asOf,
      },
      slots: grid,
      measures: [
        { agg: 'count', of: first.map((_, index) => index) },
        { agg: 'count', of: first.map((_, index) => first.length + index) },
      ],
      output: { kind: 'numbers' },
    } as const,
    options,
  );
  const [all, held] = [rows[0]?.values[0] ?? 0, rows[0]?.values[1] ?? 0];
  const names = holdConstant.map((one) => ('key' in one ? one.key : one.name)).join(', ');
  const what = order === 'any' ? 'steps' : 'first steps';
  return {
    warnings:
      held === all
        ? []
        : [
            `${sayPart(all - held, all, what)} lack ${names}, which all steps must have alike: they are left out.`,
          ],
    answers: [{ ...answer, name: 'held', count: rows.length }],
  };
}

const allOf = (...parts: readonly (Condition | undefined)[]): Condition => ({
  kind: 'and',
  parts: parts.filter((part) => part !== undefined),
});
