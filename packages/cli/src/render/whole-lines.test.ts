import { expect, test } from 'vitest';
import { cleanLines } from './clean.ts';
import { WholeLines } from './whole-lines.ts';

test('finds a sequence and a letter that are cut in two', () => {
  const text = 'a\u001B]52;c;cm0=\u0007b\n漢\u009B2Jc';
  for (const size of [1, 2, 3, 100]) {
    const lines = new WholeLines(cleanLines);
    const bytes = new TextEncoder().encode(text);
    let read = '';
    for (let at = 0; at < bytes.length; at += size)
      read += lines.read(bytes.subarray(at, at + size));
    expect(read + lines.end()).toBe('ab\n漢c');
  }
});
