/** `heartwood-server definitions check <folder>`: whether a server would start with the definitions of a folder, or of one file. */
import path from 'node:path';
import { isFile, readFile, readFolder, stampOf } from './definition-folder.ts';
import { loadFolder, toLines } from './definition-files.ts';

/** Exit codes of the command line. */
const EXIT = { OK: 0, ERROR: 1, USAGE: 2, CHECK_FAILED: 3 } as const;

const USAGE = 'usage: heartwood-server definitions check <folder or file> [--json]';

interface Terminal {
  /** Data, for stdout. */
  readonly write: (text: string) => void;
  /** Notes, for stderr. */
  readonly log: (message: string) => void;
}

/**
 * Reads the files as the start of a server does, and gives the exit code. With `--json` it writes `{valid, definitions, files,
 * problems}`, each problem with place, severity, code, message and suggestions.
 */
export function checkDefinitionFolder(args: readonly string[], { write, log }: Terminal): number {
  const [verb, folder = '', ...more] = args.filter((word) => word !== '--json');
  if (verb !== 'check' || folder === '' || folder.startsWith('-') || more.length > 0) {
    log(USAGE);
    return EXIT.USAGE;
  }
  const given = path.resolve(folder);
  const isOneFile = isFile(given);
  if (!isOneFile && stampOf(given) === undefined) {
    log(`there is no folder ${given}; give the folder that holds the definitions`);
    return EXIT.ERROR;
  }
  const found = isOneFile ? readFile(given) : readFolder(given, []);
  if (found.texts.length === 0 && found.problems.every(({ severity }) => severity === 'warning')) {
    // The server starts without definitions; who has a folder checked has meant another one.
    if (found.problems.length > 0) log(toLines(found.problems));
    log(`there is no *.yaml, *.yml or *.json file in ${given}; give the folder that holds them`);
    return EXIT.ERROR;
  }
  const loaded = loadFolder(found);
  const problems = loaded.ok ? loaded.set.warnings : loaded.problems;
  const definitions = loaded.ok ? loaded.set.all.length : 0;
  const files = found.texts.length;
  if (args.includes('--json'))
    write(`${JSON.stringify({ valid: loaded.ok, definitions, files, problems })}\n`);
  else {
    if (problems.length > 0) write(`${toLines(problems)}\n`);
    write(`${loaded.ok ? `valid: ${definitions} definitions` : 'not valid'}, ${files} files\n`);
  }
  return loaded.ok ? EXIT.OK : EXIT.CHECK_FAILED;
}
