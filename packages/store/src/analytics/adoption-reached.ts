/** Who is eligible to adopt something, and since when. */
import type { AdoptionQuestion } from './adoption-question.ts';
import { writeFacts, writeFactsOf } from './answer.ts';
import { isOfUsers, writeDays } from './days.ts';
import { writeEligible } from './eligible.ts';
import type { Writer } from './writer.ts';

/**
 * Adds `eligible` with all that is looked at, its facts, and `reached`: when each unit became eligible. True where both are
 * of the days of users, false where they are of single runs and events.
 */
export function writeReached(writer: Writer, question: AdoptionQuestion): boolean {
  const { events, output } = question;
  const isNumbers = output.kind === 'numbers';
  if (isOfAnybody(question)) {
    writeReachedByDay(writer, question);
    return true;
  }
  const kept = isNumbers ? ('NOT MATERIALIZED' as const) : undefined;
  writeEligible(writer, events, { trace: !isNumbers }, { name: 'eligible', kept });
  writeFacts(writer, 'eligible');
  writeReachedByRun(writer, question);
  return false;
}

/** From what makes eligible alone, of which nothing is kept. */
function writeReachedByRun(writer: Writer, { events, eligible }: AdoptionQuestion): void {
  const selectors = eligible.flatMap((index) => events.selectors[index] ?? []);
  const alone = { ...events, selectors, group: undefined };
  writeEligible(writer, alone, {}, { name: 'reachable', kept: 'NOT MATERIALIZED' });
  writer.table(
    'reached',
    `SELECT actor, min(t) AS t0 FROM reachable WHERE actor IS NOT NULL GROUP BY actor`,
  );
}

/**
 * Whether any run makes eligible and all that is looked at are runs, and that by feature alone: days of users know who and
 * since when, for numbers.
 */
export function isOfAnybody({ events, eligible, exposed, output }: AdoptionQuestion): boolean {
  const [first, ...others] = eligible.flatMap((index) => events.selectors[index] ?? []);
  const by = events.group?.by;
  return (
    output.kind === 'numbers' &&
    exposed === null &&
    first !== undefined &&
    others.length === 0 &&
    (by === undefined || (by.kind === 'column' && by.name === 'feature')) &&
    events.selectors.every(({ source }) => source === 'run') &&
    isOfUsers({ ...events, selectors: [first], group: undefined })
  );
}

/** As {@link writeReachedByRun}, with facts. */
function writeReachedByDay(writer: Writer, { events }: AdoptionQuestion): void {
  writeDays(writer, events);
  writeFactsOf(writer, 'eligible');
  writer.table(
    'reached',
    'SELECT actor, min(first_t) AS t0 FROM eligible WHERE actor IS NOT NULL GROUP BY actor',
  );
}
