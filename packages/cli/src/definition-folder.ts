/** The definition files below a folder, as the server would read them. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { cliError } from './errors.ts';

/** One file with its name from the folder, with forward slashes. */
interface DefinitionText {
  readonly name: string;
  readonly text: string;
}

/** Reads all definition files below a folder but those in folders whose name begins with a dot; or one file alone. */
export function readDefinitionFolder(folder: string): readonly DefinitionText[] {
  const refuse = (reason: string, cause?: unknown): Error =>
    cliError('DEFINITIONS_UNREADABLE', { folder, reason }, cause);
  const read = (): DefinitionText[] => {
    const isFolder = statSync(folder).isDirectory();
    const names = isFolder ? findFiles(folder, '') : [path.basename(folder)];
    const at = (name: string): string => path.join(isFolder ? folder : path.dirname(folder), name);
    const sizeBytes = names.reduce((sum, name) => sum + statSync(at(name)).size, 0);
    if (sizeBytes > MAX_BYTES) throw refuse(TOO_MUCH);
    return names.map((name) => ({ name, text: decode(readFileSync(at(name))) }));
  };
  let files: DefinitionText[];
  try {
    files = read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'DEFINITIONS_UNREADABLE')
      throw error;
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
  if (files.length === 0) throw refuse('there is no *.yaml, *.yml or *.json file in it');
  return files;
}

/** What the server takes in one request, less what surrounds the texts. */
const MAX_BYTES = 240 * 1024;
const TOO_MUCH =
  'its files hold more than 240 KiB together; the log of a server that reads them tells what is wrong';

function findFiles(folder: string, within: string): string[] {
  return readdirSync(path.join(folder, within), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = within === '' ? entry.name : `${within}/${entry.name}`;
      if (entry.name.startsWith('.')) return [];
      if (entry.isDirectory()) return findFiles(folder, name);
      return /\.(?:yaml|yml|json)$/iu.test(entry.name) ? [name] : [];
    });
}

const decode = (bytes: Buffer): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
