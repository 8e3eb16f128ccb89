/** Where a command prints: data in the chosen format on stdout, words for people on stderr. */
import type { Format, GlobalFlags } from './global-flags.ts';
import { clean } from './render/clean.ts';
import { paint, symbolsFor, wantsColour, type View } from './render/style.ts';
import type { Terminal } from './terminal.ts';

/** Prints what a command found. */
export interface Output {
  readonly format: Format;
  readonly view: View;
  /** Data as they stand, line ends included. */
  write(text: string): Promise<void>;
  /** What the data are about. */
  note(text: string): void;
  /** What a reader must know before trusting the data. */
  warn(text: string): void;
  /** The next useful command; only where a person looks. */
  hint(command: string): void;
}

/** Prints to the terminal as the flags say. */
export function createOutput(flags: GlobalFlags, terminal: Terminal): Output {
  const { env, dataSeen, notesSeen, columns } = terminal;
  const notes = { colour: wantsColour(env, notesSeen, flags['no-color']) };
  const tell = (text: string): void => {
    if (!flags.quiet) terminal.tell(`${text}\n`);
  };
  return {
    format: flags.format ?? (flags.json ? 'json' : 'table'),
    view: {
      colour: wantsColour(env, dataSeen, flags['no-color']),
      symbols: symbolsFor(env),
      width: columns,
    },
    write: (text) => terminal.write(text),
    note: (text) => {
      tell(paint(notes, 'quiet', clean(text)));
    },
    warn: (text) => {
      tell(paint(notes, 'middling', `warning: ${clean(text)}`));
    },
    hint: (command) => {
      if (dataSeen && notesSeen) tell(paint(notes, 'quiet', `next: ${clean(command)}`));
    },
  };
}
