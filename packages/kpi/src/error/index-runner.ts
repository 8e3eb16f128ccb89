/** Looks at records that have landed for errors, a few thousand at a time, and keeps what it finds. */
import type { QueryRow, Reader, StoreJob } from '@heartwood/store';
import { msToInstant } from '../instant.ts';
import { FINGERPRINT_VERSION, OTHER_KIND, toErrorKind, type ErrorKind } from './fingerprint.ts';

type ErrorsJob = Extract<StoreJob, { readonly job: 'errors' }>;
type Fresh = QueryRow<'error/fresh-logs'>;
type Progress = ErrorsJob['after'];

/** What it needs; `keep` resolves when what was found would survive a crash. */
export interface ErrorIndexOptions {
  readonly reader: Pick<Reader, 'read'>;
  readonly keep: (job: ErrorsJob) => Promise<void>;
  /** Epoch milliseconds. Default: the clock of the machine. */
  readonly clock?: (() => number) | undefined;
  readonly limits?: Partial<ErrorIndexLimits> | undefined;
}

interface ErrorIndexLimits {
  /** Kinds of errors that are told apart; all others are counted as one, `$other`. */
  readonly groups: number;
  /** Records that tell of an error and are looked at in one turn. */
  readonly records: number;
  /** The thread answers others at least this often, in milliseconds. */
  readonly pauseMs: number;
  /** Numbers of records that one question goes over at most. */
  readonly stretch: number;
}

const LIMITS: ErrorIndexLimits = {
  groups: 10_000,
  records: 5000,
  pauseMs: 10,
  stretch: 250_000,
};
/** Rows that cross at once: with the longest stacks 20 MB. */
const PAGE_ROWS = 1000;
/** How often it is looked whether kinds were forgotten, once there are as many as may be. */
const RENEW_MS = 600_000;

/** Where all errors of a process are found; one turn at a time. */
export class ErrorIndex {
  readonly #options: ErrorIndexOptions;
  readonly #limits: ErrorIndexLimits;
  readonly #clock: () => number;
  /** How far what is kept goes. */
  #kept: Progress | undefined;
  /** How far records have been looked at. */
  #seen: Progress = { logSeq: 0n, spanSeq: 0n };
  /** Numbers of records that the next question goes over. */
  readonly #stretch: Record<Source, number>;
  #known = new Set<bigint>();
  #knownAtMs = 0;
  #throughMs: number | undefined;
  #isBehind = true;

  constructor(options: ErrorIndexOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#clock = options.clock ?? Date.now;
    const { stretch } = this.#limits;
    this.#stretch = { logSeq: stretch, spanSeq: stretch };
  }

  /** What had landed by then has been looked at; null before the first look. */
  get classifiedThrough(): string | null {
    return this.#throughMs === undefined ? null : msToInstant(this.#throughMs);
  }

  /** Whether records that have landed wait to be looked at. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /**
   * One turn; resolves with whether more waits. What was found is kept whole or, where this rejects, not at all, and the next
   * turn goes over the same records again.
   */
  async turn(signal?: AbortSignal): Promise<boolean> {
    try {
      return await this.#turn(signal);
    } catch (error) {
      // What is kept may go further than is known here, such as when only the answer was lost.
      this.#kept = undefined;
      this.#isBehind = true;
      throw error;
    }
  }

  async #turn(signal: AbortSignal | undefined): Promise<boolean> {
    const beganMs = this.#clock();
    await this.#load(signal);
    let left = this.#limits.records;
    const found = new Findings();
    let landed = await this.#landed(signal);
    for (const source of SOURCES)
      while (left > 0 && landed[source] > this.#seen[source]) {
        const isHot = landed.archived[source] <= this.#seen[source];
        const last = landed[source];
        const read = await this.#page(
          source,
          { last, isHot, limit: Math.min(PAGE_ROWS, left) },
          signal,
        );
        landed = await this.#landed(signal);
        // Rows that moved to the archive meanwhile were in neither place.
        if (isHot && landed.archived[source] > this.#seen[source]) continue;
        await this.#classify(read.rows, source, found, signal);
        left -= read.rows.length;
        this.#seen = { ...this.#seen, [source]: read.through };
      }
    await this.#keep(found);
    this.#isBehind = SOURCES.some((source) => landed[source] > this.#seen[source]);
    if (!this.#isBehind) this.#throughMs = beganMs;
    return this.#isBehind;
  }

  async #load(signal: AbortSignal | undefined): Promise<void> {
    const { reader } = this.#options;
    const nowMs = this.#clock();
    if (this.#kept === undefined || (this.#isFull && nowMs - this.#knownAtMs > RENEW_MS)) {
      const rows = await reader.read('error/known', {}, { signal });
      this.#known = new Set(rows.map(({ fingerprint }) => BigInt(`0x${fingerprint}`)));
      this.#knownAtMs = nowMs;
    }
    if (this.#kept !== undefined) return;
    const [state] = await reader.read('error/state', {}, { signal });
    this.#kept = { logSeq: BigInt(state?.logSeq ?? 0), spanSeq: BigInt(state?.spanSeq ?? 0) };
    this.#seen = this.#kept;
  }

  /** How far records have landed, and how far those go that lie in the archive. */
  async #landed(signal: AbortSignal | undefined): Promise<Landed> {
    const { logSeq, spanSeq } = this.#seen;
    const [row] = await this.#options.reader.read('error/landed', this.#seen, { signal });
    const archived = {
      logSeq: BigInt(row?.archivedLogSeq ?? logSeq),
      spanSeq: BigInt(row?.archivedSpanSeq ?? spanSeq),
    };
    return {
      logSeq: larger(BigInt(row?.logSeq ?? logSeq), archived.logSeq),
      spanSeq: larger(BigInt(row?.spanSeq ?? spanSeq), archived.spanSeq),
      archived,
    };
  }

  async #page(
    source: Source,
    { last, isHot, limit }: { last: bigint; isHot: boolean; limit: number },
    signal: AbortSignal | undefined,
  ): Promise<{ readonly rows: readonly Fresh[]; readonly through: bigint }> {
    const after = this.#seen[source];
    const end = after + BigInt(this.#stretch[source]);
    const through = end < last ? end : last;
    const rows = await this.#options.reader.read(
      source === 'logSeq' ? 'error/fresh-logs' : 'error/fresh-runs',
      { after, through, limit, isHot },
      { signal },
    );
    const lastRow = rows.length < limit ? undefined : rows.at(-1);
    const next = lastRow === undefined ? through : BigInt(lastRow.seq);
    // What a full page leaves is gone over again by the next one: that goes not much further than it needs.
    const way = Number(next - after);
    const wanted = lastRow === undefined ? this.#stretch[source] * 4 : way * 2;
    this.#stretch[source] = Math.min(wanted, this.#limits.stretch);
    return { rows, through: next };
  }

  async #classify(
    rows: readonly Fresh[],
    source: Source,
    found: Findings,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let sinceMs = performance.now();
    for (const row of rows) {
      if (!row.isTold) found.add(this.#kindOf(row), row, source);
      if (performance.now() - sinceMs < this.#limits.pauseMs) continue;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      signal?.throwIfAborted();
      sinceMs = performance.now();
    }
  }

  /** One place is for the kind that stands for the rest. */
  get #isFull(): boolean {
    return this.#known.size >= this.#limits.groups - 1;
  }

  #kindOf(row: Fresh): ErrorKind {
    const kind = toErrorKind(row);
    if (this.#known.has(kind.fingerprint)) return kind;
    if (this.#isFull) return OTHER_KIND;
    this.#known.add(kind.fingerprint);
    return kind;
  }

  /** Nothing is written where nothing was found, but for a long way that a restart would go over again. */
  async #keep(found: Findings): Promise<void> {
    const [after, through] = [this.#kept ?? this.#seen, this.#seen];
    const way = through.logSeq - after.logSeq + through.spanSeq - after.spanSeq;
    if (found.occurrences.length === 0 && way < BigInt(this.#limits.stretch)) return;
    await this.#options.keep({ job: 'errors', after, through, ...found.toJob() });
    this.#kept = through;
  }
}

/** Log records, then spans, each by the number up to which it has been looked at. */
const SOURCES = ['logSeq', 'spanSeq'] as const;
type Source = (typeof SOURCES)[number];

interface Landed extends Progress {
  readonly archived: Progress;
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** What a turn has found. */
class Findings {
  readonly occurrences: ErrorsJob['occurrences'][number][] = [];
  readonly #groups = new Map<bigint, ErrorsJob['groups'][number]>();

  add(kind: ErrorKind, row: Fresh, source: Source): void {
    const time = BigInt(row.time);
    this.occurrences.push({
      fingerprint: kind.fingerprint,
      time,
      source: source === 'logSeq' ? 'log' : 'run',
      seq: BigInt(row.seq),
      traceId: row.traceId,
      spanId: BigInt(row.spanId),
      resourceId: row.resourceId,
      featureId: BigInt(row.featureId),
      componentId: BigInt(row.componentId),
      sessionId: BigInt(row.sessionId),
      userId: BigInt(row.userId),
    });
    const known = this.#groups.get(kind.fingerprint);
    const isLast = known === undefined || time >= known.lastTime;
    this.#groups.set(kind.fingerprint, {
      ...(isLast ? { ...kind, version: FINGERPRINT_VERSION } : known),
      firstTime: known === undefined || time < known.firstTime ? time : known.firstTime,
      lastTime: isLast ? time : known.lastTime,
    });
  }

  toJob(): Pick<ErrorsJob, 'groups' | 'occurrences'> {
    return { groups: [...this.#groups.values()], occurrences: this.occurrences };
  }
}
