/** Adoption: one number of how far a feature has come with those who could use it. */
import type { ActivityQuestion, AdoptionPart } from '@heartwood/store';
import { readRule } from '../adoption-exposure.ts';
import { shortWarnings, toAdoptionNumbers, type AdoptionNumbers } from '../adoption-report.ts';
import { DEFAULT_RULE, describeAdoption, toAdoptionQuestion, useOf } from '../adoption-rule.ts';
import { toStatement } from '../analytic.ts';
import { factWarnings } from '../facts.ts';
import { sayInstant } from '../instant.ts';
import { toNs, type Window } from '../window.ts';
import type { AdoptionBasis, AdoptionNumber } from './basis.ts';
import type { Resolver } from './resolver.ts';

const PARTS = [
  'eligible',
  'exposed',
  'tried',
  'repeated',
  'adopted',
  'retained',
  'abandoned',
] as const satisfies readonly AdoptionPart[];

/** Whom a number is a share of, or a median over. */
const SAMPLES: Readonly<Record<AdoptionNumber, (typeof PARTS)[number]>> = {
  breadth: 'eligible',
  adoptionRate: 'eligible',
  retainedRate: 'adopted',
  abandonedRate: 'tried',
  viewToUse: 'exposed',
  repeatRate: 'tried',
  runsPerWeek: 'adopted',
  timeToAdoptMs: 'adopted',
};

export const ADOPTION: Resolver<AdoptionBasis> = {
  async read(reader, window, { feature, definition, number }, options) {
    const written = definition?.rule ?? DEFAULT_RULE;
    const counted = await readRule(reader, window, { feature, rule: written }, options);
    const { rule, asOf } = counted;
    const { question } = toAdoptionQuestion(window, rule, { feature });
    const events = { ...question.events, asOf };
    const { rows, ...answer } = await reader.ask(
      { ...question, events, output: { kind: 'numbers' } } as const,
      options,
    );
    // The state of the feature is no number, and asked by nobody here.
    const state = { isKnown: true, isUsed: true };
    const subject = { feature, definition: definition ?? undefined, rule, ...state };
    const numbers: AdoptionNumbers = toAdoptionNumbers(rows, null, answer.facts, window, subject);
    return {
      value: numbers[number],
      sample: numbers[SAMPLES[number]] ?? 0,
      isKept: answer.facts.removedBefore === null,
      isSettled: true,
      facts: answer.facts,
      parts: [
        ...PARTS.map((name) => ({ name, value: numbers[name], isCounted: numbers[name] !== null })),
        { name: 'runsPerWeek', value: numbers.runsPerWeek, isCounted: false },
        { name: 'timeToAdoptMs', value: numbers.timeToAdoptMs, isCounted: false },
      ],
      warnings: [
        ...counted.warnings,
        ...factWarnings(answer.facts, rule.unit),
        ...(number === 'abandonedRate' ? shortWarnings(window, rule) : []),
      ],
      statements: [
        ...counted.statements,
        toStatement(definition?.id ?? feature, answer, rows.length),
      ],
      rule: describeAdoption(feature, rule),
      asOf,
    };
  },

  async beside(reader, window, basis, { asOf }, options) {
    const question = toNewcomers(window, basis);
    const { rows, ...answer } = await reader.ask(
      {
        ...question,
        events: { ...question.events, asOf },
        output: { kind: 'numbers' },
      } as const,
      options,
    );
    const value = rows.find(({ part, at }) => part === 'new' && at === 1)?.actors ?? 0;
    const { removedBefore } = answer.facts;
    return {
      parts: [{ name: NEWCOMERS, value, isCounted: true }],
      warnings:
        removedBefore === null
          ? []
          : [
              `${NEWCOMERS} are new since ${sayInstant(removedBefore)}: who used it before then and not since counts as new.`,
            ],
      statements: [toStatement(NEWCOMERS, answer, rows.length)],
    };
  },

  members(reader, window, { feature, definition }, name, { asOf, after, limit }, options) {
    if (name === NEWCOMERS) {
      const cell = { part: 'new', span: 0, from: 1, to: 1, group: null } as const;
      const output = { kind: 'members', cell, after, limit } as const;
      const question = toNewcomers(window, { feature, definition });
      const events = { ...question.events, asOf };
      return reader.ask({ ...question, events, output } as const, options);
    }
    const part = PARTS.find((known) => known === name);
    if (part === undefined) return undefined;
    const written = definition?.rule ?? DEFAULT_RULE;
    const read = readRule(reader, window, { feature, rule: written }, { ...options, asOf });
    return read.then(({ rule, asOf: last }) => {
      const { question } = toAdoptionQuestion(window, rule, { feature });
      const cell = { part, bucket: null, group: null };
      const events = { ...question.events, asOf: last };
      const output = { kind: 'members', cell, after, limit } as const;
      return reader.ask({ ...question, events, output } as const, options);
    });
  },
};

const NEWCOMERS = 'newActors';

/** Who used a feature with success for the first time of all that is stored: the second bucket is the window. */
function toNewcomers(
  window: Window,
  { feature, definition }: Pick<AdoptionBasis, 'feature' | 'definition'>,
): Omit<ActivityQuestion, 'output'> {
  const { from, to } = toNs(window);
  const { unit } = definition?.rule ?? DEFAULT_RULE;
  const selectors = [useOf([feature])];
  return {
    kind: 'activity',
    events: { from: 0n, to, selectors, keepOthers: false, unit },
    slots: { origin: 2n * from - to, width: to - from, buckets: ['0', '1'] },
    measure: { kind: 'lifecycle' },
  };
}
