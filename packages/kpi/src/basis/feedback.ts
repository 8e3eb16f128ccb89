/** Happiness: what people answered about some features, on one scale. */
import { EVENT_FEATURE_FEEDBACK } from '@heartwood/semconv';
import type { FeedbackQuestion, FeedbackRow } from '@heartwood/store';
import { toStatement } from '../analytic.ts';
import { factWarnings } from '../facts.ts';
import { toScale } from '../feedback.ts';
import { toNs, type Window } from '../window.ts';
import type { FeedbackBasis } from './basis.ts';
import type { Resolver } from './resolver.ts';

export const FEEDBACK: Resolver<FeedbackBasis> = {
  async read(reader, window, basis, options) {
    const question = toQuestion(window, basis);
    const { rows, ...answer } = await reader.ask(
      { ...question, output: { kind: 'numbers' } } as const,
      options,
    );
    const scored = rows.filter(({ part, scale }) => part === 'scored' && scale === basis.scale);
    const numbers = toScale([basis.scale, scored], null);
    return {
      value: numbers[basis.number],
      sample: numbers.answers,
      isKept: answer.facts.removedBefore === null,
      isSettled: true,
      facts: answer.facts,
      parts: scored.map(({ point, group, count }) => ({
        name: `answers:${String(point)}:${group.kind === 'value' ? group.value : ''}`,
        value: count,
        isCounted: true,
      })),
      warnings: [...factWarnings(answer.facts, 'user'), ...otherScales(rows, basis)],
      statements: [toStatement('feedback', answer, rows.length)],
      asOf: answer.asOf,
    };
  },

  members(reader, window, basis, part, { asOf, after, limit }, options) {
    const [, point, feature] = /^answers:([\d.]{1,20}):(.+)$/su.exec(part) ?? [];
    if (point === undefined || feature === undefined) return undefined;
    const question = toQuestion(window, basis);
    const cell = {
      part: 'scored',
      scale: basis.scale,
      point: Number(point),
      group: { kind: 'value', value: feature },
    } as const;
    const output = { kind: 'members', cell, after, limit } as const;
    return reader.ask(
      { ...question, events: { ...question.events, asOf }, output } as const,
      options,
    );
  },
};

/** Answers that were given on another scale than the one asked about. */
function otherScales(rows: readonly FeedbackRow[], basis: FeedbackBasis): string[] {
  const counts = new Map<number, number>();
  for (const { scale, count } of rows)
    if (scale !== null && scale !== basis.scale)
      counts.set(scale, (counts.get(scale) ?? 0) + count);
  if (counts.size === 0) return [];
  const most = [...counts].toSorted(([a, many], [b, more]) => more - many || a - b);
  const total = most.reduce((sum, [, count]) => sum + count, 0);
  const which = most.map(([scale, count]) => `${String(count)} out of ${String(scale)}`);
  return [
    `${String(total)} ${total === 1 ? 'answer is' : 'answers are'} on another scale than ${String(basis.scale)} and not counted: ${which.join(', ')}.`,
  ];
}

function toQuestion(window: Window, { features }: FeedbackBasis): Omit<FeedbackQuestion, 'output'> {
  const property = { kind: 'column', name: 'feature' } as const;
  return {
    kind: 'feedback',
    events: {
      ...toNs(window),
      selectors: [
        { source: 'event', names: [EVENT_FEATURE_FEEDBACK] },
        { source: 'run', names: features },
      ],
      keepOthers: false,
      unit: 'user',
      scope: { kind: 'in', property, values: features },
      group: { by: property, top: features.length },
    },
  };
}
