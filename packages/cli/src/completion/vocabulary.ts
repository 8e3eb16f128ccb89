/** All that can be typed: commands, their flags and the values that flags know, as the catalogue has them. */
import { CATALOG } from '../catalog.ts';
import type { FlagTable } from '../flag.ts';
import { GLOBAL_FLAGS } from '../global-flags.ts';
import { SERVER_COMMANDS } from '../server-command.ts';

export interface Vocabulary {
  readonly commands: readonly CommandWords[];
  /** Flags of every command. */
  readonly flags: readonly FlagWords[];
  /** Commands of one word that work on files, with what they do. */
  readonly serverCommands: readonly (readonly [word: string, summary: string])[];
}

export interface CommandWords {
  readonly noun: string;
  readonly verb: string;
  readonly alias: string | undefined;
  readonly summary: string;
  /** Its own flags; one of every command that it has anew stands here alone. */
  readonly flags: readonly FlagWords[];
  /** What its argument is. */
  readonly argument: Value;
}

export interface FlagWords {
  readonly name: string;
  readonly short: string | undefined;
  readonly doc: string;
  readonly value: Value;
}

/** What follows: nothing, something, a file or folder, or one of some words. */
type Value = 'nothing' | 'text' | 'file' | readonly string[];

/** Loads every command. */
export async function readVocabulary(): Promise<Vocabulary> {
  const commands = CATALOG.map(async ({ words: [noun, verb], alias, summary, load }) => {
    const { flags, argument } = await load();
    return {
      noun,
      verb,
      alias,
      summary,
      flags: toFlagWords(flags),
      argument: argument === undefined ? ('nothing' as const) : toValue(argument.value),
    };
  });
  return {
    commands: await Promise.all(commands),
    flags: toFlagWords(GLOBAL_FLAGS),
    serverCommands: Object.entries(SERVER_COMMANDS).map(([usage, summary]) => [
      usage.split(' ')[0] ?? '',
      summary,
    ]),
  };
}

const toFlagWords = (table: FlagTable): FlagWords[] =>
  Object.entries(table).flatMap(([name, flag]) => {
    const value: Value =
      flag.kind === 'switch'
        ? 'nothing'
        : flag.kind === 'choice'
          ? flag.choices
          : toValue(flag.value);
    const words = { name, short: flag.short, doc: flag.doc, value };
    return 'also' in flag && flag.also !== undefined
      ? [words, { ...words, name: flag.also, short: undefined }]
      : [words];
  });

const toValue = (word: string): 'file' | 'text' => (FILES.test(word) ? 'file' : 'text');

const FILES = /^(?:file|folder|path|files)$/iu;

/** The flags that a command takes: its own, and those of every command that it has not anew. */
export const flagsOf = (
  { flags }: Pick<CommandWords, 'flags'>,
  ofAll: readonly FlagWords[],
): FlagWords[] => [
  ...flags,
  ...ofAll.filter(({ name }) => flags.every((own) => own.name !== name)),
];

/** First words with the second ones that they take, in the order of the catalogue. */
export function byNoun(commands: readonly CommandWords[]): Map<string, CommandWords[]> {
  const found = new Map<string, CommandWords[]>();
  for (const command of commands)
    found.set(command.noun, [...(found.get(command.noun) ?? []), command]);
  return found;
}
