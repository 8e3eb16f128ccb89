/** When upkeep runs: soon after the start, then regularly, one run at a time. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StorageUse, Store, UpkeepReport } from '@heartwood/store';

export interface ScheduleOptions {
  readonly store: Pick<Store, 'keepUp' | 'readStorageUse'>;
  readonly journalDir: string;
  /** 0 keeps everything. */
  readonly retentionDays: number;
  readonly hotDays: number;
  /** 0 is no limit. */
  readonly maxDataBytes: number;
  readonly intervalMs: number;
  /** Epoch milliseconds. Default: the clock of the machine. */
  readonly clock?: (() => number) | undefined;
  /** Hears what an operator should know. */
  readonly log: (message: string) => void;
}

/** The last run of upkeep that ended well. */
export interface LastUpkeep extends UpkeepReport {
  /** Epoch milliseconds. */
  readonly endedMs: number;
}

/** Not right at the start, which has enough to do with the journal. */
const FIRST_AFTER_MS = 120_000;

export class Schedule {
  readonly #options: ScheduleOptions;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #last: LastUpkeep | undefined;
  #use: StorageUse | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    void this.#look();
    this.#plan(Math.min(options.intervalMs, FIRST_AFTER_MS));
  }

  /** What the last run did; undefined before the first one has ended. */
  get last(): LastUpkeep | undefined {
    return this.#last;
  }

  /** Where the bytes were at the start or after the last run. */
  get use(): StorageUse | undefined {
    return this.#use;
  }

  /** Plans no further run. The one under way ends when the store is closed. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const use = await this.#options.store.readStorageUse();
      this.#use ??= use;
    } catch {
      // The first run of upkeep tells it, or says what is wrong.
    }
  }

  #plan(afterMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.#run().finally(() => this.#plan(this.#options.intervalMs));
    }, afterMs);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const { store, journalDir, retentionDays, hotDays, maxDataBytes, clock, log } = this.#options;
    const now = clock ?? Date.now;
    try {
      const report = await store.keepUp({
        nowMs: now(),
        keepDays: retentionDays,
        hotDays,
        maxBytes: maxDataBytes,
        otherBytes: await folderBytes(journalDir),
      });
      this.#last = { ...report, endedMs: now() };
      this.#use = report.use;
      for (const line of told(report)) log(line);
    } catch (error) {
      if (!this.#closed)
        log(
          `upkeep will be tried again: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
  }
}

/** What was deleted is said; the rest is in the numbers of the system. */
function told({ droppedByAge, droppedBySize }: UpkeepReport): string[] {
  return [
    ...(droppedByAge > 0 ? [`retention: ${droppedByAge} records were older than allowed`] : []),
    ...(droppedBySize > 0
      ? [`retention: ${droppedBySize} records of the oldest days made room for new ones`]
      : []),
  ];
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let bytes = 0;
  for (const name of names) {
    // A segment may be deleted meanwhile.
    const found = await stat(path.join(folder, name)).catch(() => undefined);
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}
