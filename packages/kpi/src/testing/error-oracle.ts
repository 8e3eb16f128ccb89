/** What the answers about errors are, counted over arrays. */
import type { ErrorFilter } from '../error/groups.ts';
import type { PlainError } from './error-world.ts';

interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** The numbers of some errors in a range. */
export interface CountedErrors {
  readonly occurrences: number;
  readonly before: number;
  readonly records: number;
  readonly runs: number;
  readonly users: number;
  readonly sessions: number;
  readonly kinds: number;
  readonly spark: readonly number[];
  readonly trend: string;
  readonly features: readonly { feature: string; occurrences: number }[];
  readonly traceId: string | null;
}

/** By the key of each; those that have none in the range are left out. */
export function countErrors(
  errors: readonly PlainError[],
  { from, to }: Range,
  filter: ErrorFilter,
  keyOf: (error: PlainError) => string | null,
): Map<string | null, CountedErrors> {
  const before = from - (to - from);
  const chosen = errors.filter(
    (error) => error.timeNs >= before && error.timeNs < to && passes(error, filter),
  );
  const counted = new Map<string | null, CountedErrors>();
  const occurrences = groupsOf(chosen, from);
  // A key is that of an occurrence, not of a record: a log record may not name the feature that its run does.
  const keys = new Set(occurrences.map(({ members }) => keyOf(merged(members))));
  for (const key of keys) {
    const own = occurrences.filter(({ members }) => keyOf(merged(members)) === key);
    const now = own.filter(({ isNow }) => isNow);
    if (now.length === 0) continue;
    const earlier = own.length - now.length;
    const records = now.flatMap(({ members }) => members);
    const kinds = new Set(records.map(({ kind }) => kind.fingerprint));
    const firstEver = errors
      .filter(({ kind }) => kinds.has(kind.fingerprint))
      .every(({ timeNs }) => timeNs >= from);
    counted.set(key, {
      occurrences: now.length,
      before: earlier,
      records: records.filter(({ source }) => source === 'log').length,
      runs: records.filter(({ source }) => source === 'run').length,
      users: new Set(now.flatMap(({ members }) => merged(members).user ?? [])).size,
      sessions: new Set(now.flatMap(({ members }) => merged(members).session ?? [])).size,
      kinds: kinds.size,
      spark: sparkOf(now, from, to),
      trend: trend(now.length, earlier, firstEver),
      features: mostMet(now),
      traceId: newestTrace(records),
    });
  }
  return counted;
}

/** What the server calls the component: the own one, else the service. */
export const partOf = ({ component, service }: PlainError): string | null => component ?? service;

interface Occurrence {
  readonly isNow: boolean;
  readonly members: readonly PlainError[];
}

function groupsOf(errors: readonly PlainError[], from: bigint): Occurrence[] {
  const groups = new Map<string, PlainError[]>();
  for (const error of errors) {
    const span = error.spanId === 0n ? `seq ${String(error.seq)}` : String(error.spanId);
    const key = [error.kind.fingerprint, error.timeNs >= from, error.traceId, span].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  return [...groups.values()].map((members) => ({
    isNow: members.some(({ timeNs }) => timeNs >= from),
    members,
  }));
}

/** As the run says, else the last log record that says it. */
function merged(members: readonly PlainError[]): PlainError {
  const ranked = members.toSorted(
    (a, b) =>
      Number(a.source === 'run') - Number(b.source === 'run') || Number(a.seq) - Number(b.seq),
  );
  const last = (read: (error: PlainError) => string | null): string | null =>
    ranked.map(read).findLast((text) => text !== null) ?? null;
  const [first] = members;
  if (first === undefined) throw new RangeError('an occurrence has records');
  const component = last(partOf);
  return {
    ...first,
    component,
    service: component,
    feature: last((error) => error.feature),
    user: last((error) => error.user),
    session: last((error) => error.session),
  };
}

const passes = (error: PlainError, filter: ErrorFilter): boolean =>
  (filter.category === undefined || error.kind.category === filter.category) &&
  (filter.errorType === undefined || error.kind.errorType === filter.errorType) &&
  (filter.service === undefined || error.service === filter.service) &&
  (filter.component === undefined || partOf(error) === filter.component) &&
  (filter.feature === undefined || error.feature === filter.feature) &&
  (filter.session === undefined || error.session === filter.session) &&
  (filter.user === undefined || error.user === filter.user) &&
  (filter.traceId === undefined || error.traceId === filter.traceId);

function sparkOf(now: readonly Occurrence[], from: bigint, to: bigint): number[] {
  const width = (to - from + 23n) / 24n;
  const spark = Array.from({ length: 24 }, () => 0);
  for (const { members } of now) {
    const first = members.map(({ timeNs }) => timeNs).reduce((a, b) => (a < b ? a : b));
    const slot = Number((first - from) / width);
    spark[slot] = (spark[slot] ?? 0) + 1;
  }
  return spark;
}

/** Each feature counted by a walk over the occurrences; the five most frequent, of equally many the first by name. */
function mostMet(now: readonly Occurrence[]): { feature: string; occurrences: number }[] {
  const names = now.flatMap(({ members }) => merged(members).feature ?? []);
  return [...new Set(names)]
    .map((feature) => ({
      feature,
      occurrences: names.filter((name) => name === feature).length,
    }))
    .toSorted((a, b) => b.occurrences - a.occurrences || (a.feature < b.feature ? -1 : 1))
    .slice(0, 5);
}

function newestTrace(records: readonly PlainError[]): string | null {
  const traced = records.filter(({ traceId }) => traceId !== null);
  return traced.toSorted((a, b) => Number(b.seq - a.seq))[0]?.traceId ?? null;
}

function trend(now: number, before: number, isNew: boolean): string {
  if (isNew) return 'new';
  if (now >= 10 && now / 3 >= before) return 'rising';
  return before >= 10 && before / 3 >= now ? 'falling' : 'steady';
}
