/** When days are summed up by themselves: twenty minutes after each is over, and soon after a start for those that were missed. */
import { parseTimeZone, type Summaries, type TimeZone } from '@heartwood/kpi';

export interface SummaryScheduleOptions {
  readonly summaries: Pick<Summaries, 'makeMissing'>;
  /** Of the project, IANA. */
  readonly timeZone: string;
  /** How often it is looked whether a day is due. */
  readonly lookEveryMs?: number | undefined;
  /** Hears what an operator should know. */
  readonly log: (message: string) => void;
}

/** A look costs nothing but when a day is due; timers of a day would drift and sleep with the machine. */
const LOOK_EVERY_MS = 60_000;

export class SummarySchedule {
  readonly #options: SummaryScheduleOptions;
  readonly #zone: TimeZone;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SummaryScheduleOptions) {
    this.#options = options;
    this.#zone = parseTimeZone(options.timeZone);
    this.#plan();
  }

  /** Cancels the summary under way and waits for its end; plans no other. */
  async close(): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #plan(): void {
    if (this.#ended.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#look().finally(() => this.#plan());
    }, this.#options.lookEveryMs ?? LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { summaries, log } = this.#options;
    const { signal } = this.#ended;
    try {
      await summaries.makeMissing(this.#zone, { signal });
    } catch (error) {
      // Asked for by somebody at the same moment, or the store is busy: the next look tries again.
      const reason = error instanceof Error ? error.message : String(error);
      if (!signal.aborted) log(`days will be summed up later: ${reason}`);
    }
  }
}
