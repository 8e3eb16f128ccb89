/** Whether apps wrote errors of late: `errors.log`, which a `LogManager` with `combined` keeps, and what was put aside of it. */
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { clean } from '../render/clean.ts';
import { showSpan } from '../render/number.ts';
import { truncate } from '../render/width.ts';
import { pass, trouble, type Finding } from './row.ts';

export interface LogFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedMs: number;
}

const LATELY_MS = 3_600_000;
/** Enough for the end of a long line; of one that is longer the begin is missing. */
const TAIL_BYTES = 16_384;
const LINE_COLUMNS = 200;

/** By when the newest of these files was written, which is when its last error came. */
export function judgeErrors(folder: string, files: readonly LogFile[], nowMs: number): Finding {
  const [newest] = files
    .filter(({ name, bytes }) => bytes > 0 && /^errors\.log(?:\.\d+)?$/u.test(name))
    .toSorted((a, b) => b.changedMs - a.changedMs);
  if (newest === undefined) return pass(`no errors.log in ${folder}`, { folder });
  const { name } = newest;
  const ageMs = Math.max(0, nowMs - newest.changedMs);
  const evidence = { folder, file: name, ageS: ageMs / 1000 };
  const message = `the last in ${name} came ${showSpan(ageMs)} ago`;
  if (ageMs > LATELY_MS) return pass(message, evidence);
  const file = path.join(folder, name);
  const last = readLastLine(file, newest.bytes);
  return trouble(
    'warn',
    last === undefined ? message : `${message}: ${last}`,
    `Read ${file}; heartwood logs errors --since 1h has what was sent to the server.`,
    { ...evidence, last: last ?? null },
  );
}

/** Harmless for a terminal, and cut; undefined where the file cannot be read. */
function readLastLine(file: string, bytes: number): string | undefined {
  try {
    const opened = openSync(file, 'r');
    try {
      const tail = Buffer.alloc(Math.min(bytes, TAIL_BYTES));
      const read = readSync(opened, tail, 0, tail.length, bytes - tail.length);
      const lines = tail.toString('utf8', 0, read).trimEnd().split('\n');
      return truncate(clean(lines.at(-1) ?? ''), LINE_COLUMNS, '…');
    } finally {
      closeSync(opened);
    }
  } catch {
    return undefined;
  }
}
