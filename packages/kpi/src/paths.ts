/** Paths: what is done just after something, or just before it, and who did. */
import type {
  Answer,
  EventSelector,
  MemberRow,
  PathQuestion,
  PathRow,
  PathStep,
  Reader,
  ReadOptions,
} from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { QuestionError } from './errors.ts';
import { factWarnings, toSampling } from './facts.ts';
import { checkNames, OWN_EVENTS } from './name.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** What paths are asked about. */
export interface PathRequest {
  /** `feature:<name>`, `event:<name>` or the name of a feature; one of both. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** What counts as a step beside the anchor. */
  readonly steps: 'all' | 'features' | 'events';
  readonly unit: 'user' | 'session';
  /** Steps from the anchor, 1 to 5. */
  readonly depth: number;
  /** Steps told apart at each depth, at most 50. */
  readonly top: number;
}

/** One step at one distance from the anchor. */
interface PathPlace {
  readonly depth: number;
  /** `feature:<name>`, `event:<name>`, `$other` beyond the top, `$end` where the session has no more. */
  readonly step: string;
  readonly paths: number;
  readonly actors: number;
  /** Of all paths; null where there are none. */
  readonly share: number | null;
}

/** One step that comes from another. */
interface PathTransition extends Omit<PathPlace, 'step'> {
  /** The step nearer to the anchor. */
  readonly from: string;
  readonly to: string;
  /** Of the paths that are at `from` one step nearer. */
  readonly shareOfFrom: number | null;
}

/** Paths from an anchor on, or back. */
export interface PathReport {
  readonly anchor: string;
  readonly direction: 'after' | 'before';
  /** Sessions with the anchor. */
  readonly paths: number;
  /** Units that they belong to. */
  readonly actors: number;
  /** By depth, most paths first. */
  readonly steps: PathPlace[];
  readonly transitions: PathTransition[];
}

/** Reads paths. Rejects an unknown anchor, and requests with none or two. */
export async function readPaths(
  reader: Reader,
  window: Window,
  { after, before, steps, unit, depth, top, ...options }: PathRequest & ReadOptions,
): Promise<Analytic<PathReport>> {
  const request = { after, before, steps, unit, depth, top };
  const { anchor, question } = toQuestion(window, request);
  const { rows, ...answer } = await reader.ask(
    { ...question, output: { kind: 'numbers' } } as const,
    options,
  );
  if (rows.length === 0)
    await checkNames(
      reader,
      { [anchor.kind === 'run' ? 'feature' : 'event']: anchor.name },
      options,
    );
  const { direction } = question;
  const data = toReport(rows, toText(anchor), direction);
  return {
    data,
    unit: `${unit}s`,
    complete: isComplete(window.toMs, window),
    truncated: answer.truncated,
    warnings: [
      'Paths count transitions, they are not a funnel: who did a step later, or in another session, is not in them.',
      ...factWarnings(answer.facts, unit),
    ],
    sampleSize: { unit: 'sessions', n: data.paths },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(answer.asOf),
    explain: explain(window, {
      definition: { kind: 'paths', id: null, revision: null, source: null, written: request },
      sentence: `sessions with ${toText(anchor)}, and what stands up to ${String(depth)} steps ${direction} its ${direction === 'after' ? 'first' : 'last'} time in them; a session is what carries one session id, else what lies between pauses of more than ${String(GAP_MS / 60_000)} minutes; steps are ${STEP_WORDS[steps]}, the same several times on end is one; a session that the range cuts ends there; beyond the ${String(top)} most frequent of a depth it is $other`,
      statements: [toStatement('paths', answer, rows.length)],
      command: [
        'paths',
        `--${direction}=${toText(anchor)}`,
        '--steps',
        steps,
        '--unit',
        unit,
        '--depth',
        String(depth),
        '--top',
        String(top),
      ],
    }),
  };
}

/** Which number of paths is opened, and which page of it. */
export interface PathMemberOptions extends ReadOptions {
  /** Distance of `step` from the anchor. */
  readonly at: number;
  /** As the report names it. */
  readonly step: string;
  /** The step nearer to the anchor; whichever without. */
  readonly from?: string | undefined;
  /** Of the report that holds the number. */
  readonly asOf?: bigint | undefined;
  /** Cursor of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page of those whom one number of paths counts. */
export async function readPathMembers(
  reader: Reader,
  window: Window,
  request: PathRequest,
  { at, step, from, asOf, after, limit, ...options }: PathMemberOptions,
): Promise<Answer<MemberRow>> {
  const { question } = toQuestion(window, request);
  const events = { ...question.events, asOf };
  const cell = {
    depth: at,
    from: from === undefined ? null : parseStep(from),
    to: parseStep(step),
  };
  const output = { kind: 'members', cell, after, limit } as const;
  return reader.ask({ ...question, events, output } as const, options);
}

/** Longer pauses part sessions that have no id. */
const GAP_MS = 30 * 60_000;

const STEP_WORDS = {
  all: `runs, and events but ${OWN_EVENTS}`,
  features: 'runs',
  events: `events but ${OWN_EVENTS}`,
} as const;

function toQuestion(
  window: Window,
  { after, before, steps, unit, depth, top }: PathRequest,
): {
  readonly anchor: Extract<PathStep, { name: string }>;
  readonly question: Omit<PathQuestion, 'output'>;
} {
  const text = after ?? before;
  if (text === undefined || (after !== undefined && before !== undefined))
    throw new QuestionError('PATH_ANCHOR', 'after', { what: text === undefined ? 'none' : 'two' });
  const anchor = parseName(text);
  const others: EventSelector[] = [
    ...(steps === 'events' ? [] : [{ source: 'run', names: 'any' } as const]),
    ...(steps === 'features' ? [] : [{ source: 'event', names: 'any' } as const]),
  ];
  return {
    anchor,
    question: {
      kind: 'path',
      events: {
        ...toNs(window),
        selectors: [{ source: anchor.kind, names: [anchor.name] }, ...others],
        keepOthers: false,
        unit,
      },
      direction: after === undefined ? 'before' : 'after',
      depth,
      top,
      gapNs: BigInt(GAP_MS) * 1_000_000n,
    },
  };
}

function toReport(
  rows: readonly PathRow[],
  anchor: string,
  direction: 'after' | 'before',
): PathReport {
  const places = rows.filter(({ from }) => from === null);
  const whole = places.filter(({ depth }) => depth === 0);
  const [paths, actors] = [whole[0]?.paths ?? 0, whole[0]?.actors ?? 0];
  const at = (depth: number, step: string): number =>
    places.find((row) => row.depth === depth && toText(row.to) === step)?.paths ?? 0;
  const over = (part: number, all: number): number | null => (all === 0 ? null : part / all);
  return {
    anchor,
    direction,
    paths,
    actors,
    steps: places
      .filter(({ depth }) => depth > 0)
      .map((row) => ({
        depth: row.depth,
        step: toText(row.to),
        paths: row.paths,
        actors: row.actors,
        share: over(row.paths, paths),
      })),
    transitions: rows.flatMap((row) => {
      if (row.from === null) return [];
      const from = toText(row.from);
      return [
        {
          depth: row.depth,
          from,
          to: toText(row.to),
          paths: row.paths,
          actors: row.actors,
          share: over(row.paths, paths),
          shareOfFrom: over(row.paths, at(row.depth - 1, from)),
        },
      ];
    }),
  };
}

function toText(step: PathStep): string {
  if (step.kind === 'run') return `feature:${step.name}`;
  return step.kind === 'event' ? `event:${step.name}` : `$${step.kind}`;
}

function parseStep(text: string): PathStep {
  if (text === '$other') return { kind: 'other' };
  return text === '$end' ? { kind: 'end' } : parseName(text);
}

/** A name without a prefix is that of a feature. */
function parseName(text: string): Extract<PathStep, { name: string }> {
  const [, source, name] = /^(feature|event):(.+)$/su.exec(text) ?? [];
  return { kind: source === 'event' ? 'event' : 'run', name: name ?? text };
}
