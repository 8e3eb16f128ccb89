/** Happiness: what people answered about some features, on one scale. */
import { EVENT_FEATURE_FEEDBACK } from '@heartwood/semconv';
import type { EligibleFacts, FeedbackQuestion, FeedbackRow, Group } from '@heartwood/store';
import { toStatement } from '../analytic.ts';
import { factWarnings } from '../facts.ts';
import { MIN_ANSWERS, toScale } from '../feedback.ts';
import { rate } from '../ratio.ts';
import { toNs, type Window } from '../window.ts';
import type { FeedbackBasis } from './basis.ts';
import type { BasisPart, Resolver } from './resolver.ts';

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
      parts: [
        ...scored.map(({ point, group, count }) => ({
          name: `answers:${String(point)}:${nameOf(group)}`,
          value: count,
          isCounted: true,
        })),
        ...rows
          .filter(({ part }) => part === 'answering' || part === 'actors')
          .map(({ part, group, count }) => ({
            name: `${part}:${nameOf(group)}`,
            value: count,
            isCounted: true,
          })),
        { name: 'responseRate', value: responseRateOf(rows, answer.facts), isCounted: false },
      ],
      warnings: [...factWarnings(answer.facts, 'user'), ...otherScales(rows, basis)],
      statements: [toStatement('feedback', answer, rows.length)],
      asOf: answer.asOf,
    };
  },

  async beside(reader, window, basis, { value }, options) {
    const nothing = { previousAnswers: null, change: null };
    const { fromMs, toMs } = window;
    const startMs = 2 * fromMs - toMs;
    if (startMs < 0) return { parts: toParts(nothing), warnings: [], statements: [] };
    const question = toQuestion({ ...window, fromMs: startMs, toMs: fromMs }, basis);
    const { rows, ...answer } = await reader.ask(
      { ...question, output: { kind: 'numbers' } } as const,
      options,
    );
    const scored = rows.filter(({ part, scale }) => part === 'scored' && scale === basis.scale);
    const { answers, [basis.number]: former } = toScale([basis.scale, scored], null);
    const change = value === null || former === null ? null : value - former;
    const isKept = answer.facts.removedBefore === null;
    return {
      parts: toParts(isKept ? { previousAnswers: answers, change } : nothing),
      warnings: [],
      statements: [toStatement('feedback before', answer, rows.length)],
    };
  },

  members(reader, window, basis, part, { asOf, after, limit }, options) {
    const [, point, about] = /^answers:([\d.]{1,20}):(.+)$/su.exec(part) ?? [];
    const [, people, feature = about] = /^(answering|actors):(.+)$/su.exec(part) ?? [];
    if (feature === undefined) return undefined;
    const question = toQuestion(window, basis);
    const cell = {
      part: people === undefined ? 'scored' : (people as 'answering' | 'actors'),
      scale: people === undefined ? basis.scale : null,
      point: people === undefined ? Number(point) : null,
      group: { kind: 'value', value: feature },
    } as const;
    const output = { kind: 'members', cell, after, limit } as const;
    return reader.ask(
      { ...question, events: { ...question.events, asOf }, output } as const,
      options,
    );
  },
};

const nameOf = (group: Group): string => (group.kind === 'value' ? group.value : '');

const toParts = (numbers: Readonly<Record<string, number | null>>): BasisPart[] =>
  Object.entries(numbers).map(([name, value]) => ({ name, value, isCounted: false }));

/** Share of those who ran a feature that answered about it, on whatever scale; of several features the ratio of the sums. */
function responseRateOf(rows: readonly FeedbackRow[], facts: EligibleFacts): number | null {
  const sum = (part: FeedbackRow['part']): number =>
    rows.reduce((total, row) => total + (row.part === part ? row.count : 0), 0);
  return sum('answers') < MIN_ANSWERS ? null : rate(sum('answering'), sum('actors'), facts);
}

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
