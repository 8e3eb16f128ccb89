/** Completion for bash, 3.2 and later, without bash-completion. */
import { byNoun, flagsOf, type FlagWords, type Vocabulary } from './vocabulary.ts';

/** A script to be sourced; it asks nobody and starts nothing. */
export function toBash({ commands, flags, serverCommands }: Vocabulary): string {
  const nouns = byNoun(commands);
  const aliases = commands.flatMap(({ alias }) => (alias === undefined ? [] : [alias]));
  const served = serverCommands.map(([word]) => word);
  const firsts = new Set([...nouns.keys(), ...aliases, ...served, 'help']);
  return `# Completion of heartwood for bash: source <(heartwood completion bash)
_heartwood() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" flag='' noun='' verb='' command='' at=1 word
  local words='' values='' file=''
  # The name of a flag whose value is typed: --flag value, or --flag=value, which bash splits.
  if [ "$cur" = '=' ]; then cur=''; flag="\${COMP_WORDS[COMP_CWORD-1]}"
  elif [ "$COMP_CWORD" -gt 2 ] && [ "\${COMP_WORDS[COMP_CWORD-1]}" = '=' ]; then flag="\${COMP_WORDS[COMP_CWORD-2]}"
  else flag="\${COMP_WORDS[COMP_CWORD-1]}"; fi
  case "$flag" in -*) ;; *) flag='' ;; esac
  while [ "$at" -lt "$COMP_CWORD" ]; do
    word="\${COMP_WORDS[at]}"
    case "$word" in
      ${valued(flags)})
        at=$((at + 1))
        if [ "\${COMP_WORDS[at]}" = '=' ]; then at=$((at + 1)); fi ;;
      -*|=|help) ;;
      *) if [ -z "$noun" ]; then noun="$word"; elif [ -z "$verb" ]; then verb="$word"; fi ;;
    esac
    at=$((at + 1))
  done
  case "$noun" in
    '') words='${[...firsts].join(' ')}' ;;
${[...nouns]
  .map(
    ([noun, verbs]) => `    ${noun})
      case "$verb" in
        ${verbs.map(({ verb }) => verb).join('|')}) command="$noun $verb" ;;
        *) words='${verbs.map(({ verb }) => verb).join(' ')}' ;;
      esac ;;`,
  )
  .join('\n')}
    ${served.join('|')}) file=1 ;;
  esac
  case "$noun" in
${commands
  .flatMap(({ alias, noun, verb }) =>
    alias === undefined
      ? []
      : [`    ${alias}) if [ -z "$command" ]; then command='${noun} ${verb}'; fi ;;`],
  )
  .join('\n')}
  esac
  local flags='${names(flags)}'
  case "$command" in
${commands
  .map(
    ({ noun, verb, flags: own, argument }) =>
      `    '${noun} ${verb}') flags='${names(flagsOf({ flags: own }, flags))}'${argument === 'file' ? '; file=1' : ''} ;;`,
  )
  .join('\n')}
  esac
  case "$command $flag" in
${commands.flatMap(({ noun, verb, flags: own }) => own.flatMap((flag) => valueCase(`${noun} ${verb} `, flag))).join('\n')}
  esac
  if [ -z "$values" ]; then
    case "$flag" in
${flags.flatMap((flag) => valueCase('', flag)).join('\n')}
    esac
  fi
  COMPREPLY=()
  case "$values" in
    '')
      case "$cur" in
        -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
        *)
          if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$cur"))
          elif [ -n "$file" ]; then values='<file>'; fi ;;
      esac ;;
    '<text>'|'<file>') ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$cur")) ;;
  esac
  if [ "$values" = '<file>' ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
  fi
}
complete -F _heartwood heartwood
`;
}

const names = (flags: readonly FlagWords[]): string =>
  flags.map(({ name }) => `--${name}`).join(' ');

const spellings = ({ name, short }: FlagWords): string[] => [
  `--${name}`,
  ...(short === undefined ? [] : [`-${short}`]),
];

const valued = (flags: readonly FlagWords[]): string =>
  flags.flatMap((flag) => (flag.value === 'nothing' ? [] : spellings(flag))).join('|');

function valueCase(before: string, flag: FlagWords): string[] {
  if (flag.value === 'nothing') return [];
  const values = typeof flag.value === 'string' ? `<${flag.value}>` : flag.value.join(' ');
  const patterns = spellings(flag).map((spelling) => `'${before}${spelling}'`);
  return [`    ${patterns.join('|')}) values='${values}' ;;`];
}
