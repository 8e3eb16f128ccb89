/** How wide the terminal of a process is taken to be. */
import { expect, test } from 'vitest';
import { createTerminal } from './terminal.ts';

const columnsOf = (stdout: { isTTY?: boolean; columns?: number }, env = {}): number =>
  createTerminal({
    ...process,
    env,
    stdin: process.stdin,
    stdout: { ...stdout, on: () => undefined },
    stderr: {},
  } as unknown as NodeJS.Process).columns;

test.each([
  ['what the terminal says', columnsOf({ isTTY: true, columns: 132 }), 132],
  ['80 where nobody told the terminal', columnsOf({ isTTY: true, columns: 0 }), 80],
  ['no end in a pipe', columnsOf({}), Infinity],
  ['what COLUMNS says', columnsOf({ isTTY: true, columns: 132 }, { COLUMNS: '60' }), 60],
])('%s', (_name, columns, expected) => {
  expect(columns).toBe(expected);
});
