/** How data are written when only the name of a file says so. */
import path from 'node:path';
import { cliError } from './errors.ts';
import type { Flag } from './flag.ts';

/** Words for a format, by the ending of a file: the first that a command knows counts. */
const BY_ENDING: Readonly<Record<string, readonly string[]>> = {
  '.json': ['json'],
  '.ndjson': ['ndjson', 'jsonl'],
  '.jsonl': ['jsonl', 'ndjson'],
  '.csv': ['csv'],
  '.md': ['md', 'markdown'],
  '.parquet': ['parquet'],
  '.xml': ['xml', 'junit'],
  '.yaml': ['yaml'],
  '.yml': ['yaml'],
  '.txt': ['text', 'table'],
  '.log': ['text', 'table'],
};

/** Endings that promise a form which nothing else is. */
const BINDING: ReadonlySet<string> = new Set([
  '.json',
  '.ndjson',
  '.jsonl',
  '.csv',
  '.md',
  '.parquet',
  '.xml',
]);

/**
 * The format that a file's ending asks of a flag; undefined where it asks for none. Throws `FLAG_VALUE_WRONG` where the
 * command cannot write what the ending promises.
 */
export function formatOf(file: string, name: string, flag: Flag | undefined): string | undefined {
  const choices = flag?.kind === 'choice' ? flag.choices : [];
  const ending = path.extname(file).toLowerCase();
  const wanted = Object.hasOwn(BY_ENDING, ending) ? (BY_ENDING[ending] ?? []) : [];
  const found = wanted.find((word) => choices.includes(word));
  if (found !== undefined || !BINDING.has(ending)) return found;
  throw cliError('FLAG_VALUE_WRONG', {
    flag: '--output',
    given: file,
    expected: `the command does not write ${ending}; say which form with --${name} ${choices.join('|')}`,
    suggestion: '',
  });
}
