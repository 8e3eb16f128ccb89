/** Events of operations, and a store of them in plain arrays. */
import type { OperationEventKind } from '@heartwood/semconv';
import type { StoredLiveOperation, StoredOperation, StoreJob } from '@heartwood/store';
import type { OperationHistory } from '../operation/expected.ts';
import type { OperationEventLike } from '../operation/operation-event.ts';
import type { ClosedOperation, OperationSource } from '../operation/operation-source.ts';

export const START_MS = Date.UTC(2026, 10, 22, 12);

/** An event of `op` at a time after {@link START_MS}, received at once, that says what is given. */
export function operationEvent(
  kind: OperationEventKind,
  atMs: number,
  given: Partial<Omit<OperationEventLike, 'kind'>> = {},
): OperationEventLike {
  const timeNs = given.timeNs ?? toNs(START_MS + atMs);
  // Field by field, as the receiver does: spread, it would take ten times as long.
  return {
    kind,
    id: given.id ?? 'op',
    timeNs,
    receivedNs: given.receivedNs ?? timeNs,
    seq: given.seq ?? 0n,
    sequence: given.sequence,
    elapsedS: given.elapsedS,
    feature: given.feature ?? 'import',
    service: given.service ?? 'importer',
    instance: given.instance ?? 'i1',
    host: given.host ?? 'a',
    pid: given.pid ?? 4711,
    parentId: given.parentId,
    category: given.category,
    component: given.component,
    session: given.session,
    user: given.user,
    traceId: given.traceId,
    description: given.description,
    message: given.message,
    current: given.current,
    total: given.total,
    unit: given.unit,
    fraction: given.fraction,
    heartbeatS: given.heartbeatS,
    blockedS: given.blockedS,
    status: given.status,
    errorType: given.errorType,
    reason: given.reason,
  };
}

export const toNs = (ms: number): bigint => BigInt(Math.round(ms * 1000)) * 1000n;

/** Keeps what it is given as a database would: rows of events by number, open and closed operations. */
export class OperationStore implements OperationSource {
  rows: OperationEventLike[] = [];
  live: readonly StoredLiveOperation[] = [];
  seq = 0n;
  readonly closed = new Map<string, StoredOperation>();
  readonly histories = new Map<string, OperationHistory>();
  readonly jobs: Extract<StoreJob, { readonly job: 'operations' }>[] = [];
  /** Set to make it fail. */
  failure: Error | undefined;
  /** Histories that were read. */
  asked = 0;

  readonly keep = async (job: StoreJob): Promise<void> => {
    this.#fail();
    if (job.job !== 'operations') return;
    this.jobs.push(job);
    for (const id of job.reopened) this.closed.delete(id);
    for (const row of job.closed) this.closed.set(row.id, row);
    const { underWay } = job;
    const ids = new Set(job.live.map(({ id }) => id));
    this.live = [
      ...this.live.filter(({ id }) => !ids.has(id) && underWay?.includes(id) !== false),
      ...job.live,
    ];
    this.seq = job.seq;
  };

  async readLive(): ReturnType<OperationSource['readLive']> {
    this.#fail();
    return { live: this.live, seq: this.seq };
  }

  async readEvents(after: bigint): ReturnType<OperationSource['readEvents']> {
    this.#fail();
    const events = this.rows
      .filter(({ seq }) => seq > after)
      .toSorted((a, b) => Number(a.seq - b.seq))
      .slice(0, SLICE);
    return { events, next: events.at(-1)?.seq };
  }

  async readClosed(ids: readonly string[]): Promise<ClosedOperation[]> {
    this.#fail();
    return ids.flatMap((id) => this.closed.get(id) ?? []);
  }

  async readHistory(feature: string): Promise<OperationHistory | undefined> {
    this.#fail();
    this.asked += 1;
    return this.histories.get(feature);
  }

  #fail(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

const SLICE = 7;

/** A clock that a test moves, and the same one as one that only goes forward. */
export interface TestClock {
  /** Since {@link START_MS}. */
  ms: number;
  /** By how much the wall clock was set wrong. */
  wrongMs: number;
  readonly clock: () => number;
  readonly monotonic: () => number;
}

export function createTestClock(ms = 0): TestClock {
  const clock: TestClock = {
    ms,
    wrongMs: 0,
    clock: () => START_MS + clock.ms + clock.wrongMs,
    monotonic: () => clock.ms,
  };
  return clock;
}
