/** Log records as they arrive: one look at the database after each landing, and one for each different filter. */
import { checkLogFilter, readLogReach, type LogFilter } from '@heartwood/kpi';
import type { Reader } from '@heartwood/store';
import { RequestError } from '../errors.ts';
import type { Channel, StreamSource } from './channel.ts';
import { LogChannel } from './log-channel.ts';

/**
 * All streams of log records. Its questions wait for each other, however many follow; those for who comes late wait for each
 * other alone.
 */
export class LogStreams implements StreamSource<LogFilter> {
  readonly #reader: Reader;
  readonly #channels = new Set<LogChannel>();
  /** Number up to which all records have landed. */
  #reach = 0n;
  #hasNews = true;
  #hasWork = false;
  #isBusy = false;
  #timer: NodeJS.Timeout | undefined;
  #isPaging = false;
  #pageTimer: NodeJS.Timeout | undefined;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** To be told after each landing. */
  landed(): void {
    this.#hasNews = true;
    if (this.#channels.size > 0) void this.#work();
  }

  /** Rejects a wrong pattern, attribute or id. */
  async open(filter: LogFilter, resume: string | undefined): Promise<Channel> {
    if (resume !== undefined && !/^\d{1,19}$/u.test(resume))
      throw new RequestError('STREAM_ID_INVALID', { id: resume });
    await checkLogFilter(this.#reader, filter, QUESTION);
    return new LogChannel(this.#reader, filter, {
      enter: (channel) => {
        this.#channels.add(channel);
        // What has landed while nobody listened.
        this.#hasNews = true;
      },
      leave: (channel) => {
        this.#channels.delete(channel);
        if (this.#channels.size > 0) return;
        this.#wakeAfter(undefined);
        clearTimeout(this.#pageTimer);
      },
      wake: () => {
        void this.#work();
        void this.#servePages();
      },
    });
  }

  async #work(): Promise<void> {
    this.#hasWork = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#hasWork) {
      this.#hasWork = false;
      this.#wakeAfter(await this.#serveAll());
    }
    this.#isBusy = false;
  }

  /** Asks what is to be asked now; resolves to the milliseconds until there is more. */
  async #serveAll(): Promise<number> {
    try {
      while ((await this.#lookForNews()) || (await this.#serveEach()));
      return Math.min(...[...this.#channels].map((channel) => channel.newsWaitMs(this.#reach)));
    } catch {
      // As for a channel.
      return RETRY_MS;
    }
  }

  async #lookForNews(): Promise<boolean> {
    if (!this.#hasNews || this.#channels.size === 0) return false;
    this.#hasNews = false;
    try {
      this.#reach = await readLogReach(this.#reader, this.#reach, QUESTION);
    } catch (error) {
      this.#hasNews = true;
      throw error;
    }
    return true;
  }

  async #serveEach(): Promise<boolean> {
    let hasServed = false;
    for (const channel of this.#channels)
      if (await channel.serveNews(this.#reach, ANSWER)) hasServed = true;
    return hasServed;
  }

  /** A page of each channel in turn, beside the news. */
  async #servePages(): Promise<void> {
    if (this.#isPaging) return;
    this.#isPaging = true;
    clearTimeout(this.#pageTimer);
    for (let hasServed = true; hasServed;) {
      hasServed = false;
      for (const channel of this.#channels) if (await channel.servePage(ANSWER)) hasServed = true;
    }
    this.#isPaging = false;
    const ms = Math.min(...[...this.#channels].map((channel) => channel.pageWaitMs()));
    if (Number.isFinite(ms))
      this.#pageTimer = setTimeout(() => void this.#servePages(), ms).unref();
  }

  #wakeAfter(ms: number | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (ms === undefined || !Number.isFinite(ms) || this.#channels.size === 0) return;
    this.#timer = setTimeout(() => void this.#work(), ms).unref();
  }
}

const QUESTION = { timeoutMs: 20_000 };

/** Longest for one channel, while others wait. */
const ANSWER = { timeoutMs: 5000 };

const RETRY_MS = 1000;
