/** A page that is drawn in place: it changes where it stands, and what was on the terminal before stays above it. */
import {
  fitLines,
  HIDE_CURSOR,
  SHOW_CURSOR,
  toKept,
  toUpdate,
  toWhole,
  type Size,
} from './frame.ts';
import type { Window } from './window.ts';

/** Draws a page for the size that the window has. */
export type Page = (size: Size) => readonly string[];

export interface Screen extends Disposable {
  /** Draws this page now, and again whenever the window has another size. */
  show(page: Page): void;
  /** Writes lines above the page, where they stay. */
  keep(lines: readonly string[]): void;
}

/**
 * Opens one. It is over, and the cursor back, when it is disposed of, when the signal is aborted, and when the process ends by a
 * signal, by itself or by an error; the last page stays.
 */
export function openScreen(window: Window, cut: string, signal: AbortSignal): Screen {
  /** What stands above the cursor. */
  let shown: readonly string[] = [];
  let page: Page = () => [];
  let isOver = false;
  const draw = (toText: (lines: readonly string[]) => string): void => {
    if (isOver) return;
    const { size } = window;
    const lines = fitLines(page(size), size, cut);
    const text = toText(lines);
    shown = lines;
    if (text !== '') window.write(text);
  };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener('abort', end);
    watching[Symbol.dispose]();
    window.write(SHOW_CURSOR);
  };
  const update = (lines: readonly string[]): string => toUpdate(shown, lines);
  const watching = window.watch({
    onResize: () => draw(toWhole),
    onStop: () => {
      window.write(SHOW_CURSOR);
      shown = [];
    },
    onContinue: () => {
      shown = [];
      draw((lines) => HIDE_CURSOR + update(lines));
    },
    onEnd: end,
  });
  window.write(HIDE_CURSOR);
  signal.addEventListener('abort', end);
  return {
    show: (next) => {
      page = next;
      draw(update);
    },
    keep: (kept) => {
      if (isOver || kept.length === 0) return;
      const before = toKept(shown, kept);
      shown = [];
      draw((lines) => before + update(lines));
    },
    [Symbol.dispose]: end,
  };
}
