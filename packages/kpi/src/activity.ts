/** What questions about activity have in common: whose, what counts as active, and what is said of the answer. */
import type {
  ActivityMeasure,
  ActivityQuestion,
  ActivityRow,
  Answer,
  EventSelector,
  Reader,
  ReadOptions,
} from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { toProperty } from './definition/condition-text.ts';
import { factWarnings, toSampling } from './facts.ts';
import { groupText, unsplitWarnings } from './group.ts';
import type { Grid, Interval } from './interval.ts';
import { OWN_EVENTS } from './name.ts';
import { checkSelectors } from './selector-names.ts';
import { isComplete, type Window } from './window.ts';

/** Who is asked about, and what makes them active. */
export interface ActivityRequest extends ReadOptions {
  /** Runs of this feature, `any` for all; events too where `event` is given; all runs where neither is. */
  readonly feature?: string | undefined;
  /** Events of this name, `any` for all. */
  readonly event?: string | undefined;
  readonly unit: 'user' | 'session';
  readonly interval: Interval;
  /** A property; each is counted in every group in which it was active. */
  readonly by?: string | undefined;
  /** Groups before the rest becomes one, at most 200. */
  readonly top: number;
}

/** A part of the answer as the store gave it. */
export interface Asked {
  readonly name: string;
  readonly rows: readonly ActivityRow[];
  readonly answer: Omit<Answer<unknown>, 'rows'>;
}

/** What is asked beside the request. */
export interface Asking extends Pick<Grid, 'origin' | 'width' | 'slots'> {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly measure: ActivityMeasure;
  /** Of an earlier part of the same answer. */
  readonly asOf?: bigint | undefined;
}

/** Asks for one part of an answer. */
export async function askActivity(
  reader: Reader,
  request: ActivityRequest,
  asking: Asking,
): Promise<Asked> {
  const question = toActivityQuestion(request, asking);
  const { rows, ...answer } = await reader.ask(
    { ...question, output: { kind: 'numbers' } } as const,
    request,
  );
  return { name: asking.name, rows, answer };
}

/** The question about one part: its numbers and the members of each are made of the same. */
export function toActivityQuestion(
  request: ActivityRequest,
  { fromMs, toMs, measure, asOf, origin, width, slots }: Omit<Asking, 'name'>,
): Omit<ActivityQuestion, 'output'> {
  const { unit, by, top } = request;
  const isGrouped = by !== undefined && measure.kind !== 'trailing';
  return {
    kind: 'activity',
    events: {
      from: BigInt(Math.max(0, fromMs)) * 1_000_000n,
      to: BigInt(toMs) * 1_000_000n,
      selectors: selectorsOf(request),
      keepOthers: false,
      unit,
      group: isGrouped ? { by: toProperty(by), top } : undefined,
      asOf,
    },
    slots: { origin, width, buckets: slots },
    measure,
  };
}

function selectorsOf({ feature, event }: ActivityRequest): EventSelector[] {
  const namesOf = (name: string): EventSelector['names'] => (name === 'any' ? name : [name]);
  return [
    ...(feature === undefined && event !== undefined
      ? []
      : [{ source: 'run', names: namesOf(feature ?? 'any') } as const]),
    ...(event === undefined ? [] : [{ source: 'event', names: namesOf(event) } as const]),
  ];
}

/** Rows by group, in the order of the answer; one group of no rows where there are none and no breakdown. */
export function byGroup(
  rows: readonly ActivityRow[],
  { by }: ActivityRequest,
): { readonly group: string | null; readonly rows: readonly ActivityRow[] }[] {
  const groups = new Map<string, { group: string | null; rows: ActivityRow[] }>();
  if (by === undefined) groups.set('null', { group: null, rows: [] });
  for (const row of rows) {
    const key = JSON.stringify(row.group);
    const own = groups.get(key) ?? { group: groupText(row.group), rows: [] };
    groups.set(key, own);
    own.rows.push(row);
  }
  return [...groups.values()];
}

/** What is said of an answer besides its data. */
interface Said {
  /** Its noun on the command line. */
  readonly noun: string;
  readonly sentence: string;
  readonly asked: readonly Asked[];
  /** Runs and events that the numbers are made of. */
  readonly n: number;
  readonly warnings?: readonly string[];
}

/** The answer to a request. Rejects a name that is unknown, whatever the rest finds. */
export async function toActivityAnalytic<Data>(
  reader: Reader,
  window: Window,
  request: ActivityRequest,
  data: Data,
  { noun, sentence, asked, n, warnings = [] }: Said,
): Promise<Analytic<Data>> {
  const { feature, event, unit, interval, by, top } = request;
  await checkSelectors(reader, selectorsOf(request), 'question', request);
  // All parts look at nearly the same rows: what is to be said of the first is said once.
  const told = asked.slice(0, 1).flatMap(({ answer }) => factWarnings(answer.facts, unit));
  const groups = asked.flatMap(({ rows }) => rows.map(({ group }) => groupText(group)));
  const rest = by === undefined ? [] : [GROUPS_OVERLAP, ...unsplitWarnings(by, groups)];
  const flags = { feature, event, by };
  return {
    data,
    unit: `${unit}s`,
    complete: isComplete(window.toMs, window),
    truncated: false,
    warnings: [...told, ...rest, ...warnings],
    sampleSize: { unit: 'runs and events', n },
    sampling: toSampling(asked[0]?.answer.facts),
    approximate: null,
    asOf: String(asked[0]?.answer.asOf ?? 0n),
    explain: explain(window, {
      definition: {
        kind: noun,
        id: null,
        revision: null,
        source: null,
        written: { feature, event, unit, interval, by, top },
      },
      sentence: `${sentence}; active is ${describeActive(request)}`,
      statements: asked.map(({ name, rows, answer }) => toStatement(name, answer, rows.length)),
      command: [
        noun,
        'show',
        ...Object.entries(flags).flatMap(([flag, value]) =>
          value === undefined ? [] : [`--${flag}=${value}`],
        ),
        '--unit',
        unit,
        '--interval',
        interval,
        ...(by === undefined ? [] : ['--top', String(top)]),
      ],
    }),
  };
}

const GROUPS_OVERLAP =
  'Whoever was active in several groups is counted in each: groups do not add up to the whole.';

function describeActive({ feature, event, unit }: ActivityRequest): string {
  const runs =
    feature === undefined || feature === 'any' ? 'a run of any feature' : `a run of "${feature}"`;
  const events = event === 'any' ? `any event but ${OWN_EVENTS}` : `an event "${String(event)}"`;
  const what = event === undefined ? runs : feature === undefined ? events : `${runs} or ${events}`;
  return `${what}, by ${unit === 'user' ? 'user, or by session where the user is unknown' : 'session'}`;
}
