/** Days summed up: made one at a time, kept, and read back. */
import type { Reader, ReadOptions, StoreJob } from '@heartwood/store';
import { QuestionError } from '../errors.ts';
import { msToInstant, nsToInstant } from '../instant.ts';
import type { TimeZone } from '../time-zone.ts';
import { isComplete, toNs, toWatermark } from '../window.ts';
import { isEmpty, readContent, type SummaryContent } from './content.ts';
import { dayBefore, parseDay, windowOfDay, type Day } from './day.ts';

/** A day summed up. */
export interface DaySummary extends SummaryContent {
  readonly day: string;
  readonly timeZone: string;
  readonly madeAt: string;
  /** True when it was made before all of the day was there. */
  readonly partial: boolean;
}

/** What summaries need; `keep` resolves when the summary would survive a crash. */
interface SummariesOptions {
  readonly reader: Reader;
  readonly keep: (job: Extract<StoreJob, { readonly job: 'summary' }>) => Promise<void>;
  readonly clock?: (() => number) | undefined;
  /** Epoch milliseconds before which all that started is taken to be in the database. Default: ten minutes ago. */
  readonly watermark?: (() => number) | undefined;
}

/** Where all summaries of a process are made. */
export class Summaries {
  readonly #options: SummariesOptions;
  /** The last day that {@link makeMissing} has looked at, with all those before it. */
  #doneUntil: string | undefined;
  #makingSinceMs: number | undefined;

  constructor(options: SummariesOptions) {
    this.#options = options;
  }

  /**
   * Sums up a day: a date, `today` or `yesterday`. Rejects with `SUMMARY_DAY_INVALID`, with `SUMMARY_RUNNING` while another
   * is made, and with the signal's reason; then nothing is kept.
   */
  async make(text: string, zone: TimeZone, options: ReadOptions = {}): Promise<DaySummary> {
    return this.#make(parseDay(text, zone, this.#nowMs()), zone, options, true);
  }

  /**
   * Sums up the days of the last week that are over, are there whole and have not been summed up since; those of which
   * nothing is known are left out. Resolves to what it made.
   */
  async makeMissing(zone: TimeZone, options: ReadOptions = {}): Promise<string[]> {
    const nowMs = this.#nowMs();
    const days = Array.from({ length: LOOK_BACK_DAYS }, (_, index) =>
      dayBefore(nowMs, zone, LOOK_BACK_DAYS - index),
    );
    const [first, last] = [days[0]?.date ?? '', days.at(-1)?.date ?? ''];
    // Looked at every minute: nothing is missing until the next day is over.
    if (this.#doneUntil === last) return [];
    const range = { zone: zone.name, fromDay: first, toDay: last, limit: MOST_ROWS };
    const kept = await this.#options.reader.read('summary/list', range, options);
    const made: string[] = [];
    let isWaiting = false;
    for (const day of days) {
      const window = windowOfDay(day, zone, { nowMs, watermarkMs: this.#watermarkMs() });
      if (kept.some((row) => row.day === day.date && !row.partial)) continue;
      if (nowMs < window.endMs + DUE_MS || !isComplete(window.endMs, window)) {
        isWaiting = true;
        continue;
      }
      const [row] = await this.#options.reader.read('summary/any', toNs(window), options);
      if (row?.isAny !== true) continue;
      const summary = await this.#make(day, zone, options, false);
      if (!isEmpty(summary)) made.push(day.date);
    }
    if (!isWaiting) this.#doneUntil = last;
    return made;
  }

  async #make(
    day: Day,
    zone: TimeZone,
    options: ReadOptions,
    isAsked: boolean,
  ): Promise<DaySummary> {
    if (this.#makingSinceMs !== undefined)
      throw new QuestionError('SUMMARY_RUNNING', 'day', {
        since: msToInstant(this.#makingSinceMs),
      });
    const nowMs = this.#nowMs();
    this.#makingSinceMs = nowMs;
    try {
      const window = windowOfDay(day, zone, { nowMs, watermarkMs: this.#watermarkMs() });
      const content = await readContent(this.#options.reader, window, options);
      options.signal?.throwIfAborted();
      const partial = !isComplete(window.endMs, window);
      const about = { day: day.date, zone: zone.name, madeMs: nowMs, partial };
      if (isAsked || !isEmpty(content))
        await this.#options.keep({ job: 'summary', ...about, content });
      const madeAt = msToInstant(nowMs);
      return { day: day.date, timeZone: zone.name, madeAt, partial, ...content };
    } finally {
      this.#makingSinceMs = undefined;
    }
  }

  #nowMs(): number {
    return this.#options.clock?.() ?? Date.now();
  }

  #watermarkMs(): number {
    return this.#options.watermark?.() ?? toWatermark(this.#nowMs(), undefined);
  }
}

/** Days are made up for so far back. */
const LOOK_BACK_DAYS = 7;
/** So long after its end a day is summed up: what was sent late is there then, and looked at for errors. */
const DUE_MS = 20 * 60_000;
const MOST_ROWS = 100;

/** As `keep` of this version wrote it, or an earlier one, which did not say how many kinds of errors are new. */
function toContent({ errors, ...kept }: SummaryContent): SummaryContent {
  return { ...kept, errors: { ...errors, newKinds: errors.newKinds ?? null } };
}

/** Days that were summed up, the newest first: one, or those of the last so many. */
export async function readSummaries(
  reader: Reader,
  { day, zone, nowMs }: { readonly day?: string | undefined; zone: TimeZone; nowMs: number },
  { limit, ...options }: ReadOptions & { readonly limit: number },
): Promise<{ rows: DaySummary[]; truncated: boolean }> {
  const only = day === undefined ? undefined : parseDay(day, zone, nowMs).date;
  const range = { fromDay: only ?? '', toDay: only ?? '9999', limit: limit + 1 };
  const rows = await reader.read('summary/list', range, options);
  return {
    rows: rows.slice(0, limit).map(({ day: date, zone: timeZone, made, partial, content }) => ({
      day: date,
      timeZone,
      madeAt: nsToInstant(made),
      partial,
      ...toContent(content as SummaryContent),
    })),
    truncated: rows.length > limit,
  };
}
