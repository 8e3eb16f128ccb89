/** What a person sees of what a program wrote: the output, played to a terminal emulator. */
import headless from '@xterm/headless';

/** A terminal of a size. */
export interface Screen {
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** The lines of the window as they stand, without spaces at their ends and without empty lines below. */
  lines(): Promise<string[]>;
  /** The same with what has scrolled away above. */
  all(): Promise<string[]>;
  /** Whether the cursor can be seen. */
  hasCursor(): boolean;
}

export function createScreen(columns: number, rows: number): Screen {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  let raw = '';
  const read = async (isWhole: boolean): Promise<string[]> => {
    await new Promise<void>((resolve) => {
      terminal.write('', resolve);
    });
    const { active } = terminal.buffer;
    const first = isWhole ? 0 : active.baseY;
    const lines = Array.from(
      { length: active.baseY + terminal.rows - first },
      (_, index) => active.getLine(first + index)?.translateToString(true) ?? '',
    );
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  };
  return {
    write: (text) => {
      raw += text;
      terminal.write(text);
    },
    resize: (columns, rows) => terminal.resize(columns, rows),
    lines: () => read(false),
    all: () => read(true),
    hasCursor: () => raw.lastIndexOf('\u001B[?25h') >= raw.lastIndexOf('\u001B[?25l'),
  };
}
