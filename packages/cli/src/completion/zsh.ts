/** Completion for zsh, with what each command and flag does. */
import { byNoun, flagsOf, type FlagWords, type Vocabulary } from './vocabulary.ts';

/** A script to be sourced, or to lie as `_heartwood` in a folder of `$fpath`. */
export function toZsh({ commands, flags, serverCommands }: Vocabulary): string {
  const nouns = byNoun(commands);
  const firsts = [
    ...[...nouns].map(([noun, verbs]) => [noun, verbs.map(({ verb }) => verb).join(', ')] as const),
    ...commands.flatMap(({ alias, noun, verb, summary }) =>
      alias === undefined || nouns.has(alias)
        ? []
        : [[alias, `${noun} ${verb}: ${summary}`] as const],
    ),
    ...serverCommands,
  ];
  return `#compdef heartwood
# Completion of heartwood for zsh: source <(heartwood completion zsh)
_heartwood() {
  local noun="\${words[2]}" verb="\${words[3]}"
  local -a firsts verbs
  if (( CURRENT == 2 )); then
    firsts=(
${firsts.map(([word, doc]) => `      ${quote(`${word}:${doc}`)}`).join('\n')}
    )
    _describe command firsts
    return
  fi
  if (( CURRENT == 3 )) && [[ "$verb" != -* ]]; then
    case "$noun" in
${[...nouns]
  .map(
    ([noun, verbs]) => `      ${noun})
        verbs=(${verbs.map(({ verb, summary }) => quote(`${verb}:${summary}`)).join(' ')})
        _describe command verbs
        return ;;`,
  )
  .join('\n')}
    esac
  fi
  case "$noun $verb" in
${commands
  .map(({ noun, verb, alias, flags: own, argument }) => {
    const specs = flagsOf({ flags: own }, flags).flatMap(toSpecs);
    const rest =
      argument === 'nothing' ? [] : [quote(`*::${argument === 'file' ? ':_files' : 'argument:'}`)];
    const body = `_arguments ${[...specs, ...rest].join(' ')}`;
    const long = `    ${quote(`${noun} ${verb}`)}) shift 2 words; (( CURRENT -= 2 )); ${body} ;;`;
    return alias === undefined
      ? long
      : `${long}\n    ${quote(`${alias} `)}*) shift words; (( CURRENT -= 1 )); ${body} ;;`;
  })
  // An alias may be a noun too: what has two words is looked at first.
  .join('\n')}
    ${serverCommands.map(([word]) => `${quote(`${word} `)}*`).join('|')}) _files ;;
  esac
}
if [[ "\${funcstack[1]}" = _heartwood ]]; then _heartwood "$@"; elif (( $+functions[compdef] )); then compdef _heartwood heartwood; fi
`;
}

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function toSpecs({ name, short, doc, value }: FlagWords): string[] {
  const what = doc.replaceAll(/[\\[\]:]/gu, String.raw`\$&`);
  const action =
    value === 'nothing'
      ? ''
      : value === 'file'
        ? `:${name}:_files`
        : value === 'text'
          ? `:${name}:`
          : `:${name}:(${value.join(' ')})`;
  return [
    `--${name}${value === 'nothing' ? '' : '='}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ].map((spelling) => quote(`${spelling}[${what}]${action}`));
}
