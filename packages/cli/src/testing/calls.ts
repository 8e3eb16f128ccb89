/** Calls of every command, taken from the examples of its help, so that a new command brings its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CATALOG } from '../catalog.ts';
import type { Entry } from '../catalog/entry.ts';
import type { Command } from '../command.ts';
import { GLOBAL_FLAGS } from '../global-flags.ts';

/** A command as it is called. */
export interface Calls {
  readonly name: string;
  /** The words of each example, without those for files that are written. */
  readonly calls: readonly (readonly string[])[];
  /** The flag that says the form, and what it takes. */
  readonly formFlag: string;
  readonly forms: readonly string[];
}

/** Those that ask no server, whatever they are called with. */
const AT_HOME: ReadonlySet<string> = new Set([
  'completion bash',
  'completion zsh',
  'completion fish',
]);

/** All commands that ask a server. Files that examples name are made below the folder. */
export async function readCalls(folder: string): Promise<Calls[]> {
  const asking = CATALOG.filter(({ words }) => !AT_HOME.has(words.join(' ')));
  return await Promise.all(
    asking.map(async (entry) => {
      const command = await entry.load();
      const formFlag = command.formatFlag ?? 'format';
      const table = { ...GLOBAL_FLAGS, ...command.flags };
      const flag = (table as Command['flags'])[formFlag];
      return {
        name: entry.words.join(' '),
        calls: command.examples
          .map(([example]) => toCall(entry, command, example, folder))
          // That starts a server instead of asking one.
          .filter((words) => !words.includes('--offline')),
        formFlag,
        forms: flag?.kind === 'choice' ? flag.choices : [],
      };
    }),
  );
}

function toCall(entry: Entry, command: Command, example: string, folder: string): string[] {
  const own = wordsOf(example);
  const isAlias = own[0] === entry.alias && own[1] !== entry.words[1];
  const given = own.slice(isAlias ? 1 : 2);
  const output = given.indexOf('--output');
  const words = (output === -1 ? given : given.toSpliced(output, 2))
    .filter((word) => word !== '--force')
    .map((word) => (FILES.has(word) ? path.join(folder, word) : word));
  // Where the folder is not named it is looked for where the command is called.
  const isUnnamed =
    command.argument?.preset === 'heartwood' && !words.some((word) => word.startsWith(folder));
  return [...entry.words, ...words, ...(isUnnamed ? [path.join(folder, 'heartwood')] : [])];
}

/** What examples read. */
const FILES: ReadonlySet<string> = new Set([
  'heartwood',
  'config/analytics',
  'plan.yaml',
  'plan.md',
  'plan.csv',
  'released.yaml',
]);

/** Makes a folder with the files that examples name; to be disposed of. */
export function makeExampleFolder(): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-examples-'));
  for (const file of FILES) {
    const isFolder = path.extname(file) === '';
    const target = path.join(folder, isFolder ? `${file}/plan.yaml` : file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, 'plan: {id: shop}\n');
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** The words of the first `heartwood` of a line of a shell, up to a pipe or redirection, without that word itself. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  const own = line
    .replace(/^source <\((.*)\)$/u, '$1')
    .matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|(\S+)/gu);
  for (const [whole, double, single] of own) {
    if (/^(?:[|&]|>)/u.test(whole)) break;
    words.push(double?.replaceAll(/\\(["\\$`])/gu, '$1') ?? single ?? whole);
  }
  return words.slice(1);
}
