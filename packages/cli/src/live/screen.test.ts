/** What pages look like on a terminal: output is played to an emulator. */
import headless from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitLines, toUpdate, type Size } from './frame.ts';
import { openScreen, type Screen } from './screen.ts';
import type { Window } from './window.ts';

interface Shown {
  readonly screen: Screen;
  readonly events: Parameters<Window['watch']>[0];
  readonly resize: (size: Size) => void;
  readonly lines: () => Promise<string[]>;
  readonly written: () => string;
}

function open(first: Size, signal = new AbortController().signal): Shown {
  let size = first;
  let written = '';
  let events: Parameters<Window['watch']>[0] | undefined;
  const terminal = new headless.Terminal({
    cols: size.columns,
    rows: size.rows,
    allowProposedApi: true,
  });
  const window: Window = {
    get size() {
      return size;
    },
    write: (text) => {
      written += text;
      terminal.write(text);
    },
    watch: (watched) => {
      events = watched;
      return { [Symbol.dispose]: () => {} };
    },
  };
  const screen = openScreen(window, '…', signal);
  if (events === undefined) throw new Error('the window is not watched');
  const watched = events;
  return {
    screen,
    events: watched,
    resize: (next) => {
      size = next;
      terminal.resize(next.columns, next.rows);
      watched.onResize();
    },
    lines: async () => {
      await new Promise<void>((resolve) => {
        terminal.write('', resolve);
      });
      const { active } = terminal.buffer;
      const lines = Array.from({ length: terminal.rows }, (_, index) =>
        (active.getLine(active.baseY + index)?.translateToString(true) ?? '').trimEnd(),
      );
      return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
    },
    written: () => written,
  };
}

const isCursorThere = ({ written }: Shown): boolean =>
  written().lastIndexOf('\u001B[?25h') > written().lastIndexOf('\u001B[?25l');

const plain = (line: string): string =>
  // oxlint-disable-next-line no-control-regex
  line.replaceAll(/\u001B\[[\d;]*m/gu, '').trimEnd();

// Without empty lines, so that what stands above can be told from what is empty.
const line = fc
  .array(fc.constantFrom('a', 'bc ', '漢', '字', '\u001B[31mred\u001B[0m', 'é', '░', '━'), {
    minLength: 1,
    maxLength: 40,
  })
  .map((parts) => `|${parts.join('')}`);
const step = fc.oneof(
  fc.record({ page: fc.array(line, { maxLength: 14 }) }),
  fc.record({ keep: fc.array(fc.stringMatching(/^[a-z]{1,9}$/u), { maxLength: 4 }) }),
  fc.record({ columns: fc.integer({ min: 10, max: 60 }), rows: fc.integer({ min: 3, max: 16 }) }),
);

test('whatever pages and lines follow each other, and whatever size the window takes, one whole page stands below what was kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      let size = { columns: 40, rows: 10 };
      let page: readonly string[] = [];
      let above: string[] = [];
      const shown = open(size);
      for (const each of steps) {
        if ('page' in each) {
          page = each.page;
          shown.screen.show(() => page);
        } else if ('keep' in each) {
          above.push(...each.keep);
          shown.screen.keep(each.keep);
        } else {
          size = each;
          // Where it breaks lines anew, nobody knows what stands where: all of the window is drawn.
          above = [];
          shown.resize(each);
        }
      }
      const all = [...above, ...fitLines(page, size, '…').map(plain)];
      const seen = await shown.lines();
      expect(seen).toEqual(all.slice(all.length - seen.length));
      expect(seen.length).toBeGreaterThanOrEqual(Math.min(page.length, size.rows - 1));
    }),
    { numRuns: 25 },
  );
});

test('a page is never wider than the window, by its colours neither', async () => {
  const { screen, lines } = open({ columns: 10, rows: 4 });
  screen.show(() => ['\u001B[31m漢字漢字漢字\u001B[0m end', '0123456789', '01234567890', 'gone']);
  expect(await lines()).toEqual(['漢字漢字…', '0123456789', '012345678…']);
});

test('what stays is not written again', () => {
  expect(toUpdate(['a', 'b'], ['a', 'b'])).toBe('');
  expect(toUpdate(['same', 'old'], ['same', 'new'])).not.toContain('same');
});

test('the cursor is hidden while a page stands, and there while the program is stopped and at its end', async () => {
  const abortion = new AbortController();
  const shown = open({ columns: 20, rows: 5 }, abortion.signal);
  shown.screen.show(() => ['one', 'two']);
  expect(isCursorThere(shown)).toBe(false);
  shown.events.onStop();
  expect(isCursorThere(shown)).toBe(true);
  shown.events.onContinue();
  expect(isCursorThere(shown)).toBe(false);
  // Below what the shell wrote meanwhile.
  expect(await shown.lines()).toEqual(['one', 'two', 'one', 'two']);
  abortion.abort();
  expect(isCursorThere(shown)).toBe(true);
  const { length } = shown.written();
  shown.screen.show(() => ['late']);
  shown.screen.keep(['late']);
  shown.events.onEnd();
  expect(shown.written()).toHaveLength(length);
});
