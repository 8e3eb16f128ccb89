/** Up to when the events of a unit can matter for its chain: those behind it need not be sorted and walked. */
import type { FunnelQuestion } from './funnel-question.ts';
import { matchSql } from './funnel-rows.ts';
import type { Writer } from './writer.ts';

/** What {@link writeReach} needs beside the question, as SQL. */
interface Reach {
  readonly window: string;
  readonly stepWindow: string | undefined;
  /** Whether rows of two tables have one chain. */
  readonly alike: (one: string, other: string) => string;
}

/**
 * Adds a table with the columns of `whose` (a row each who has chains: `who`, `opened`, `closed`) and `until`, the last moment
 * that matters; gives its name.
 *
 * From the first start on the earliest event of each next step leads as far as any chain gets, and nothing gets there
 * earlier. Where that chain keeps to its windows, it is the furthest and the first to get there; later events change
 * nothing but how long others may still be on their way, which a window alone tells from the last start. Where it does
 * not, a later start may do better, and all events matter.
 */
export function writeReach(
  writer: Writer,
  { steps, ties }: FunnelQuestion,
  { window, stepWindow, alike }: Reach,
): string {
  const all = `closed + ${window}`;
  const isWhole = stepWindow === undefined;
  let from = 'reach1';
  writer.table(
    from,
    `SELECT *, opened AS reached, ${isWhole ? 'opened' : all} AS until FROM whose`,
  );
  for (const index of steps.keys()) {
    if (index === 0) continue;
    const [next, place] = [`next${String(index + 1)}`, `reach${String(index + 1)}`];
    writer.table(
      next,
      `SELECT r.who, min(e.t) AS t FROM eligible e JOIN ${from} r ON ${alike('e', 'r')}
WHERE ${matchSql(index)} AND e.t ${ties === 'strict' ? '>' : '>='} r.reached GROUP BY r.who`,
    );
    const inStep = isWhole ? '' : ` AND n.t - r.reached <= ${stepWindow}`;
    const isInTime = `n.t - r.opened <= ${window}${inStep}`;
    // With a time between steps the others are told from their events, how far they get and how long they may go on.
    const until =
      isWhole || index === steps.length - 1
        ? `CASE WHEN n.t IS NULL THEN r.until WHEN ${isInTime} THEN n.t ELSE r.${all} END`
        : 'r.until';
    writer.table(
      place,
      `SELECT r.* REPLACE (CASE WHEN ${isInTime} THEN n.t END AS reached, ${until} AS until) FROM ${from} r LEFT JOIN ${next} n ON n.who = r.who`,
    );
    from = place;
  }
  return from;
}
