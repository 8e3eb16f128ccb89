/** Operations in memory as they are shown: single ones, lists, and what changed. */
import type { Window } from '../window.ts';
import type { Family } from './family.ts';
import { matchesName, matchesState, namesOf, type OperationFilter } from './filter.ts';
import { HEALTHS, type Health } from './health.ts';
import type { Histories } from './histories.ts';
import { stateOf, toReport, type OperationReport } from './report.ts';
import type { Roster } from './roster.ts';
import { startMsOf } from './timeline.ts';
import { topOf } from './top.ts';
import { isOver, outcomeOf, type TrackedOperation } from './tracked-operation.ts';

/** What changed since a version. */
export interface OperationChanges {
  readonly changed: OperationReport[];
  /** No longer in memory, or no longer as asked for; those by how they ended, these by how they are. */
  readonly gone: readonly { readonly id: string; readonly outcome: string }[];
}

/** What somebody sees of a list: the ids of it, and how many it has at most. */
export interface ShownOperations {
  readonly ids: ReadonlySet<string>;
  readonly limit: number;
}

interface ViewOptions {
  readonly roster: Roster;
  readonly family: Family;
  readonly histories: Histories;
  readonly nowMs: () => number;
}

/** The first of a list, and the order of all of which they are. */
interface Top {
  readonly arranged: number;
  readonly limit: number;
  readonly list: readonly TrackedOperation[];
}

/** Each method as `OperationBoard` has it. */
export class View {
  readonly #options: ViewOptions;
  /** The list of each filter as it was when it was last asked for. */
  readonly #tops = new WeakMap<OperationFilter, Top>();

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  get(id: string): OperationReport | undefined {
    const tracked = this.#options.roster.get(id);
    return tracked === undefined ? undefined : this.#report(tracked);
  }

  isPending(id: string): boolean {
    const tracked = this.#options.roster.get(id);
    return tracked !== undefined && isPending(tracked);
  }

  list(filter: OperationFilter, limit: number): OperationReport[] {
    return this.#top(filter, limit).map((one) => this.#report(one));
  }

  pending(
    filter: OperationFilter,
    window: Pick<Window, 'fromMs' | 'toMs'>,
    limit: number,
  ): OperationReport[] {
    const pending = this.#matching(filter).filter(
      (one) => isPending(one) && isOfWindow(one, window),
    );
    return topOf(pending, limit, byUrgency).map((one) => this.#report(one));
  }

  changedSince(
    version: number,
    filter: OperationFilter,
    shown: ShownOperations | undefined,
  ): OperationChanges | undefined {
    const { roster } = this.#options;
    if (!roster.knows(version)) return undefined;
    const left = roster.goneSince(version);
    if (shown !== undefined) return this.#changedOf(version, filter, shown, left);
    const named = roster.changedSince(version).filter((one) => matchesName(namesOf(one), filter));
    const turned = named
      .filter((one) => one.turned > version && !matchesState(one, filter))
      .map((one) => ({ id: one.fold.id, outcome: wordOf(one) }));
    const gone = left
      .filter((one) => matchesName(one, filter))
      .map(({ id, outcome }) => ({ id, outcome }));
    return {
      changed: named.filter((one) => matchesState(one, filter)).map((one) => this.#report(one)),
      gone: [...turned, ...gone],
    };
  }

  counts(): Readonly<Record<Health | 'paused', number>> {
    const counts = { healthy: 0, slow: 0, stalled: 0, lost: 0, paused: 0 };
    for (const tracked of this.#options.roster.all())
      if (!isOver(tracked))
        counts[stateOf(tracked) === 'paused' ? 'paused' : tracked.judgement.health] += 1;
    return counts;
  }

  #changedOf(
    version: number,
    filter: OperationFilter,
    { ids, limit }: ShownOperations,
    left: readonly { readonly id: string; readonly outcome: string }[],
  ): OperationChanges {
    const top = this.#top(filter, limit);
    const now = new Set(top.map(({ fold }) => fold.id));
    const known = new Map(left.map(({ id, outcome }) => [id, outcome]));
    return {
      changed: top
        .filter((one) => one.version > version || !ids.has(one.fold.id))
        .map((one) => this.#report(one)),
      gone: [...ids].flatMap((id) => {
        if (now.has(id)) return [];
        const one = this.#options.roster.get(id);
        return { id, outcome: one === undefined ? (known.get(id) ?? 'ended') : wordOf(one) };
      }),
    };
  }

  /** Sorted anew only when the order may be another: while all just go on, it is not. */
  #top(filter: OperationFilter, limit: number): readonly TrackedOperation[] {
    const { arranged } = this.#options.roster;
    const known = this.#tops.get(filter);
    if (known?.arranged === arranged && known.limit === limit) return known.list;
    const list = topOf(this.#matching(filter), limit, byUrgency);
    this.#tops.set(filter, { arranged, limit, list });
    return list;
  }

  #matching(filter: OperationFilter): TrackedOperation[] {
    const matching: TrackedOperation[] = [];
    for (const one of this.#options.roster.all())
      if (matchesName(namesOf(one), filter) && matchesState(one, filter)) matching.push(one);
    return matching;
  }

  #report(tracked: TrackedOperation): OperationReport {
    const { histories, family, nowMs } = this.#options;
    const expected = histories.expectedOf(tracked.fold.first.feature?.value ?? '');
    return toReport(tracked, nowMs(), expected, family.countsOf(tracked));
  }
}

/** Whether the store does not tell it. */
const isPending = ({ row }: TrackedOperation): boolean => row !== 'kept';

function isOfWindow(
  tracked: TrackedOperation,
  { fromMs, toMs }: Pick<Window, 'fromMs' | 'toMs'>,
): boolean {
  const state = stateOf(tracked);
  if (state === 'running' || state === 'paused') return true;
  const startMs = startMsOf(tracked.fold);
  return startMs >= fromMs && startMs < toMs;
}

const wordOf = (tracked: TrackedOperation): string => outcomeOf(tracked) ?? stateOf(tracked);

function byUrgency(a: TrackedOperation, b: TrackedOperation): number {
  const worse = urgencyOf(b) - urgencyOf(a);
  return worse === 0 ? startMsOf(b.fold) - startMsOf(a.fold) : worse;
}

const urgencyOf = (tracked: TrackedOperation): number =>
  isOver(tracked) ? -1 : HEALTHS.indexOf(tracked.judgement.health);
