/** What feedback must give, by plain loops over arrays; shares no code with the program. */
import type { FeedbackCell, FeedbackQuestion, FeedbackRow, Group } from '@heartwood/store';
import { oracleRows, oracleUnit, type OracleRow } from './count-oracle.ts';
import { textOf } from './oracle-condition.ts';
import type { EventWorld } from './event-world.ts';

/** All rows of the answer, in no order. */
export function oracleFeedback(world: EventWorld, question: FeedbackQuestion): FeedbackRow[] {
  return groupsOf(world, question).flatMap((group) => {
    const found: FeedbackRow[] = [];
    for (const part of ['answers', 'respondents', 'actors', 'answering'] as const) {
      const cell = { part, scale: null, point: null, group };
      const count = oracleAnswers(world, question, cell).length;
      if (count > 0) found.push({ ...cell, count, sum: null });
    }
    const scores = rowsOf(world, question, group).map(scoreOf);
    const places = scores.flatMap((score) => (score === null ? [] : [place(score)]));
    for (const key of new Set(places.map(({ scale, point }) => `${scale} ${point}`))) {
      const own = places.filter(({ scale, point }) => `${scale} ${point}` === key);
      const [first] = own;
      if (first === undefined) continue;
      const sum = own.reduce((total, { score }) => total + score, 0);
      found.push({
        part: 'scored',
        scale: first.scale,
        point: first.point,
        group,
        count: own.length,
        sum,
      });
    }
    return found;
  });
}

/** Who or what is counted in a number, sorted. */
export function oracleAnswers(
  world: EventWorld,
  question: FeedbackQuestion,
  { part, scale, point, group }: FeedbackCell,
): string[] {
  const rows = rowsOf(world, question, group);
  const answers = rows.filter(({ matched }) => matched.has(0));
  const unitsOf = (some: readonly OracleRow[]): Set<string> =>
    new Set(some.flatMap((row) => oracleUnit(row, question.events.unit) ?? []));
  const users = unitsOf(rows.filter(({ matched }) => matched.has(1)));
  const respondents = unitsOf(answers);
  const scored = answers.filter((row) => {
    const score = scoreOf(row);
    const at = score === null ? null : place(score);
    return at !== null && at.scale === scale && at.point === point;
  });
  const found = {
    answers: answers.map(({ seq }) => String(seq)),
    scored: scored.map(({ seq }) => String(seq)),
    respondents: [...respondents],
    actors: [...users],
    answering: [...users].filter((unit) => respondents.has(unit)),
  };
  return found[part].toSorted();
}

function rowsOf(world: EventWorld, { events }: FeedbackQuestion, group: Group): OracleRow[] {
  const value = group.kind === 'value' ? group.value : null;
  return oracleRows(world, events).filter((row) => row.group === value);
}

function groupsOf(world: EventWorld, { events }: FeedbackQuestion): Group[] {
  const answers = oracleRows(world, events).filter(({ matched }) => matched.has(0));
  return [...new Set(answers.map(({ group }) => group))]
    .map((value) => ({ value, count: answers.filter(({ group }) => group === value).length }))
    .toSorted((a, b) => {
      if (a.count !== b.count) return b.count - a.count;
      if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
      return a.value < b.value ? -1 : 1;
    })
    .slice(0, events.group?.top ?? 1)
    .map(({ value }): Group => (value === null ? { kind: 'none' } : { kind: 'value', value }));
}

interface Score {
  readonly score: number;
  readonly scale: number;
}

function scoreOf({ source, isRun, matched }: OracleRow): Score | null {
  if (!matched.has(0)) return null;
  const [score, scale] = ['feature.feedback.score', 'feature.feedback.scale'].map((key) => {
    const text = textOf(source, isRun, { kind: 'attribute', key });
    return text === null || text.trim() === '' ? Number.NaN : Number(text);
  });
  if (score === undefined || scale === undefined) return null;
  return score >= 0 && scale > 0 && score <= scale ? { score, scale } : null;
}

function place({ score, scale }: Score): Score & { readonly point: number } {
  const step = scale <= 20 ? 1 : scale / 10;
  return { score, scale, point: Math.min(Math.floor(score / step + 0.5) * step, scale) };
}
