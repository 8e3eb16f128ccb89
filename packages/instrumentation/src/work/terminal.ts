/** Where people look: a stream that may be a terminal, written to without ever failing. */
import type { TextStyle } from './progress-text.ts';

/** What is used of `process.stderr`. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** True where a line can be drawn over: in a terminal that is not called dumb and belongs to no build server. */
export function canRedraw(stream: TerminalStream, env: Environment): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
}

/** What the stream can show: NO_COLOR goes before FORCE_COLOR, symbols need UTF-8. */
export function styleOf(stream: TerminalStream, env: Environment): TextStyle {
  const forced = env['FORCE_COLOR'];
  const colour =
    (env['NO_COLOR'] ?? '') === '' &&
    (forced === undefined ? canRedraw(stream, env) : forced !== '0' && forced !== 'false');
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const symbols = /utf-?8/i.test(locale) || (process.platform !== 'linux' && locale === '');
  return { colour, symbols: symbols && env['TERM'] !== 'linux' };
}

/**
 * Writes, and keeps an error of the stream, such as that of a closed pipe, from ending the app. After one nothing is
 * written there any more; what the app itself writes fails as it would have.
 */
export function writeSafely(stream: TerminalStream, text: string): void {
  if (broken.has(stream)) return;
  const hushed = hush(stream);
  try {
    stream.write(text, (error) => {
      if (error) giveUp(stream);
    });
  } catch {
    giveUp(stream);
  } finally {
    stream.off('error', hushed);
  }
}

const broken = new WeakSet<TerminalStream>();

/** The event comes after the callback of the write; those of writes before it may come as well. */
function giveUp(stream: TerminalStream): void {
  broken.add(stream);
  const hushed = hush(stream);
  setImmediate(() => setImmediate(() => stream.off('error', hushed)));
}

function hush(stream: TerminalStream): () => void {
  const ignore = (): void => {};
  stream.on('error', ignore);
  return ignore;
}
