import { expect, it } from 'vitest';
import { isUnreadable } from './damage.ts';

it.each<[string, boolean]>([
  ['IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2', true],
  ['IO Error: The file "x" exists, but it is not a valid DuckDB database file!', true],
  ['IO Error: Could not read enough bytes from file "x": attempted to read 8 bytes', true],
  ['INTERNAL Error: Attempted to access index 3 within vector of size 3', true],
  ['IO Error: Could not set lock on file "x": Conflicting lock is held in node (PID 3)', false],
  ['IO Error: Cannot open file "x": Permission denied', false],
  ['IO Error: Could not write file "x": No space left on device', false],
  ['Failure while replaying WAL file "x": Could not write: No space left on device', false],
  ['FATAL Error: Failed to create checkpoint: No space left on device', false],
  ['Out of Memory Error: failed to pin block of size 256.0 KiB', false],
  ['Catalog Error: Table with name archive_files does not exist!', false],
])('"%s" is damage: %s', (message, expected) => {
  expect(isUnreadable(new Error(message))).toBe(expected);
});
