/** The terminal: where data and notes go, how wide it is, and whether a person looks at it. */
import { createWindow, type Window } from './live/window.ts';

/** What a run of the command line needs of its surroundings. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when data go to a person. */
  readonly dataSeen: boolean;
  /** True when notes go to a person. */
  readonly notesSeen: boolean;
  /** Columns that data may take; infinite when nothing has to fit. */
  readonly columns: number;
  /** Where a page can change in place; absent where only lines can be written. */
  readonly window?: Window | undefined;
  /** Writes data; resolves when more may be written. */
  write(data: string | Uint8Array): Promise<void>;
  /** Writes a note. */
  tell(text: string): void;
}

/** The terminal of this process. COLUMNS wins over what the terminal says, so that a pipe can have a width too. */
export function createTerminal(process: NodeJS.Process): Terminal {
  const { env, stdout, stderr } = process;
  return {
    env,
    dataSeen: stdout.isTTY,
    notesSeen: stderr.isTTY,
    columns:
      columnsOf(env['COLUMNS']) ?? (stdout.isTTY ? stdout.columns || UNKNOWN_COLUMNS : Infinity),
    window: createWindow(process),
    write: async (data) => {
      if (stdout.write(data)) return;
      await new Promise<void>((resolve) => {
        stdout.once('drain', resolve);
      });
    },
    tell: (text) => {
      stderr.write(text);
    },
  };
}

// A terminal that nobody told its size has 0 columns, as behind `script`, `docker -t` or `ssh -tt`.
const UNKNOWN_COLUMNS = 80;
// Below this no table says anything.
const LEAST_COLUMNS = 20;

function columnsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,4}$/u.test(text) && Number(text) > 0
    ? Math.max(LEAST_COLUMNS, Number(text))
    : undefined;
}
