/** The rows of a funnel in their one order, with what begins a chain. */
import { propertiesOf } from './condition-sql.ts';
import type { FunnelQuestion } from './funnel-question.ts';
import { bitsOf } from './selector-mask.ts';
import type { Writer } from './writer.ts';

/** Columns by which rows of one chain are alike, beside `who`. */
export const heldColumns = ({ events }: FunnelQuestion): string[] =>
  (events.hold ?? []).map((_, index) => `h${String(index + 1)}`);

/** Indexes of the required steps. */
export const requiredSteps = ({ steps }: FunnelQuestion): number[] =>
  steps.flatMap(({ optional }, index) => (optional ? [] : [index]));

/** Columns by which it is decided whose chains count. */
export const actorColumns = ({ actors }: FunnelQuestion): string[] =>
  actors === undefined ? [] : propertiesOf(actors).map((_, index) => `a${String(index + 1)}`);

/** Whether a row matches a selector. */
export const matchSql = (...selectors: readonly number[]): string =>
  `(mask & ${bitsOf(selectors)}) <> 0`;

/** Chains of a unit in each value of the breakdown. */
export const isByValue = ({ attribution, events }: FunnelQuestion): boolean =>
  attribution === 'all' && events.group !== undefined;

/**
 * Adds the table `base` from `eligible`: its columns and `who` (whose chains), `rn` (place in the order of all rows of
 * `who`), `ms` (the first step that it matches, 99 for none) and `opens` (begins a chain); only of who has such a row.
 */
export function writeBase(writer: Writer, question: FunnelQuestion): void {
  const { events, steps, order, entry } = question;
  const held = heldColumns(question);
  // Required steps first, so that matching an optional one as well changes nothing about the chain.
  const byNeed = [
    ...requiredSteps(question),
    ...steps.flatMap(({ optional }, index) => (optional ? [index] : [])),
  ];
  const places = byNeed.map((step) => `WHEN ${matchSql(step)} THEN ${String(step + 1)}`);
  // A key is digits or a UUID, so the text begins in one way only.
  const who = isByValue(question)
    ? `actor::VARCHAR || CASE WHEN grp IS NULL THEN '-' ELSE '+' || grp END`
    : 'actor';
  const opening = steps.flatMap(({ anchor }, index) =>
    anchor === 'last' || (index > 0 && steps[0]?.anchor === 'first') ? [] : [String(index + 1)],
  );
  const opens = order === 'any' ? `ms IN (${opening.join(', ')})` : matchSql(0);
  const from =
    question.entriesFrom === undefined
      ? ''
      : ` AND t >= ${writer.param('ns', question.entriesFrom)}`;
  writer.table(
    'placed',
    `SELECT e.*, ${who} AS who, CASE ${places.join(' ')} ELSE 99 END AS ms
FROM eligible e
WHERE ${['actor IS NOT NULL', ...held.map((column) => `${column} IS NOT NULL`)].join(' AND ')}`,
  );
  writer.table(
    'opened',
    `SELECT *, (${opens}${from} AND t < ${writer.param('ns', question.entriesTo)}) AS opens FROM placed`,
  );
  // By what a row says, then by number, so that the order in which requests land changes no number.
  const ties = [
    'ms',
    'mask',
    ...(events.group === undefined ? [] : ['grp NULLS LAST']),
    ...held,
    ...actorColumns(question).map((column) => `${column} NULLS LAST`),
    'duration_ns NULLS LAST',
    'seq',
  ];
  writer.table(
    'numbered',
    `SELECT *, row_number() OVER (PARTITION BY who ORDER BY t, ${ties.join(', ')}) AS rn
FROM opened WHERE who IN (SELECT who FROM opened WHERE opens)`,
  );
  const first = order === 'any' ? 't' : 'rn';
  writer.table(
    'base',
    entry === 'first'
      ? `SELECT * REPLACE (opens AND ${first} = min(CASE WHEN opens THEN ${first} END) OVER (PARTITION BY who) AS opens) FROM numbered`
      : 'SELECT * FROM numbered',
  );
}

/** How many exclusions have come up to a row and in all, two columns an exclusion that drops attempts: `x1`, `y1`, ... */
export function cutColumns({ exclude }: FunnelQuestion, partition: string): string[] {
  return exclude.flatMap(({ drops, selector }, index) =>
    drops === 'attempt'
      ? [
          `count(CASE WHEN ${matchSql(selector)} THEN 1 END) OVER (PARTITION BY ${partition} ORDER BY rn ROWS UNBOUNDED PRECEDING) AS x${String(index + 1)}`,
          `count(CASE WHEN ${matchSql(selector)} THEN 1 END) OVER (PARTITION BY ${partition}) AS y${String(index + 1)}`,
        ]
      : [],
  );
}

/** Whether a row stands between two others in the strict order: those of optional steps alone do not. */
export function breaksSql(question: FunnelQuestion): string {
  const { steps, universe, events } = question;
  const isRequired = matchSql(...requiredSteps(question));
  const optional = steps.flatMap((step, index) => (step.optional ? [index] : []));
  const isOther = events.keepOthers
    ? 'true'
    : universe.length === 0
      ? 'false'
      : matchSql(...universe);
  return `(${isRequired} OR (${isOther}${optional.length === 0 ? '' : ` AND NOT ${matchSql(...optional)}`}))`;
}

/** A place behind all rows; ASOF joins may take NULL for a place. */
export const NEVER = '9223372036854775807::BIGINT';

/** What {@link writeAnchored} needs. */
interface Anchored {
  /** With `found`, the earliest row of each step done, by time. */
  readonly ahead: string;
  /** With `rn`, `t` and `ms`. */
  readonly rows: string;
  /** How many there are. */
  readonly steps: number;
  /** Columns by which both are alike. */
  readonly keys: readonly string[];
  /** Last moment, and the row before which, that a row of `ahead`, as `a`, lets the last step come. */
  readonly until: string;
  readonly stop?: string | undefined;
}

/** Adds `anchored`: where all other steps are found, also the earliest row of the last behind them. */
export function writeAnchored(
  writer: Writer,
  { ahead, rows, steps, keys, until, stop }: Anchored,
): void {
  const inTime = `z.t <= ${until}${stop === undefined ? '' : ` AND z.rn < ${stop}`}`;
  writer.table(
    'anchored',
    `SELECT a.* EXCLUDE (behind) REPLACE (CASE WHEN ${inTime} THEN list_append(a.found, z.rn) ELSE a.found END AS found)
FROM (SELECT *, CASE WHEN len(found) = ${String(steps - 1)} THEN found[-1] ELSE ${NEVER} END AS behind FROM ${ahead}) a
ASOF LEFT JOIN (SELECT * FROM ${rows} WHERE ms = ${String(steps)}) z
  ON ${keys.map((key) => `a.${key} = z.${key}`).join(' AND ')} AND a.behind < z.rn`,
  );
}
