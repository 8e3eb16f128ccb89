/** What lists of members have in common: pages, groups by their text, buckets by their start. */
import type { Group } from '@heartwood/store';
import { QuestionError } from './errors.ts';
import { parseGroup } from './group.ts';
import { msToInstant } from './instant.ts';
import type { Bucket } from './interval.ts';

/** Which page; `asOf` of the answer that the number stands in, as of now without. */
export interface MemberPage {
  readonly asOf?: bigint | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The group that an answer calls so; without a breakdown null. */
export function groupNamed(name: string | undefined, isSplit: boolean): Group | null {
  if (!isSplit) return null;
  if (name === undefined)
    throw new QuestionError('MEMBER_NUMBER_MISSING', 'group', { what: 'group beside by' });
  return parseGroup(name);
}

/** Index of the bucket that an answer says to start so; rejects one that it has not. */
export function bucketAt(buckets: readonly Bucket[], start: string, parameter: string): number {
  const startMs = Date.parse(start);
  const index = buckets.findIndex((bucket) => bucket.startMs === startMs);
  if (index >= 0) return index;
  throw new QuestionError('MEMBER_CELL_UNKNOWN', parameter, {
    value: start,
    first: msToInstant(buckets[0]?.startMs ?? 0),
  });
}
