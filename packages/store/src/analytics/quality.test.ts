import { describe, expect, it } from 'vitest';
import { placeholders } from '../bind.ts';
import { compile } from './compile.ts';
import type {
  SilenceQuestion,
  Trouble,
  TroubleQuestion,
  VolumeQuestion,
} from './quality-question.ts';

const slots = { origin: 0n, width: 10n, labels: ['-1', '2', '3', '0', '1'], quarters: 2 };
const output = { kind: 'numbers' } as const;
const volume: VolumeQuestion = { kind: 'volume', from: 0n, to: 50n, slots, output };
const silence: SilenceQuestion = { ...volume, kind: 'silence', leastQuarters: 1 };
const TROUBLES: Trouble[] = ['late', 'skewed', 'repeated', 'orphan', 'unended', 'unsent', 'cut'];
const troubleOf = (trouble: Trouble): TroubleQuestion => ({
  kind: 'trouble',
  trouble,
  from: 0n,
  to: 50n,
  until: 60n,
  toleranceNs: 1n,
  output,
});

describe('questions of checks of data quality', () => {
  it.each([volume, silence, ...TROUBLES.map(troubleOf)])(
    'have a parameter for every value: $kind $trouble',
    (question) => {
      const { statement } = compile(question);
      expect(Object.keys(statement.params).toSorted()).toEqual(placeholders(statement.sql));
      const later = compile({ ...question, to: 40n });
      expect(later.statement.sql).toBe(statement.sql);
    },
  );

  it.each([
    ['slots that end too early', { ...volume, to: 51n }, 'slots'],
    [
      'labels that are text',
      { ...volume, slots: { ...slots, labels: ['0; DROP', '0', '0', '0', '0'] } },
      'labels',
    ],
    ['a period without slots', { ...volume, slots: { ...slots, quarters: 0 } }, 'no slots'],
    ['silences of no length', { ...silence, leastQuarters: 0 }, 'no length'],
    ['an unknown trouble', troubleOf('toString' as Trouble), 'no known trouble'],
    ['a tolerance below nothing', { ...troubleOf('late'), toleranceNs: -1n }, 'no known trouble'],
  ])('refuse %s', (_case, question, reason) => {
    let refused: unknown;
    try {
      compile(question);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({
      code: 'STORE_QUESTION_INVALID',
      message: expect.stringContaining(reason),
    });
  });
});
