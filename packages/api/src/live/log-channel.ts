/** One filter of log records that some follow: the newest that passed it, and pages for those who are behind them. */
import { readLogTail, type LogFilter } from '@heartwood/kpi';
import type { Reader, ReadOptions } from '@heartwood/store';
import type { Channel, Frame } from './channel.ts';
import { begin, countOf, type LogEntry, type LogPage, toAnswer, toEntries } from './log-entries.ts';
import { Pace } from './pace.ts';

/** What a channel needs of those who know when there is news. */
export interface LogChannelOwner {
  enter(channel: LogChannel): void;
  leave(channel: LogChannel): void;
  /** Somebody waits for {@link LogChannel.serve}. */
  wake(): void;
}

/** Most records in a second for one who is not behind; of more only the newest are given. */
const MOST_LIVE = 500;
/** How many of them must be left before what is new is asked for. */
const LEAST_LIVE = 100;
/** Most records that one who is behind is given. */
const MOST_BEHIND = 10_000;
/** Records of all filters that one who is behind may have missed: to search more would take the store from others. */
const MOST_SPAN = 5_000_000n;
/** How often something is asked for that is too much to be answered. */
const MOST_TRIES = 3;
/** What is kept for those who are about to get it. */
const MOST_ENTRIES = 2000;
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_PAGES = 8;

export class LogChannel implements Channel {
  readonly key: string;
  readonly #reader: Reader;
  readonly #filter: LogFilter;
  readonly #owner: LogChannelOwner;
  readonly #listeners = new Set<() => void>();
  /** Records behind the floor and up to the head are all in the entries. */
  #floor = 0n;
  #head: bigint | undefined;
  #reach = 0n;
  #entries: LogEntry[] = [];
  #bytes = 0;
  /** Records that may be given at once, and when that was so: they grow by those of a second in a second. */
  #allowance = MOST_LIVE;
  #allowedMs = 0;
  /** Undefined for a page that is not to be had. */
  readonly #pages = new Map<bigint, LogPage | undefined>();
  /** Where pages begin that somebody waits for, and how often each was asked for. */
  readonly #wanted = new Map<bigint, number>();
  readonly #news = new Pace();
  readonly #page = new Pace();

  constructor(reader: Reader, filter: LogFilter, owner: LogChannelOwner) {
    this.key = `logs ${JSON.stringify(Object.entries(filter).toSorted(byName))}`;
    this.#reader = reader;
    this.#filter = filter;
    this.#owner = owner;
  }

  read(since: string | undefined, isFirst: boolean): Frame | undefined {
    const head = this.#head;
    if (head === undefined) return undefined;
    if (since === undefined) return begin(head, false);
    const at = BigInt(since);
    // Other filters may have come further than this one, but nobody further than the database.
    if (at > head) return at > this.#reach ? begin(head, true) : undefined;
    const entries = this.#entries.filter(({ seq }) => seq > at);
    // What was passed over for those who keep up is there for those who come back.
    const isKept = entries.every(
      ({ skipsFrom }) => skipsFrom === undefined || (!isFirst && at <= skipsFrom),
    );
    if (at >= this.#floor && isKept)
      return toAnswer(at, { entries, total: countOf(entries), through: head }, isFirst);
    if (head - at > MOST_SPAN) return begin(head, true);
    if (this.#pages.has(at)) {
      const page = this.#pages.get(at);
      return page === undefined ? begin(head, true) : toAnswer(at, page, isFirst);
    }
    if (!this.#wanted.has(at)) this.#wanted.set(at, 0);
    this.#owner.wake();
    return undefined;
  }

  left(since: string): void {
    this.#wanted.delete(BigInt(since));
  }

  onChange(listener: () => void): Disposable {
    if (this.#listeners.size === 0) this.#owner.enter(this);
    this.#listeners.add(listener);
    this.#owner.wake();
    return {
      [Symbol.dispose]: () => {
        if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#owner.leave(this);
      },
    };
  }

  /** Asks for what is new, if it is time to; all records up to `reach` have landed. */
  async serveNews(reach: bigint, options: ReadOptions): Promise<boolean> {
    this.#reach = reach;
    if (this.#head === undefined) {
      this.#head = reach;
      this.#floor = reach;
      this.#tell();
      return false;
    }
    if (this.newsWaitMs(reach) > 0) return false;
    try {
      await this.#readNews(this.#head, reach, options);
      this.#news.went();
    } catch (error) {
      // Asked again later, and readers see no gap; what is too much is left to pages, behind the news of others.
      if (this.#news.failed(error) >= MOST_TRIES) this.#leaveToPages(reach);
    }
    return true;
  }

  /** Asks for a page that somebody waits for, if it is time to. */
  async servePage(options: ReadOptions): Promise<boolean> {
    const [wanted] = this.#wanted;
    if (wanted === undefined || this.#head === undefined || this.pageWaitMs() > 0) return false;
    const [after, tries] = wanted;
    try {
      await this.#readPage(after, this.#head, options);
      this.#page.went();
    } catch (error) {
      const isTooMuch = this.#page.failed(error) > 0;
      // Others who wait come first; who has left meanwhile waits no longer.
      if (!this.#wanted.delete(after)) return true;
      const tried = isTooMuch ? tries + 1 : tries;
      if (tried < MOST_TRIES) this.#wanted.set(after, tried);
      else this.#keepPage(after, undefined);
    }
    return true;
  }

  /** Milliseconds until what is new is to be asked for; Infinity while nothing is known to be new. */
  newsWaitMs(reach: bigint): number {
    if (this.#head === undefined) return 0;
    if (reach <= this.#head) return Infinity;
    const missing = LEAST_LIVE - this.#allowanceAt(performance.now());
    return Math.max(0, (missing * 1000) / MOST_LIVE, this.#news.waitMs);
  }

  /** The same for pages. */
  pageWaitMs(): number {
    return this.#wanted.size === 0 || this.#head === undefined ? Infinity : this.#page.waitMs;
  }

  async #readPage(after: bigint, head: bigint, options: ReadOptions): Promise<void> {
    const range = { after, upTo: head, most: MOST_BEHIND, limit: this.#page.limit };
    const tail = await readLogTail(this.#reader, this.#filter, range, options);
    this.#wanted.delete(after);
    this.#keepPage(after, { ...tail, entries: toEntries(tail, after) });
  }

  #keepPage(after: bigint, page: LogPage | undefined): void {
    this.#pages.set(after, page);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) break;
      this.#pages.delete(oldest);
    }
    this.#tell();
  }

  async #readNews(head: bigint, reach: bigint, options: ReadOptions): Promise<void> {
    const nowMs = performance.now();
    const most = Math.floor(this.#allowanceAt(nowMs));
    const range = { after: head, upTo: reach, most, limit: this.#news.limit };
    const tail = await readLogTail(this.#reader, this.#filter, range, options);
    this.#allowance = most - tail.rows.length;
    this.#allowedMs = nowMs;
    this.#head = tail.through;
    for (const entry of toEntries(tail, head)) {
      this.#entries.push(entry);
      this.#bytes += entry.frame.length;
    }
    let cut = 0;
    for (const { seq, frame } of this.#entries) {
      if (this.#entries.length - cut <= MOST_ENTRIES && this.#bytes <= MOST_BYTES) break;
      cut++;
      this.#bytes -= frame.length;
      this.#floor = seq;
    }
    this.#entries = this.#entries.slice(cut);
    if (tail.rows.length > 0) this.#tell();
  }

  #leaveToPages(reach: bigint): void {
    this.#news.went();
    this.#head = reach;
    this.#floor = reach;
    this.#entries = [];
    this.#bytes = 0;
    this.#tell();
  }

  #allowanceAt(nowMs: number): number {
    const grown = ((nowMs - this.#allowedMs) * MOST_LIVE) / 1000;
    return Math.min(MOST_LIVE, this.#allowance + grown);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;
