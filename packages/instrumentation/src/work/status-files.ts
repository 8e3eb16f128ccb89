/** The status files: which operations are under way and which have ended, for all processes that share a folder. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from './folder-lock.ts';
import { isOrphan, isOwn, type StatusEntry } from './operation-record.ts';

/**
 * Brings the files up to date with the operations of this process: those under way, and those that have ended since the
 * last time. Each file is replaced at once, so that a reader never sees half of one. False when another process is at
 * it; throws when the folder cannot be written.
 */
export function writeStatusFiles(
  folder: string,
  live: readonly StatusEntry[],
  ended: readonly StatusEntry[],
): boolean {
  const unlock = tryLock(join(folder, 'status.lock'));
  if (unlock === undefined) return false;
  try {
    const others = readEntries(join(folder, ACTIVE)).filter((entry) => !isOwn(entry));
    const lost = others.filter(isOrphan).map((entry) => ({ ...entry, status: LOST }));
    const active = [...others.filter((entry) => !isOrphan(entry)), ...live].slice(-MOST_ACTIVE);
    const completed = [...readEntries(join(folder, COMPLETED)), ...lost, ...ended].slice(
      -MOST_COMPLETED,
    );
    replace(join(folder, ACTIVE), active);
    replace(join(folder, COMPLETED), completed);
    const updated_at = new Date().toISOString();
    const last = ended.at(-1) ?? live.at(-1) ?? null;
    replace(join(folder, 'status.json'), { updated_at, active: active.length, operation: last });
    replace(join(folder, 'status_summary.json'), {
      updated_at,
      active: active.length,
      completed: completed.length,
      by_status: countByStatus(completed),
    });
    return true;
  } finally {
    unlock();
  }
}

const ACTIVE = 'active_processes.json';
const COMPLETED = 'completed_processes.json';
const LOST = 'lost';
const MOST_ACTIVE = 1000;
const MOST_COMPLETED = 200;

function readEntries(path: string): StatusEntry[] {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(content) ? content.filter(isEntry) : [];
  } catch {
    // Not there yet, or not ours: it is written anew.
    return [];
  }
}

function isEntry(value: unknown): value is StatusEntry {
  const entry = value as Partial<StatusEntry> | null;
  return typeof entry === 'object' && entry !== null && Number.isSafeInteger(entry.pid);
}

function replace(path: string, content: unknown): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, undefined, 1)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

function countByStatus(entries: readonly StatusEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of entries) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
