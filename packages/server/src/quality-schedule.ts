/** When checks of data quality run by themselves: once a day at night, and soon after a start that comes later than that. */
import { parseTimeZone, type DefinitionSet, type QualityRuns, type TimeZone } from '@heartwood/kpi';
import type { Reader } from '@heartwood/store';

export interface QualityScheduleOptions {
  readonly runs: Pick<QualityRuns, 'run' | 'load'>;
  readonly reader: Pick<Reader, 'read'>;
  readonly definitions: () => DefinitionSet;
  /** Of the project, IANA. */
  readonly timeZone: string;
  /** Epoch milliseconds. Default: the clock of the machine. */
  readonly clock?: (() => number) | undefined;
  /** How often it is looked whether a run is due. */
  readonly lookEveryMs?: number | undefined;
  /** Hears what an operator should know. */
  readonly log: (message: string) => void;
}

/** 02:10 on the clock of the project: what belongs to the day before is there. */
const DUE_AT_MS = (2 * 60 + 10) * 60_000;
const DAY_MS = 86_400_000;
/** A look costs nothing but when a run is due; timers of a day would drift and sleep with the machine. */
const LOOK_EVERY_MS = 60_000;

export class QualitySchedule {
  readonly #options: QualityScheduleOptions;
  readonly #zone: TimeZone;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void>;
  /** When the schedule last ran, epoch milliseconds; undefined until the store has told. */
  #lastMs: number | undefined;

  constructor(options: QualityScheduleOptions) {
    this.#options = options;
    this.#zone = parseTimeZone(options.timeZone);
    this.#running = this.#load();
    this.#plan();
  }

  /** Cancels the run under way and waits for its end; plans no other. */
  async close(): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #load(): Promise<void> {
    const { runs, reader, log } = this.#options;
    try {
      await runs.load();
      const [last] = await reader.read('quality/last-daily', {});
      const at = last?.at ?? null;
      this.#lastMs = at === null ? 0 : Number(BigInt(at) / 1_000_000n);
    } catch (error) {
      if (!this.#ended.signal.aborted) log(`checks of data quality wait: ${reasonOf(error)}`);
    }
  }

  #plan(): void {
    if (this.#ended.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#look()).finally(() => this.#plan());
    }, this.#options.lookEveryMs ?? LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { runs, definitions, clock = Date.now, log } = this.#options;
    if (this.#lastMs === undefined) await this.#load();
    const zone = this.#zone;
    const nowMs = clock();
    if (this.#lastMs === undefined || this.#lastMs >= lastDue(nowMs, zone)) return;
    const { signal } = this.#ended;
    try {
      const { rows } = await runs.run({ definitions: definitions(), zone, isDaily: true, signal });
      this.#lastMs = nowMs;
      const failed = rows.filter(({ subject, result }) => subject === null && result === 'fail');
      for (const { check, message } of failed) log(`data quality: ${check} fails, ${message}`);
    } catch (error) {
      // Asked for by somebody at the same moment, or the store is busy: the next look tries again.
      if (!signal.aborted) log(`checks of data quality will be tried again: ${reasonOf(error)}`);
    }
  }
}

/** The last time that checks should have begun. */
function lastDue(nowMs: number, zone: TimeZone): number {
  const wallMs = zone.toWall(nowMs);
  const todayMs = Math.floor(wallMs / DAY_MS) * DAY_MS + DUE_AT_MS;
  return zone.fromWall(wallMs >= todayMs ? todayMs : todayMs - DAY_MS);
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
