/** A word as it has to be typed into a POSIX shell. */
import { clean } from './render/clean.ts';

/** The word, quoted where needed; undefined for a name that nobody could type as it is shown. */
export function toShellWord(word: string): string | undefined {
  if (word === '' || clean(word) !== word) return undefined;
  return /^[\w./:@%+-]+$/u.test(word) && !word.startsWith('-')
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
