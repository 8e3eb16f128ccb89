/** What the parts of upkeep share: connections, the line of writers, the archive, and the points at which tests stop them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { checkpointAndMerge } from '../checkpoint.ts';
import type { ArchiveFolder } from './archive-folder.ts';

/** Moments between two steps that a crash must be able to part; tests end the process there. */
export type UpkeepPoint =
  | 'archive written'
  | 'archive named'
  | 'archive committed'
  | 'drop committed'
  | 'move committed'
  | 'backup copied';

export interface UpkeepContext {
  /** Of its own, so that reading old days holds up no landing. */
  readonly connection: DuckDBConnection;
  readonly folder: ArchiveFolder;
  /** Does a short job on the writing connection when its turn comes between landings. */
  write<T>(job: (writer: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Sums the actors of all runs that have landed, which may leave the hot table then. */
  addActors(): Promise<void>;
  /** Resolves when every question that is being answered now has its answer. */
  settled(): Promise<void>;
  /** Throws when the store is closing. */
  proceed(point?: UpkeepPoint): void;
}

/** How often a checkpoint is tried while questions are being answered, and how long landings have in between. */
const CHECKPOINT_TRIES = 60;
const CHECKPOINT_PAUSE_MS = 50;

/**
 * Writes the WAL into the data file at a moment when no question runs, which DuckDB demands; false when there was none.
 * To wait for one with FORCE would make landings wait as well.
 */
export async function checkpoint(context: UpkeepContext): Promise<boolean> {
  for (let attempt = 0; attempt < CHECKPOINT_TRIES; attempt++) {
    context.proceed();
    try {
      await context.write(checkpointAndMerge);
      return true;
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('Cannot CHECKPOINT'))) throw error;
      await sleep(CHECKPOINT_PAUSE_MS);
    }
  }
  return false;
}

/** Runs a statement and gives its rows as values of DuckDB. */
export async function readRows(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly (readonly unknown[])[]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

export const HOUR_NS: bigint = 3_600_000_000_000n;
export const DAY_NS: bigint = 86_400_000_000_000n;

/** Start of the day (UTC) of a time. */
export const dayOf = (ns: bigint): bigint => (ns / DAY_NS) * DAY_NS;

/** A time as SQL has it. */
export const timeLiteral = (ns: bigint): string => `make_timestamp_ns(${ns})`;
