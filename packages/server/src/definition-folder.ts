/** A folder of definition files: which files count, whether they have changed, and their texts. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DefinitionText, Problem } from '@heartwood/kpi';

/** What a folder holds. */
export interface DefinitionFolder {
  readonly texts: readonly DefinitionText[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

const FILE = /\.(?:yaml|yml|json)$/iu;
/** Reading takes about two seconds a MiB. */
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_TOTAL_BYTES = 4 * 1024 * 1024;
const MAX_FILES = 200;
const MAX_FOLDERS = 1000;

/** Differs whenever a definition file in the folder may; undefined when there is no such folder. */
export function stampOf(folder: string): string | undefined {
  return listFiles(folder)
    ?.map(({ name, size, mtimeMs, ino }) => `${name} ${size} ${mtimeMs} ${ino}`)
    .join('\n');
}

/** Reads all definition files, not those in folders whose name begins with a dot; no folder is one without files. */
export function readFolder(folder: string): DefinitionFolder {
  return readFiles(folder, listFiles(folder) ?? []);
}

/** Reads one file as if its folder held no other. */
export function readFile(file: string): DefinitionFolder {
  const { size } = statSync(file);
  return readFiles(path.dirname(file), [{ name: path.basename(file), size }]);
}

function readFiles(
  folder: string,
  files: readonly Pick<FoundFile, 'name' | 'size'>[],
): DefinitionFolder {
  const problems: Problem[] = [];
  const report = (file: string, message: string): void => {
    const place = { file, line: 1, path: '' };
    const text = `the file ${message}`;
    const code = 'DEFINITION_FILE';
    problems.push({ place, severity: 'error', code, message: text, suggestions: [] });
  };
  const texts: DefinitionText[] = [];
  let bytes = 0;
  for (const [index, { name, size }] of files.entries()) {
    bytes += size;
    if (index === MAX_FILES) report(name, `is one more than the ${MAX_FILES} there may be`);
    if (index >= MAX_FILES) continue;
    if (size > MAX_FILE_BYTES) report(name, `has ${size} bytes; it may have ${MAX_FILE_BYTES}`);
    else if (bytes > MAX_TOTAL_BYTES)
      report(name, `goes beyond the ${MAX_TOTAL_BYTES} bytes that all files may have together`);
    else
      try {
        const content = readFileSync(path.join(folder, name));
        texts.push({ name, text: new TextDecoder('utf-8', { fatal: true }).decode(content) });
      } catch (error) {
        const reason = error instanceof TypeError ? 'is not UTF-8' : (error as Error).message;
        report(name, `cannot be read: ${reason}`);
      }
  }
  return { texts, problems };
}

interface FoundFile {
  /** From the folder, with forward slashes. */
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

/** Definition files in the order of their names; links to files count, links to folders do not. */
function listFiles(folder: string): FoundFile[] | undefined {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const found: FoundFile[] = [];
  const folders = [''];
  for (let at = 0; at < Math.min(folders.length, MAX_FOLDERS); at++) {
    const within = folders[at] ?? '';
    for (const entry of entriesOf(path.join(folder, within))) {
      const name = within === '' ? entry.name : `${within}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (FILE.test(name)) {
        const stat = statSync(path.join(folder, name), { throwIfNoEntry: false });
        if (stat?.isFile() !== true) continue;
        const { size, mtimeMs, ino } = stat;
        found.push({ name, size, mtimeMs, ino });
      }
    }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A folder may go, or be closed to us, while it is looked at. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
