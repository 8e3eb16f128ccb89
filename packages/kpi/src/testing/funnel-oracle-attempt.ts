/** Attempts of one unit, played event by event; shares no code with the program. */
import type { FunnelQuestion } from '@heartwood/store';
import { isAnchored, isBreaking, requiredOf, type Placed } from './funnel-oracle-chain.ts';

/** One attempt of a unit. */
export interface Attempt {
  /** By step of the question; with any order by time. */
  readonly rows: readonly (Placed | null)[];
  /** Whether an event that nobody has seen yet could go on with it. */
  readonly isOpen: boolean;
}

/** Plays the rows of a unit in their order; rows that differ in what is held are played apart. */
export function attemptsOf(rows: readonly Placed[], question: FunnelQuestion): Attempt[] {
  const held = [...new Set(rows.map((row) => row.held))];
  return held.flatMap((value) =>
    play(
      rows.filter((row) => row.held === value),
      question,
    ),
  );
}

function play(rows: readonly Placed[], question: FunnelQuestion): Attempt[] {
  const { order, steps, entriesTo, watermark } = question;
  const whole = order === 'any' ? steps.length : requiredOf(question).length;
  const attempts: Attempt[] = [];
  let done: Placed[] = [];
  const end = (isOpen: boolean, by?: Placed): void => {
    if (done.length > 0) attempts.push({ rows: stepsOf(rows, done, by, question), isOpen });
    done = [];
  };
  for (const row of rows) {
    if (done.length > 0 && isLate(done, row.timeNs, question))
      end(!isLate(done, watermark, question));
    if (done.length > 0 && isExcluded(row, done, question)) end(false, row);
    if (done.length > 0 && isNext(row, done, question)) {
      done.push(row);
      if (done.length === whole) end(false);
      continue;
    }
    const isBroken = order === 'strict' && isBreaking(row, question);
    if (isBroken || (question.restartOnReentry === true && row.matched.has(0))) end(false, row);
    const mayBegin =
      order === 'any' ? row.first < 99 && isAnchored([row], steps) : row.matched.has(0);
    if (done.length === 0 && mayBegin && row.timeNs < entriesTo) done = [row];
  }
  end(!isLate(done, watermark, question));
  return attempts;
}

function isLate(
  done: readonly Placed[],
  timeNs: bigint,
  { order, windowNs, stepWindowNs }: FunnelQuestion,
): boolean {
  if (timeNs - (done[0]?.timeNs ?? 0n) > windowNs) return true;
  if (order === 'any' || stepWindowNs === null) return false;
  return timeNs - (done.at(-1)?.timeNs ?? 0n) > stepWindowNs;
}

function isNext(row: Placed, done: readonly Placed[], question: FunnelQuestion): boolean {
  if (question.order === 'any')
    return (
      row.first < 99 &&
      done.every(({ first }) => first !== row.first) &&
      isAnchored([...done, row], question.steps)
    );
  const step = requiredOf(question)[done.length] ?? -1;
  return (
    row.matched.has(step) &&
    (question.ties !== 'strict' || row.timeNs > (done.at(-1)?.timeNs ?? 0n))
  );
}

function isExcluded(row: Placed, done: readonly Placed[], question: FunnelQuestion): boolean {
  const next = requiredOf(question)[done.length] ?? question.steps.length;
  return question.exclude.some(
    ({ selector, after, before }) =>
      row.matched.has(selector) && (question.order === 'any' || (after < next && next <= before)),
  );
}

/** The rows by step, with the earliest of each optional step between the required ones around it. */
function stepsOf(
  rows: readonly Placed[],
  done: readonly Placed[],
  by: Placed | undefined,
  question: FunnelQuestion,
): (Placed | null)[] {
  if (question.order === 'any') return question.steps.map((_, index) => done[index] ?? null);
  const required = requiredOf(question);
  const found = question.steps.map((_, step) => done[required.indexOf(step)] ?? null);
  for (const [step, { optional }] of question.steps.entries()) {
    const former = required.filter((index) => index < step).length;
    if (!optional || former > done.length) continue;
    const behind = found.slice(0, step).findLast((row) => row !== null)?.place ?? 0;
    const next = done[former];
    found[step] =
      rows.find(
        (row) =>
          row.matched.has(step) &&
          row.place > behind &&
          (next === undefined
            ? !isLate(done, row.timeNs, question) && (by === undefined || row.place < by.place)
            : row.place < next.place),
      ) ?? null;
  }
  return found;
}
