/** Where a command prints: data in the chosen format on stdout, words for people on stderr. */
import type { FlagTable } from './flag.ts';
import { FORMATS, type Format, type GlobalFlags } from './global-flags.ts';
import { openScreen, type Screen } from './live/screen.ts';
import { clean } from './render/clean.ts';
import { paint, symbolsFor, wantsColour, type View } from './render/style.ts';
import type { Terminal } from './terminal.ts';

/** Prints what a command found. */
export interface Output {
  readonly format: Format;
  readonly view: View;
  /** Data as they stand, line ends included. */
  write(data: string | Uint8Array): Promise<void>;
  /** The file of `--output`; undefined where data go to the terminal. */
  readonly file: string | undefined;
  /** True where a person looks at the data. */
  readonly isSeen: boolean;
  /** Writes a file of its own beside that of `--output`, with this ending behind its name. */
  writeBeside(ending: string, text: string): Promise<void>;
  /** What the data are about. */
  note(text: string): void;
  /** What a reader must know before trusting the data. */
  warn(text: string): void;
  /** The next useful command; only where a person looks. */
  hint(command: string): void;
  /**
   * A page that changes in place, until it is disposed of or the signal ends it; notes that come meanwhile stay above it.
   * Undefined where data are no words for people, or nobody looks: then lines are to be written.
   */
  openScreen(signal: AbortSignal): Screen | undefined;
}

/** What a command takes, as far as the ending of a file may stand for it. */
interface Forms {
  readonly table: FlagTable;
  /** Default: format. */
  readonly formatFlag: string | undefined;
}

/** Has a command print to the terminal, or to the file of `--output`, which is there once it is whole. */
export async function withOutput<Flags extends GlobalFlags, Result>(
  flags: Flags,
  { table, formatFlag = 'format' }: Forms,
  terminal: Terminal,
  work: (flags: Flags, output: Output) => Promise<Result>,
): Promise<Result> {
  const file = flags.output;
  if (file === undefined) return await work(flags, createOutput(flags, terminal));
  const [{ formatOf }, { openOutputFile }] = await Promise.all([
    import('./output-format.ts'),
    import('./output-file.ts'),
  ]);
  const given: Readonly<Record<string, unknown>> = flags;
  const isSaid = given[formatFlag] !== undefined || (formatFlag === 'format' && flags.json);
  const format = isSaid ? given[formatFlag] : formatOf(file, formatFlag, table[formatFlag]);
  const target = await openOutputFile(file, flags.force);
  const told = { ...flags, [formatFlag]: format };
  try {
    const output = createOutput(told, {
      ...terminal,
      dataSeen: false,
      window: undefined,
      write: (data) => target.write(data),
    });
    const result = await work(told, output);
    await target.keep();
    output.note(`Written to ${file}.`);
    return result;
  } catch (error) {
    await target.drop();
    throw error;
  }
}

function createOutput(flags: GlobalFlags, terminal: Terminal): Output {
  const { env, dataSeen, notesSeen, columns } = terminal;
  const isFile = flags.output !== undefined;
  const notes = { colour: wantsColour(env, notesSeen, flags['no-color']) };
  let screen: Screen | undefined;
  const tell = (text: string): void => {
    if (flags.quiet) return;
    if (screen !== undefined && notesSeen) screen.keep([text]);
    else terminal.tell(`${text}\n`);
  };
  const format =
    FORMATS.find((format) => format === flags.format) ?? (flags.json ? 'json' : 'table');
  const symbols = symbolsFor(env);
  return {
    format,
    view: {
      // A file is read later, by whom and where is not known.
      colour: !isFile && wantsColour(env, dataSeen, flags['no-color']),
      symbols,
      width: isFile ? Infinity : columns,
    },
    write: (data) => terminal.write(data),
    file: flags.output,
    isSeen: dataSeen,
    writeBeside: async (ending, text) => {
      if (flags.output === undefined) return;
      const { openOutputFile } = await import('./output-file.ts');
      const beside = await openOutputFile(`${flags.output}${ending}`, flags.force);
      try {
        await beside.write(text);
        await beside.keep();
      } catch (error) {
        await beside.drop();
        throw error;
      }
    },
    note: (text) => {
      tell(paint(notes, 'quiet', clean(text)));
    },
    warn: (text) => {
      tell(paint(notes, 'middling', `warning: ${clean(text)}`));
    },
    hint: (command) => {
      if (dataSeen && notesSeen) tell(paint(notes, 'quiet', `next: ${clean(command)}`));
    },
    openScreen: (signal) => {
      const { window } = terminal;
      if (format !== 'table' || window === undefined) return undefined;
      const opened = openScreen(window, symbols.cut, signal);
      const end = (): void => {
        screen = undefined;
        opened[Symbol.dispose]();
      };
      signal.addEventListener('abort', end, { once: true });
      screen = { ...opened, [Symbol.dispose]: end };
      return screen;
    },
  };
}
