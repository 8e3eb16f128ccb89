/** Colours and symbols: what they stand for, and whether this terminal can show them. */

/** What a colour says. */
export type Tone = 'title' | 'quiet' | 'good' | 'middling' | 'bad' | 'link';

/** Signs that have a plain form for terminals without UTF-8. */
export interface Symbols {
  /** Stands for null. */
  readonly none: string;
  /** Stands for what was cut. */
  readonly cut: string;
  /** A bar, from empty to full. */
  readonly bar: readonly string[];
  /** What a bar has not reached. */
  readonly track: string;
  /** Heights of a small chart, lowest first. */
  readonly spark: readonly string[];
  /** Between parts of a line. */
  readonly dot: string;
}

/** How to draw: colours, symbols and the columns there are; infinite where nothing has to fit. */
export interface View {
  readonly colour: boolean;
  readonly symbols: Symbols;
  readonly width: number;
}

export const UNICODE: Symbols = {
  none: '–',
  cut: '…',
  bar: [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  track: '░',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  dot: '·',
};

export const ASCII: Symbols = {
  none: '-',
  cut: '~',
  bar: [' ', '#'],
  track: '.',
  spark: ['_', '.', ':', '-', '=', '+', '*', '#'],
  dot: '|',
};

/** Colours the text, where colours are wanted. */
export function paint(
  { colour }: Pick<View, 'colour'>,
  tone: Tone | undefined,
  text: string,
): string {
  if (!colour || tone === undefined || text === '') return text;
  return `\u001B[${SGR[tone]}m${text}\u001B[0m`;
}

/** `--no-color` first, then FORCE_COLOR, then NO_COLOR (no-color.org), then whether a person looks. */
export function wantsColour(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
  noColour: boolean,
): boolean {
  if (noColour) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}

/**
 * Plain signs for a dumb terminal, for a locale that says it is not UTF-8 (POSIX: LC_ALL, LC_CTYPE, LANG), and on Windows for
 * the old console, which has no locale and none of the variables that terminals with UTF-8 set.
 */
export function symbolsFor(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Symbols {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (value) => (value ?? '') !== '',
  );
  if (env['TERM'] === 'dumb') return ASCII;
  if (locale !== undefined) return /utf-?8/iu.test(locale) ? UNICODE : ASCII;
  const hasUtf8 =
    platform !== 'win32' || WINDOWS_TERMINALS.some((name) => (env[name] ?? '') !== '');
  return hasUtf8 ? UNICODE : ASCII;
}

/** Windows Terminal, editors such as VS Code, ConEmu and Cmder, and all that come from Unix. */
const WINDOWS_TERMINALS = ['WT_SESSION', 'TERM_PROGRAM', 'ConEmuTask', 'TERM'];

// Sixteen-colour codes, so that the terminal's own palette decides about contrast.
const SGR: Readonly<Record<Tone, string>> = {
  title: '1',
  quiet: '2',
  good: '32',
  middling: '33',
  bad: '31',
  link: '36',
};
