/** `completion bash|zsh|fish`: a script that completes words of this command line in a shell. */
import { defineCommand, type Command } from '../command.ts';
import { toBash } from '../completion/bash.ts';
import { toFish } from '../completion/fish.ts';
import { readVocabulary, type Vocabulary } from '../completion/vocabulary.ts';
import { toZsh } from '../completion/zsh.ts';

export const completeBash = define(toBash, [
  ['source <(heartwood completion bash)', 'for this shell; as a line of ~/.bashrc for all'],
  ['heartwood completion bash --output ~/.heartwood.bash', 'into a file to be sourced'],
]);

export const completeZsh = define(toZsh, [
  ['source <(heartwood completion zsh)', 'for this shell, after compinit; in ~/.zshrc for all'],
  ['heartwood completion zsh --output ~/.zfunc/_heartwood', 'into a folder of $fpath'],
]);

export const completeFish = define(toFish, [
  ['heartwood completion fish | source', 'for this shell'],
  [
    'heartwood completion fish --output ~/.config/fish/completions/heartwood.fish',
    'for all shells to come',
  ],
]);

function define(
  toScript: (vocabulary: Vocabulary) => string,
  examples: Command['examples'],
): Command {
  return defineCommand({
    examples,
    flags: {},
    run: async ({ output }) => {
      await output.write(toScript(await readVocabulary()));
    },
  });
}
