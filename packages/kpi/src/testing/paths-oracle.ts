/** What paths must give, session by session over arrays; shares no code with the program. */
import type { PathCell, PathQuestion, PathRow, PathStep } from '@heartwood/store';
import { oracleRows, oracleUnit, type OracleRow } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';

interface Path {
  readonly unit: string;
  /** From the anchor on, whichever way; an end where the session has no more. */
  readonly steps: readonly PathStep[];
}

/** All rows of the answer, in no order. */
export function oraclePaths(world: EventWorld, question: PathQuestion): PathRow[] {
  const paths = pathsOf(world, question);
  const found = new Map<string, PathCell>();
  for (const { steps } of paths)
    for (const [depth, to] of steps.entries()) {
      const cells: PathCell[] = [{ depth, from: null, to }];
      const from = steps[depth - 1];
      if (from !== undefined) cells.push({ depth, from, to });
      for (const cell of cells) found.set(JSON.stringify(cell), cell);
    }
  return [...found.values()].map((cell) => {
    const own = paths.filter((path) => isIn(path, cell));
    return { ...cell, paths: own.length, actors: new Set(own.map(({ unit }) => unit)).size };
  });
}

/** Units that a number counts, sorted. */
export function oraclePathMembers(
  world: EventWorld,
  question: PathQuestion,
  cell: PathCell,
): string[] {
  const own = pathsOf(world, question).filter((path) => isIn(path, cell));
  return [...new Set(own.map(({ unit }) => unit))].toSorted();
}

function isIn({ steps }: Path, { depth, from, to }: PathCell): boolean {
  const isLike = (step: PathStep | undefined, other: PathStep): boolean =>
    JSON.stringify(step) === JSON.stringify(other);
  return isLike(steps[depth], to) && (from === null || isLike(steps[depth - 1], from));
}

function pathsOf(world: EventWorld, question: PathQuestion): Path[] {
  const paths = sessionsOf(world, question).flatMap(({ unit, rows }): Path[] => {
    const steps: { step: PathStep; isAnchor: boolean }[] = [];
    for (const row of rows) {
      const step = stepOf(row);
      const last = steps.at(-1);
      if (last !== undefined && JSON.stringify(last.step) === JSON.stringify(step))
        last.isAnchor ||= row.matched.has(0);
      else steps.push({ step, isAnchor: row.matched.has(0) });
    }
    const way = question.direction === 'after' ? steps : steps.toReversed();
    const start = way.findIndex(({ isAnchor }) => isAnchor);
    if (start < 0) return [];
    const walked = way.slice(start).map(({ step }) => step);
    return [{ unit, steps: [...walked, { kind: 'end' as const }].slice(0, question.depth + 1) }];
  });
  const shown = Array.from({ length: question.depth + 1 }, (_, depth) =>
    mostFrequent(
      paths.flatMap(({ steps }) => steps[depth] ?? []),
      question.top,
    ),
  );
  return paths.map(({ unit, steps }) => ({
    unit,
    steps: steps.map((step, depth) =>
      step.kind === 'end' || shown[depth]?.has(JSON.stringify(step)) ? step : { kind: 'other' },
    ),
  }));
}

function mostFrequent(steps: readonly PathStep[], top: number): Set<string> {
  const named = steps.filter((step) => step.kind !== 'end');
  const counts = new Map<string, { step: PathStep; count: number }>();
  for (const step of named) {
    const key = JSON.stringify(step);
    counts.set(key, { step, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const nameOf = (step: PathStep): string => ('name' in step ? step.name : '');
  const ranked = [...counts].toSorted(
    ([, a], [, b]) =>
      b.count - a.count ||
      compare(a.step.kind, b.step.kind) ||
      compare(nameOf(a.step), nameOf(b.step)),
  );
  return new Set(ranked.slice(0, top).map(([key]) => key));
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function stepOf({ source, isRun }: OracleRow): PathStep {
  const name = ('event' in source ? source.event : source.feature) ?? '';
  return { kind: isRun ? 'run' : 'event', name };
}

/** Rows of each session in their order: by id, or between pauses where there is none. */
function sessionsOf(
  world: EventWorld,
  { events, gapNs }: PathQuestion,
): { unit: string; rows: OracleRow[] }[] {
  const byOwner = new Map<string, { unit: string; hasId: boolean; rows: OracleRow[] }>();
  for (const row of oracleRows(world, events)) {
    const unit = oracleUnit(row, events.unit);
    if (unit === null) continue;
    const { session } = row.source;
    const key = JSON.stringify([unit, session]);
    const own = byOwner.get(key) ?? { unit, hasId: session !== null, rows: [] };
    byOwner.set(key, own);
    own.rows.push(row);
  }
  return [...byOwner.values()].flatMap(({ unit, hasId, rows }) => {
    const sorted = rows.toSorted(
      (a, b) =>
        compare(a.timeNs, b.timeNs) ||
        Number(b.isRun) - Number(a.isRun) ||
        compare(JSON.stringify(stepOf(a)), JSON.stringify(stepOf(b))),
    );
    const sessions: OracleRow[][] = [];
    for (const row of sorted) {
      const last = sessions.at(-1);
      const former = last?.at(-1);
      if (last === undefined || former === undefined) sessions.push([row]);
      else if (!hasId && row.timeNs - former.timeNs > gapNs) sessions.push([row]);
      else last.push(row);
    }
    return sessions.map((own) => ({ unit, rows: own }));
  });
}
