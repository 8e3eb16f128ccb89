/** One line of the catalogue of commands. */
import type { Command } from '../command.ts';

export interface Entry {
  /** Noun and verb. */
  readonly words: readonly [noun: string, verb: string];
  /** One word that means the same. */
  readonly alias?: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
