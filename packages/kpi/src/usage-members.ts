/** The runs, users or sessions behind a number of usage, and so of features and totals. */
import type {
  Answer,
  ColumnName,
  Condition,
  MemberRow,
  Property,
  Reader,
  ReadOptions,
} from '@heartwood/store';
import { readCountMembers, type CountRequest } from './count.ts';
import { createGrid, type Interval } from './interval.ts';
import { bucketAt, groupNamed, type MemberPage } from './member.ts';
import { checkNames } from './name.ts';
import type { RunFilter } from './run.ts';
import { readUsage, type UsageSplit } from './usage.ts';
import type { Window } from './window.ts';

/** Which number, and which page. */
interface UsageMemberOptions extends ReadOptions, MemberPage {
  readonly of: 'runs' | 'users' | 'sessions';
  readonly interval: Interval | 'auto';
  /** Start of a bucket, as the answer has it; the whole range without. */
  readonly start?: string | undefined;
  readonly by?: UsageSplit | undefined;
  readonly group?: string | undefined;
  readonly top: number;
}

/** A page of members; numbers of raw runs that have been removed have none. Rejects unknown names. */
export async function readUsageMembers(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  { of, interval, start, by, group, top, asOf, after, limit, ...options }: UsageMemberOptions,
): Promise<Answer<MemberRow>> {
  const { feature, category, component, service, status } = filter;
  const named = groupNamed(group, by !== undefined);
  const grid = createGrid(window, interval);
  const bucket = start === undefined ? 0 : bucketAt(grid.buckets, start, 'start');
  const conditions: Condition[] = [
    ...Object.entries({ category, component, service }).flatMap(([name, value]) =>
      value === undefined ? [] : [equals(column(name as ColumnName), value)],
    ),
    // Users alone, where composed questions take the session of an unknown user.
    ...(of === 'users' ? [{ kind: 'exists', property: column('user') } as const] : []),
  ];
  if (by !== undefined && named !== null) {
    // The rest is what no other line of the same answer holds.
    const shown =
      named.kind === 'other'
        ? await readUsage(reader, window, filter, { interval, by, top, ...options })
        : undefined;
    const groups = shown?.series.map((series) => series.group) ?? [];
    conditions.push(conditionOf(column(by), named.kind === 'value' ? named.value : null, groups));
  }
  const request: CountRequest = {
    selectors: [
      {
        source: 'run',
        names: feature === undefined ? 'any' : [feature],
        ...(status !== undefined && { statuses: [status] }),
      },
    ],
    unit: 'user',
    scope: { kind: 'and', parts: conditions },
    measures: [of === 'runs' ? { agg: 'count' } : { agg: 'count_distinct', on: UNITS[of] }],
    interval: start === undefined ? 'whole' : grid.interval,
  };
  const cell = { bucket, group: null, measure: 0 };
  const page = await readCountMembers(
    reader,
    window,
    request,
    cell,
    { asOf, after, limit },
    options,
  );
  if (page.total === 0) await checkNames(reader, { ...filter }, options);
  return page;
}

const UNITS = { users: 'user', sessions: 'session' } as const;

const column = (name: ColumnName): Property => ({ kind: 'column', name });

const equals = (property: Property, value: string): Condition => ({
  kind: 'compare',
  property,
  op: '=',
  value,
});

/** Of a value, of none, or of none of those that are shown. */
function conditionOf(
  property: Property,
  value: string | null,
  shown: readonly (string | null)[],
): Condition {
  const none: Condition = { kind: 'not', part: { kind: 'exists', property } };
  if (value !== null) return equals(property, value);
  if (shown.length === 0) return none;
  const values = shown.filter((group) => group !== null && group !== '$other' && group !== '$none');
  const parts: Condition[] = [
    { kind: 'in', property, values: values as string[] },
    ...(shown.includes('$none') ? [none] : []),
  ];
  return { kind: 'not', part: { kind: 'or', parts } };
}
