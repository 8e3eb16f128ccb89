/** Puts a recovered database in the place of the damaged one: in steps that the next recovery finishes when a crash comes in between. */
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { syncPath } from '../upkeep/archive-folder.ts';

/** Where a recovery of this database works. */
export const recoveryFolder = (file: string): string => `${file}.recovering`;

/** Was a recovery interrupted while it replaced files? Until another one has finished it the database is not to be opened. */
export const isHalfReplaced = (file: string): boolean => existsSync(markerOf(file));

/**
 * Replaces the database by `fresh`, a file in its recovery folder, and moves `putAside`, paths beside the database, into
 * the folder `aside`. From the moment that this is written down it is done, by {@link finishReplacement} if need be.
 */
export async function replace(
  file: string,
  fresh: string,
  { aside, putAside, result }: Replacement,
): Promise<void> {
  const folder = recoveryFolder(file);
  await syncPath(fresh);
  await rename(fresh, path.join(folder, FRESH));
  const draft = path.join(folder, `${MARKER}.partial`);
  await writeFile(draft, JSON.stringify({ aside, putAside, result }), { mode: 0o600 });
  await syncPath(draft);
  await syncPath(folder);
  await syncPath(path.dirname(folder));
  await rename(draft, markerOf(file));
  await syncPath(folder);
}

export interface Replacement {
  /** Name of a folder beside the database. */
  readonly aside: string;
  readonly putAside: readonly string[];
  /** What to say of it, JSON. */
  readonly result: unknown;
}

/** Does what {@link replace} wrote down; resolves with its `result`, undefined when nothing is written down. */
export async function finishReplacement(file: string): Promise<unknown> {
  if (!isHalfReplaced(file)) return undefined;
  const folder = recoveryFolder(file);
  const beside = path.dirname(file);
  const { aside, putAside, result } = JSON.parse(
    await readFile(markerOf(file), 'utf8'),
  ) as Replacement;
  for (const name of putAside) {
    const from = path.join(beside, name);
    if (!existsSync(from)) continue;
    const to = path.join(beside, aside, name);
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    await syncPath(path.dirname(to));
    await syncPath(path.dirname(from));
  }
  const fresh = path.join(folder, FRESH);
  if (existsSync(fresh)) {
    // The WAL first: replayed into another file it would do harm, while its content is in the new one already.
    await rm(`${file}.wal`, { force: true });
    await syncPath(beside);
    await rename(fresh, file);
    await syncPath(beside);
  }
  await rm(markerOf(file));
  await rm(folder, { recursive: true });
  return result;
}

const FRESH = 'recovered.duckdb';
const MARKER = 'recovery.json';
const markerOf = (file: string): string => path.join(recoveryFolder(file), MARKER);
