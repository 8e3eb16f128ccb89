/** Completion for fish, with what each command and flag does. */
import { byNoun, type CommandWords, type FlagWords, type Vocabulary } from './vocabulary.ts';

/** A script to be sourced, or to lie as `heartwood.fish` in fish's folder of completions. */
export function toFish({ commands, flags, serverCommands }: Vocabulary): string {
  const nouns = byNoun(commands);
  const aliases = commands.flatMap(({ alias, noun, verb, summary }) =>
    alias === undefined || nouns.has(alias)
      ? []
      : [[alias, `${noun} ${verb}: ${summary}`] as const],
  );
  const offer = (condition: string, word: string, doc: string): string =>
    `complete -c heartwood -n ${quote(condition)} -a ${word} -d ${quote(doc)}`;
  return `# Completion of heartwood for fish: heartwood completion fish | source
function __heartwood_words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or echo $word
    end
end
function __heartwood_is
    set -l words (__heartwood_words | head -n (count $argv))
    test "$words" = "$argv"
end
function __heartwood_only
    test (count (__heartwood_words)) -eq (count $argv); and begin
        test (count $argv) -eq 0; or __heartwood_is $argv
    end
end
complete -c heartwood -f
${[
  ...[...nouns].map(([noun, verbs]) =>
    offer('__heartwood_only', noun, verbs.map(({ verb }) => verb).join(', ')),
  ),
  ...[...aliases, ...serverCommands].map(([word, doc]) => offer('__heartwood_only', word, doc)),
  ...commands.map(({ noun, verb, summary }) => offer(`__heartwood_only ${noun}`, verb, summary)),
  ...flags.map((flag) => toLine(undefined, flag)),
  ...commands.flatMap((command) =>
    command.flags.map((flag) => toLine(conditionOf(command, nouns), flag)),
  ),
  ...commands
    .filter(({ argument }) => argument === 'file')
    .map((command) => `complete -c heartwood -n ${quote(conditionOf(command, nouns))} -F`),
  ...serverCommands.map(
    ([word]) => `complete -c heartwood -n ${quote(`__heartwood_is ${word}`)} -F`,
  ),
].join('\n')}
`;
}

function conditionOf(
  { noun, verb, alias }: CommandWords,
  nouns: ReadonlyMap<string, unknown>,
): string {
  const long = `__heartwood_is ${noun} ${verb}`;
  if (alias === undefined) return long;
  // As a noun it has other verbs too.
  return `${long}; or ${nouns.has(alias) ? '__heartwood_only' : '__heartwood_is'} ${alias}`;
}

const quote = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;

function toLine(condition: string | undefined, { name, short, doc, value }: FlagWords): string {
  return [
    'complete -c heartwood',
    ...(condition === undefined ? [] : [`-n ${quote(condition)}`]),
    `-l ${name}`,
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(value === 'nothing' ? [] : value === 'file' ? ['-rF'] : ['-x']),
    ...(typeof value === 'string' ? [] : [`-a ${quote(value.join(' '))}`]),
    `-d ${quote(doc)}`,
  ].join(' ');
}
