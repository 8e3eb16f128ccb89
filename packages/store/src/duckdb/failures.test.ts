import { describe, expect, it } from 'vitest';
import { storeError } from '../errors.ts';
import { landingFailure, queryFailure, rollbackFailure } from './failures.ts';

describe('what stopped a landing', () => {
  it.each([
    ['Constraint Error: CHECK constraint failed on table spans', 'STORE_DATA_REFUSED'],
    ['Invalid Input Error: Invalid unicode (byte sequence mismatch)', 'STORE_DATA_REFUSED'],
    ['Conversion Error: Could not convert string', 'STORE_DATA_REFUSED'],
    ['Out of Range Error: Overflow in sum', 'STORE_DATA_REFUSED'],
    ['Out of Memory Error: failed to allocate data', 'STORE_LAND_FAILED'],
    ['IO Error: Could not write file: No space left on device', 'STORE_LAND_FAILED'],
    ['TransactionContext Error: Failed to commit: could not write', 'STORE_LAND_FAILED'],
    ['Catalog Error: Table with name spans does not exist!', 'STORE_LAND_FAILED'],
    ['FATAL Error: Failed: database has been invalidated', 'STORE_FATAL'],
    ['INTERNAL Error: Attempted to access index 3', 'STORE_FATAL'],
    ['Invalid Input Error: FATAL Error: as a sender wrote', 'STORE_DATA_REFUSED'],
    ['nothing that DuckDB says', 'STORE_LAND_FAILED'],
  ])('"%s" is %s', (message, code) => {
    expect(landingFailure(new Error(message))).toMatchObject({ code });
  });

  it('keeps an error that has a code', () => {
    const closed = storeError('STORE_CLOSED');
    expect(landingFailure(closed)).toBe(closed);
  });
});

it('takes a word that a query quotes for no fatal error', () => {
  const quoting = new Error(`Conversion Error: Could not convert 'FATAL Error: x' to INT32`);
  expect(queryFailure('feature/table', quoting)).toMatchObject({ code: 'STORE_QUERY_FAILED' });
});

it('tells a query that needs too much memory', () => {
  const full = new Error('Out of Memory Error: could not allocate block of size 256.0 KiB');
  expect(queryFailure('ask/count', full)).toMatchObject({
    code: 'STORE_QUERY_TOO_LARGE',
    retryable: false,
  });
});

describe('a rollback that fails', () => {
  const cause = new Error('Constraint Error: x');
  it('is nothing when the failed commit has rolled back', () => {
    const nothing = new Error(
      'TransactionContext Error: cannot rollback - no transaction is active',
    );
    expect(rollbackFailure(nothing, cause)).toBeUndefined();
  });
  it('costs the connection in every other case', () => {
    expect(rollbackFailure(new Error('IO Error: x'), cause)).toMatchObject({
      code: 'STORE_FATAL',
      cause,
    });
  });
});
