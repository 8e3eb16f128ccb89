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
    ?.map(({ name, size, mtimeMs, ino, reason }) => `${name} ${size} ${mtimeMs} ${ino} ${reason}`)
    .join('\n');
}

/**
 * Reads all definition files, not those in folders whose name begins with a dot; no folder is one without files. A folder in it
 * that cannot be read is an error where files in force stand in it: they would be taken for removed. Elsewhere it is a warning:
 * it may be no folder of definitions, such as `lost+found`.
 */
export function readFolder(folder: string, inForce: readonly string[]): DefinitionFolder {
  return readFiles(folder, listFiles(folder) ?? [], inForce);
}

/** Reads one file as if its folder held no other. */
export function readFile(file: string): DefinitionFolder {
  const { size } = statSync(file);
  return readFiles(path.dirname(file), [{ name: path.basename(file), size }], []);
}

/** Whether a file is there to be read, itself or by links. */
export function isFile(file: string): boolean {
  const stat = attempt(() => statSync(file));
  return stat.ok && stat.value.isFile();
}

function readFiles(
  folder: string,
  found: readonly Pick<FoundFile, 'name' | 'size' | 'reason' | 'isInnerFolder'>[],
  inForce: readonly string[],
): DefinitionFolder {
  const problems: Problem[] = [];
  const report = (file: string, message: string, severity: Problem['severity'] = 'error'): void => {
    const place = { file, line: 1, path: '' };
    problems.push({ place, severity, code: 'DEFINITION_FILE', message, suggestions: [] });
  };
  const isLeftOut = ({ name, isInnerFolder = false }: (typeof found)[number]): boolean =>
    isInnerFolder && !inForce.some((file) => file.startsWith(`${name}/`));
  for (const { name, reason } of found.filter(isLeftOut))
    report(name, `the folder is left out, as it cannot be read: ${reason}`, 'warning');
  const texts: DefinitionText[] = [];
  let bytes = 0;
  const files = found.filter((one) => !isLeftOut(one));
  for (const [index, { name, size, reason }] of files.entries()) {
    bytes += size;
    if (index === MAX_FILES)
      report(name, `the file is one more than the ${MAX_FILES} there may be`);
    if (index >= MAX_FILES) continue;
    if (reason !== undefined) report(name, `cannot be read: ${reason}`);
    else if (size > MAX_FILE_BYTES)
      report(name, `the file has ${size} bytes; it may have ${MAX_FILE_BYTES}`);
    else if (bytes > MAX_TOTAL_BYTES)
      report(
        name,
        `the file goes beyond the ${MAX_TOTAL_BYTES} bytes that all files may have together`,
      );
    else
      try {
        const content = readFileSync(path.join(folder, name));
        texts.push({ name, text: new TextDecoder('utf-8', { fatal: true }).decode(content) });
      } catch (error) {
        const why = error instanceof TypeError ? 'is not UTF-8' : (error as Error).message;
        report(name, `the file cannot be read: ${why}`);
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
  /** Why it, or the folder of this name, cannot be looked at. */
  readonly reason?: string | undefined;
  /** A folder within the folder, which is listed only where it cannot be looked at. */
  readonly isInnerFolder?: boolean;
}

/**
 * Definition files in the order of their names; links to files count, links to folders do not. What cannot be looked at is
 * among them with its reason.
 */
function listFiles(folder: string): FoundFile[] | undefined {
  const found: FoundFile[] = [];
  const report = (name: string, reason: string, isInnerFolder = false): void => {
    found.push({ name, size: 0, mtimeMs: 0, ino: 0, reason, isInnerFolder });
  };
  const folders = [''];
  for (let at = 0; at < Math.min(folders.length, MAX_FOLDERS); at++) {
    const within = folders[at] ?? '';
    const entries = attempt(() => readdirSync(path.join(folder, within), { withFileTypes: true }));
    if (!entries.ok) {
      if (!entries.isGone) report(within === '' ? '.' : within, entries.reason, within !== '');
      else if (within === '') return undefined;
      continue;
    }
    for (const entry of entries.value) {
      const name = within === '' ? entry.name : `${within}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (FILE.test(name)) {
        const stat = attempt(() => statSync(path.join(folder, name)));
        // A file may go while the folder is looked at; a link that leads nowhere is a mistake.
        if (!stat.ok && (!stat.isGone || entry.isSymbolicLink())) report(name, stat.reason);
        if (!stat.ok || !stat.value.isFile()) continue;
        const { size, mtimeMs, ino } = stat.value;
        found.push({ name, size, mtimeMs, ino });
      }
    }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

type Attempt<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly isGone: boolean; readonly reason: string };

/** Asks the file system, whose refusals are answers too: the folder is looked at on a timer, where nobody would catch them. */
function attempt<Value>(ask: () => Value): Attempt<Value> {
  try {
    return { ok: true, value: ask() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ok: false, isGone: code === 'ENOENT' || code === 'ENOTDIR', reason: message };
  }
}
