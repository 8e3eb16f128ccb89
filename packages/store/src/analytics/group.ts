/** Groups of a breakdown: the largest by units, all others as one. */
import { storeError } from '../errors.ts';
import type { EligibleEvents, Group } from './eligible-events.ts';
import type { Writer } from './writer.ts';

/**
 * Adds the table `ranked` (`grp`, `rank`): the groups of `eligible` that are shown, by units, then rows, then value. Attempts
 * are counted by rows. With `fromNs` only what happened from then on ranks; groups of earlier rows alone come last. Join
 * it by {@link RANKED_JOIN}; a row of the others has no rank then.
 */
export function writeRanked(
  writer: Writer,
  { unit, group }: EligibleEvents,
  fromNs?: bigint,
): void {
  const since = fromNs === undefined ? '' : ` FILTER (WHERE t >= ${writer.param('ns', fromNs)})`;
  const units = unit === 'attempt' ? `count(*)${since}` : `count(DISTINCT actor)${since}`;
  writer.table(
    'ranked',
    `SELECT grp, row_number() OVER (ORDER BY units DESC, members DESC, grp NULLS LAST) AS rank
FROM (SELECT grp, ${units} AS units, count(*)${since} AS members FROM eligible GROUP BY grp)
QUALIFY rank <= ${writer.param('int', group?.top ?? 1)}`,
  );
}

/** Adds `starts` from `begun`, where `at_start` holds the value of the breakdown, with that value's rank by who starts. */
export function writeRankedStarts(writer: Writer, { group }: EligibleEvents): void {
  writer.table(
    'starts',
    `SELECT begun.* EXCLUDE (at_start), at_start.grp AS grp, ranked.rank
FROM begun LEFT JOIN (
  SELECT at_start.grp AS grp, row_number() OVER (ORDER BY count(DISTINCT actor) DESC, count(*) DESC, at_start.grp NULLS LAST) AS rank
  FROM begun GROUP BY at_start.grp
  QUALIFY rank <= ${writer.param('int', group?.top ?? 1)}
) ranked ON ranked.grp IS NOT DISTINCT FROM at_start.grp`,
  );
}

/** Gives each row of `e` the rank of its group. */
export const RANKED_JOIN = 'LEFT JOIN ranked ON ranked.grp IS NOT DISTINCT FROM e.grp';

/** Whether a row with these two columns belongs to the group. */
export function groupSql(writer: Writer, group: Group | null): string {
  if (group === null) return 'true';
  if (group.kind === 'other') return 'rank IS NULL';
  if (group.kind === 'none') return 'rank IS NOT NULL AND grp IS NULL';
  return `rank IS NOT NULL AND grp = ${writer.param('text', group.value)}`;
}

/** The group of a row of an answer; null without a breakdown. */
export function toGroup(
  events: EligibleEvents,
  rank: number | null,
  value: string | null,
): Group | null {
  if (events.group === undefined) return null;
  if (rank === null) return { kind: 'other' };
  return value === null ? { kind: 'none' } : { kind: 'value', value };
}

/** A cell must name a group where there are groups, and none where there are not. */
export function checkGroup({ group: breakdown }: EligibleEvents, group: Group | null): void {
  if ((breakdown === undefined) !== (group === null))
    throw storeError('STORE_QUESTION_INVALID', {
      reason: 'its cell and its breakdown do not fit each other',
    });
}
