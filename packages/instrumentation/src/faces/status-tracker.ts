/** The status tracker: which operations are under way and which have ended, in this process and in others. */
import { FeatureStatus } from '@heartwood/semconv';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metadata } from '../facts/metadata.ts';
import { expandHome } from '../host/home-path.ts';
import { warn } from '../host/report.ts';
import { currentConfig } from '../settings/config.ts';
import {
  isOrphan,
  isOwn,
  toProgressLine,
  toStatusEntry,
  type StatusEntry,
} from '../work/operation-record.ts';
import type { OperationEvent } from '../work/operation-view.ts';
import { startOperation } from '../work/operation.ts';
import {
  type Operation,
  type OperationOptions,
  type OperationProgress,
} from '../work/operation-handle.ts';
import { onOperation, userIdsBehind } from '../work/subscribers.ts';

/** How a tracker is made. */
export interface StatusTrackerOptions {
  /**
   * Folder of the status files, `HEARTWOOD_LOG_DIR` when left out. There the operations of other processes are read, and
   * the log of each operation is kept, in `aggregated_logs`. Without one the tracker knows its own process only.
   */
  readonly directory?: string;
}

/** How many operations there are. */
export interface StatusSummary {
  readonly active: number;
  readonly completed: number;
  readonly by_status: Readonly<Record<string, number>>;
}

/** Follows all operations of the process from when it is made until it is disposed. Its disk is touched when one ends. */
export class StatusTracker implements Disposable {
  readonly #directory: string | undefined;
  readonly #started = new Map<string, Operation>();
  readonly #live = new Map<string, Followed>();
  readonly #following: Disposable;
  #ended: StatusEntry[] = [];
  #bytes = 0;

  constructor(options: StatusTrackerOptions = {}) {
    const directory = options.directory ?? currentConfig().logDir;
    this.#directory = directory === '' ? undefined : expandHome(directory);
    this.#following = onOperation((event) => this.#follow(event));
  }

  /** The answer is its id; empty when progress is switched off. */
  startProcess(name: string, options?: OperationOptions): string {
    const operation = startOperation(name, options);
    if (operation.id === '') return '';
    this.#started.set(operation.id, operation);
    const [oldest] = this.#started.values();
    // Its end is heard of as any other's, and takes it out.
    if (this.#started.size > MOST_LIVE) oldest?.cancel('never completed');
    return operation.id;
  }

  updateProcess(id: string, progress: OperationProgress): void {
    this.#started.get(id)?.update(progress);
  }

  /** Ends it; one that is not (or no longer) under way stays as it is. */
  completeProcess(
    id: string,
    status: FeatureStatus = FeatureStatus.SUCCESS,
    message?: string,
    result?: Metadata,
  ): void {
    this.#started.get(id)?.end(status, message, result);
    this.#started.delete(id);
  }

  /** Those under way, of other processes too; one whose process is gone is not among them. */
  getActiveProcesses(): StatusEntry[] {
    const others = this.#read(ACTIVE).filter((entry) => !isOwn(entry) && !isOrphan(entry));
    return [...others, ...[...this.#live.values()].map(({ latest }) => entryOf(latest))];
  }

  /** Those that have ended, oldest first; `lost` is the status of one whose process ended without a word. */
  getCompletedProcesses(): StatusEntry[] {
    const others = this.#read(COMPLETED).filter((entry) => !isOwn(entry));
    const lost = this.#read(ACTIVE)
      .filter((entry) => !isOwn(entry) && isOrphan(entry))
      .map((entry) => ({ ...entry, status: 'lost' }));
    return [...others, ...lost, ...this.#ended];
  }

  getStatusSummary(): StatusSummary {
    const completed = this.getCompletedProcesses();
    const byStatus: Record<string, number> = {};
    for (const { status } of completed) byStatus[status] = (byStatus[status] ?? 0) + 1;
    return {
      active: this.getActiveProcesses().length,
      completed: completed.length,
      by_status: byStatus,
    };
  }

  /** Deletes logs of operations that ended earlier than so many days ago; how many. */
  cleanup(olderThanDays = 7): number {
    if (this.#directory === undefined) return 0;
    const folder = join(this.#directory, LOGS);
    const before = Date.now() - olderThanDays * 86_400_000;
    let deleted = 0;
    for (const file of listed(folder)) {
      try {
        const path = join(folder, file);
        if (!file.endsWith('.jsonl') || statSync(path).mtimeMs >= before) continue;
        rmSync(path);
        deleted += 1;
      } catch {
        // Another process has deleted it.
      }
    }
    return deleted;
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  #follow(event: OperationEvent): void {
    const followed = this.#live.get(event.id) ?? { latest: event, lines: [], bytes: 0 };
    // What the app said along with it stands in the line; held here it would stay in memory.
    followed.latest = { ...event, facts: undefined };
    this.#live.set(event.id, followed);
    if (this.#directory !== undefined) this.#note(followed, event);
    if (event.kind !== 'end') {
      if (this.#live.size > MOST_LIVE) this.#forget(this.#live.keys().next().value ?? '');
      return;
    }
    this.#forget(event.id);
    this.#started.delete(event.id);
    this.#ended = [...this.#ended, entryOf(event)].slice(-MOST_ENDED);
    this.#keepLog(event.id, followed.lines);
  }

  #note(followed: Followed, event: OperationEvent): void {
    const line = toProgressLine(event.kind, event, event.facts, userIdsBehind(event));
    followed.lines.push(line);
    followed.bytes += line.length;
    this.#bytes += line.length;
    while (this.#bytes > MOST_BYTES && this.#shorten());
  }

  /** Takes the earlier half out of the longest log: of what is said often, the latest is worth more. False when none is long. */
  #shorten(): boolean {
    let longest: Followed | undefined;
    for (const followed of this.#live.values()) {
      if (followed.bytes > (longest?.bytes ?? 0)) longest = followed;
    }
    if (longest === undefined || longest.lines.length < 3) return false;
    // The first line says what was started.
    const gone = longest.lines.splice(1, Math.ceil((longest.lines.length - 2) / 2));
    const bytes = gone.reduce((sum, line) => sum + line.length, 0);
    longest.bytes -= bytes;
    this.#bytes -= bytes;
    return true;
  }

  #forget(id: string): void {
    this.#bytes -= this.#live.get(id)?.bytes ?? 0;
    this.#live.delete(id);
  }

  #keepLog(id: string, lines: readonly string[]): void {
    if (this.#directory === undefined) return;
    const folder = join(this.#directory, LOGS);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, `${id}.jsonl`), lines.join(''), { mode: 0o600 });
    } catch (error) {
      warn(
        'status-dir',
        `the log of an operation cannot be written to ${folder}: ${String(error)}`,
      );
    }
  }

  #read(file: string): StatusEntry[] {
    if (this.#directory === undefined) return [];
    try {
      const content: unknown = JSON.parse(readFileSync(join(this.#directory, file), 'utf8'));
      return Array.isArray(content) ? content.filter(isEntry) : [];
    } catch {
      return [];
    }
  }
}

interface Followed {
  latest: OperationEvent;
  readonly lines: string[];
  bytes: number;
}

const ACTIVE = 'active_processes.json';
const COMPLETED = 'completed_processes.json';
const LOGS = 'aggregated_logs';
const MOST_LIVE = 1000;
const MOST_ENDED = 200;
// All logs under way together, in units of text: the structures of a tracker are to stay below 5 MB.
const MOST_BYTES = 1_048_576;

function entryOf(event: OperationEvent): StatusEntry {
  return { ...toStatusEntry(event), updated_at: event.time.toISOString() };
}

function isEntry(value: unknown): value is StatusEntry {
  const entry = value as Partial<StatusEntry> | null;
  return typeof entry === 'object' && entry !== null && Number.isSafeInteger(entry.pid);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
