/** Lets the thread that answers requests go before those that work for the database. */
import { readdirSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import process from 'node:process';

/** A third of the weight: enough for an answer to come first, and a landing still gets a quarter of a busy core. */
const NICER_BY = 5;
const THREADS = '/proc/self/task';

/**
 * Makes every thread but the main one nicer; threads that these start inherit it. Call it when the database is open.
 * Without effect outside Linux, where niceness belongs to processes.
 */
export function favourMainThread(): void {
  if (process.platform !== 'linux') return;
  const niceness = Math.min(getPriority() + NICER_BY, constants.priority.PRIORITY_LOW);
  for (const thread of readdirSync(THREADS)) {
    // The main thread has the number of the process.
    if (Number(thread) === process.pid) continue;
    try {
      setPriority(Number(thread), niceness);
    } catch {
      // It ended meanwhile, or may not be touched: nothing is lost but an advantage.
    }
  }
}
