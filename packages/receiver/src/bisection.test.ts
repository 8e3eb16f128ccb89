import { CodedError } from '@heartwood/semconv';
import { expect, test } from 'vitest';
import { Bisection, type FailedLanding } from './bisection.ts';

const refused = new CodedError('STORE_DATA_REFUSED', 'no', false);
const fatal = new CodedError('STORE_FATAL', 'no', true);

const landing = (
  [fromRecord, fromRows]: readonly [bigint, number],
  [toRecord, toRows]: readonly [bigint, number],
  records: number,
  requests: number,
  fullRows = 1,
): FailedLanding => ({
  from: { record: fromRecord, rows: fromRows },
  to: { record: toRecord, rows: toRows },
  records,
  requests,
  fullRows,
});

const toPlain = ({ culprit, sizes, aloneTo, steps }: Bisection): object => ({
  culprit,
  sizes,
  aloneTo,
  steps,
});

test.each([
  ['the end of one and the beginning of the next', landing([4n, 3], [5n, 1], 1, 1, 100), 5n],
  ['one with a record and an empty one', landing([4n, 0], [6n, 0], 1, 2), 5n],
  ['a span and a log record', landing([4n, 0], [6n, 0], 2, 2), 5n],
  ['two empty ones', landing([4n, 0], [6n, 0], 0, 2), 5n],
])('accuses nobody while a landing holds two requests: %s', (_name, failed, last) => {
  const bisection = new Bisection();
  bisection.note(failed, refused);
  expect(toPlain(bisection)).toEqual({
    culprit: undefined,
    sizes: [1, 1],
    aloneTo: last,
    steps: 1,
  });
  bisection.note(landing([4n, 0], [5n, 0], 1, 1), refused);
  expect(bisection.culprit).toMatchObject({ number: 4n, from: 0, to: undefined });
});

test('a landing of nothing has nobody to accuse', () => {
  const bisection = new Bisection();
  bisection.note(landing([4n, 0], [4n, 0], 0, 0, 100), refused);
  expect(toPlain(bisection)).toMatchObject({ culprit: undefined, sizes: [], steps: 0 });
});

test.each([
  ['once where it is refused', refused, 1],
  ['after three times where the database stops', fatal, 3],
])('gives up the row of a request that cannot be set aside with it: %s', (_name, error, times) => {
  const bisection = new Bisection();
  bisection.note(landing([4n, 0], [5n, 0], 1, 1), refused);
  for (let time = 1; time <= times; time++) {
    expect(bisection.culprit).toMatchObject({ number: 4n, isKnown: true });
    bisection.noteAside(error);
  }
  expect(toPlain(bisection)).toMatchObject({ culprit: { number: 4n, isKnown: false }, steps: 2 });
  // Nothing is left to give up: whatever refuses an empty landing refuses everything.
  bisection.noteAside(refused);
  expect(toPlain(bisection)).toMatchObject({ culprit: { number: 4n, isKnown: false }, steps: 2 });
});
