/** When an operation paused and went on. */
import { compareMarks, gapMs, type Mark } from './mark.ts';

/** It paused here, or went on. */
export interface Turn {
  readonly mark: Mark;
  readonly isPaused: boolean;
}

/** The last {@link TURNS} by mark. What is older is only summed up, and events that belong before it are no longer heard. */
export interface Pauses {
  readonly turns: readonly Turn[];
  readonly beforeMs: number;
  /** The last turn that is only in the sum. */
  readonly before?: Turn | undefined;
}

const TURNS = 64;

export const NO_PAUSES: Pauses = { turns: [], beforeMs: 0 };

export function mergePauses(a: Pauses, b: Pauses): Pauses {
  if (b === NO_PAUSES) return a;
  const summed = laterSum(a, b);
  const { before } = summed;
  const turns = [...a.turns, ...b.turns]
    .filter(({ mark }) => before === undefined || compareMarks(mark, before.mark) > 0)
    .toSorted(byTurn);
  const single = turns.filter(
    (turn, index) => index === 0 || byTurn(turn, turns[index - 1] ?? turn) !== 0,
  );
  const old = single.splice(0, Math.max(0, single.length - TURNS));
  return old.reduce(sumUp, { ...summed, turns: single });
}

/** True while the last turn is a pause. */
export const isPaused = ({ turns, before }: Pauses): boolean =>
  (turns.at(-1) ?? before)?.isPaused ?? false;

/** Time in pauses up to a moment of the operation's own time; `at` places marks in it. */
export function pausedMsUntil(
  { turns, before, beforeMs }: Pauses,
  untilMs: number,
  at: (mark: Mark) => number,
): number {
  if (turns.length === 0 && before === undefined) return 0;
  let sumMs = beforeMs;
  let since = before?.isPaused === true ? at(before.mark) : undefined;
  for (const turn of turns) {
    const turnMs = Math.min(at(turn.mark), untilMs);
    if (turn.isPaused) since ??= turnMs;
    else if (since !== undefined) {
      sumMs += Math.max(0, turnMs - since);
      since = undefined;
    }
  }
  return Math.min(untilMs, since === undefined ? sumMs : sumMs + Math.max(0, untilMs - since));
}

/** Of two sums the one that reaches further: it holds all that the other one does. */
function laterSum(a: Pauses, b: Pauses): Pauses {
  if (a.before === undefined || b.before === undefined) return a.before === undefined ? b : a;
  const order = byTurn(a.before, b.before) || a.beforeMs - b.beforeMs;
  return order >= 0 ? a : b;
}

function sumUp({ turns, before, beforeMs }: Pauses, next: Turn): Pauses {
  // Of two pauses without a word between, the time from one to the other is one too.
  const passedMs = before?.isPaused === true ? gapMs(before.mark, next.mark) : 0;
  return { turns, beforeMs: beforeMs + passedMs, before: next };
}

const byTurn = (a: Turn, b: Turn): number =>
  compareMarks(a.mark, b.mark) || Number(a.isPaused) - Number(b.isPaused);
