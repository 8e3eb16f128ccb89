/** Where people look: a stream that may be a terminal, written to without ever failing. */
import type { TextStyle } from './progress-text.ts';

/** What is used of `process.stderr`. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done: (error?: Error | null) => void): unknown;
  listenerCount(event: 'error'): number;
  once(event: 'error', listener: () => void): unknown;
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
 * Writes as `console.error` does: an error of the stream, such as a closed pipe, ends neither the app nor is it told,
 * as long as nobody else listens.
 */
export function writeSafely(stream: TerminalStream, text: string): void {
  const alone = stream.listenerCount('error') === 0;
  if (alone) stream.once('error', ignore);
  try {
    stream.write(text, (error) => {
      // The event comes after this call.
      if (error && stream.listenerCount('error') === 0) stream.once('error', ignore);
    });
  } catch {
    // Nothing can be said where nothing can be written.
  } finally {
    if (alone) stream.off('error', ignore);
  }
}

function ignore(): void {}
