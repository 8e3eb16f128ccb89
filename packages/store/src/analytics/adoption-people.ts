/** Who adopts: a row each unit and thing, from one reading of its uses and a second one for those whose days are still open then. */
import { createDaySet } from './adoption-days.ts';
import type { AdoptionQuestion } from './adoption-question.ts';
import { isOfAnybody } from './adoption-reached.ts';
import type { Writer } from './writer.ts';

/**
 * Adds `people`: a row each unit and group with uses. The first use that is the `minUses`th or later on the `minDays`th day
 * or later is where somebody adopts, if it lies within one window of the first use. Else a window that ends with a use is
 * looked for: it holds enough of them when the `minUses`th last one lies in it, and enough days when the last use of the
 * `minDays`th last day does.
 */
export function writePeople(
  writer: Writer,
  question: AdoptionQuestion,
  bucketOf: (time: string) => string,
): void {
  const { windowNs, endNs, events } = question;
  const [window, end] = [writer.param('ns', windowNs), writer.param('ns', endNs)];
  writePairs(writer, question, bucketOf);
  const canBeSlow = events.to - events.from > windowNs;
  if (canBeSlow) writeSlow(writer, question);
  writer.table(
    'totals',
    `SELECT p.actor, p.key, p.rank, reached.t0, p.first_t, p.last_t, p.uses, p.days,
  ${canBeSlow ? `CASE WHEN early_t - first_t <= ${window} THEN early_t ELSE slow.adopted_t END` : 'early_t'} AS adopted_t
FROM early p JOIN reached ON reached.actor = p.actor
${canBeSlow ? 'LEFT JOIN slow ON slow.actor = p.actor AND slow.key = p.key' : ''}`,
  );
  writer.table(
    'people',
    `SELECT *, true AS tried, uses >= 2 AND days >= 2 AS repeated, adopted_t IS NOT NULL AS adopted,
  ${bucketOf('first_t')} AS first_bucket, ${bucketOf('adopted_t')} AS adopted_bucket,
  coalesce(last_t > adopted_t, false) AND last_t >= ${end} - ${window} AS retained,
  last_t < ${end} - 2 * ${window} AS abandoned,
  uses / greatest(1, (${end} - first_t)::DOUBLE / ${WEEK_NS}) AS uses_per_week
FROM totals`,
  );
}

const WEEK_NS = '604800000000000::DOUBLE';

/** Adds `early`: a row each unit and group with uses; `early_t` is the first one that is enough but for the window, NULL for none. */
function writePairs(
  writer: Writer,
  question: AdoptionQuestion,
  bucketOf: (time: string) => string,
): void {
  const { minUses, minDays, slots, events } = question;
  const [wantedUses, wantedDays] = [writer.param('int', minUses), writer.param('int', minDays)];
  const isGrouped = events.group !== undefined;
  const days = createDaySet(slots.buckets);
  const firsts = `min(t, ${wantedUses})`;
  writer.table(
    'tallied',
    `SELECT actor, ${isGrouped ? 'key' : '0::BIGINT AS key'}, count(t) AS uses, ${days.collect('bucket')} AS bits,
  ${firsts}[1] AS first_t, max(t) AS last_t, ${firsts}[${wantedUses}] AS nth_t, count(*) AS members
FROM uses GROUP BY ${isGrouped ? 'actor, key' : 'actor'}`,
  );
  if (isGrouped && isOfAnybody(question)) writeRankedFeatures(writer, question);
  writer.table(
    'pairs',
    `SELECT actor, tallied.key, ${isGrouped ? 'ranked.rank' : '0::BIGINT AS rank'},
  uses, bits, ${days.count('bits')} AS days, first_t, last_t, nth_t, ${bucketOf('nth_t')} AS nth_bucket
FROM tallied ${isGrouped ? `JOIN ranked ON ranked.${isOfAnybody(question) ? 'key' : 'rank'} = tallied.key` : ''}
WHERE uses > 0 AND actor IS NOT NULL`,
  );
  const isAble = `uses >= ${wantedUses} AND days >= ${wantedDays}`;
  if (minDays > 1) {
    // All of the first uses are of fewer days: only then another day is to come.
    writer.table(
      'waiting',
      `SELECT actor, key, ${days.nth('bits', wantedDays)} AS day
FROM pairs WHERE ${isAble} AND ${days.countUpTo('bits', 'nth_bucket')} < ${wantedDays}`,
    );
    writer.table(
      'late',
      `SELECT w.actor, w.key, min(u.t) AS t
FROM uses u JOIN waiting w ON w.actor = u.actor AND w.key = u.key AND w.day = u.bucket
GROUP BY w.actor, w.key`,
    );
  }
  writer.table(
    'early',
    `SELECT p.*, CASE WHEN ${isAble} THEN ${minDays > 1 ? 'coalesce(late.t, p.nth_t)' : 'p.nth_t'} END AS early_t
FROM pairs p ${minDays > 1 ? 'LEFT JOIN late ON late.actor = p.actor AND late.key = p.key' : ''}`,
  );
}

/** As writeRanked does it by the rows of `eligible`, from the sums of the same. */
function writeRankedFeatures(writer: Writer, { events: { group } }: AdoptionQuestion): void {
  writer.table(
    'ranked',
    `SELECT g.key, feature.text AS grp, row_number() OVER (ORDER BY g.units DESC, g.members DESC, feature.text NULLS LAST) AS rank
FROM (SELECT key, count(actor) AS units, sum(members) AS members FROM tallied GROUP BY key) g
LEFT JOIN vocabulary feature ON feature.id = g.key
QUALIFY rank <= ${writer.param('int', group?.top ?? 1)}`,
  );
}

/** Adds `slow`: the end of the first window that holds enough, of those who had enough too late for one that begins with their first use. */
function writeSlow(writer: Writer, { minUses, minDays, windowNs }: AdoptionQuestion): void {
  const window = writer.param('ns', windowNs);
  const before = (count: number): string => `(${writer.param('int', count - 1)})::INTEGER`;
  writer.table(
    'long',
    `SELECT u.actor, u.key, u.bucket, u.t, u.seq
FROM uses u JOIN early e ON e.actor = u.actor AND e.key = u.key WHERE u.t IS NOT NULL AND e.early_t - e.first_t > ${window}`,
  );
  writer.table(
    'days',
    `SELECT actor, key, bucket, lag(last_t, ${before(minDays)}) OVER (PARTITION BY actor, key ORDER BY bucket) AS day_before
FROM (SELECT actor, key, bucket, max(t) AS last_t FROM long GROUP BY actor, key, bucket)`,
  );
  writer.table(
    'steps',
    `SELECT actor, key, bucket, t, lag(t, ${before(minUses)}) OVER (PARTITION BY actor, key ORDER BY t, seq) AS use_before FROM long`,
  );
  writer.table(
    'slow',
    `SELECT actor, key, min(t) AS adopted_t FROM steps JOIN days USING (actor, key, bucket)
WHERE t - use_before <= ${window} AND t - day_before <= ${window} GROUP BY actor, key`,
  );
}
