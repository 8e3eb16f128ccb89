/** Events: which ones there are, how often, by whom, and one property of them. */
import type { CountRow, Measure, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { toProperty } from './definition/condition-text.ts';
import { factWarnings, toSampling } from './facts.ts';
import { groupText } from './group.ts';
import { nsToInstant } from './instant.ts';
import { createWhole } from './interval.ts';
import { checkNames } from './name.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** Numbers of one event, or of one value of a property. */
export interface EventNumbers {
  /** Null where several events are counted together. */
  readonly event: string | null;
  /** Value of the property; `$other` beyond the top, `$none` without a value, null without a property. */
  readonly group: string | null;
  readonly records: number;
  /** Users, and sessions where the user is unknown. */
  readonly users: number;
  readonly sessions: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** Which events, and how they are split. */
export interface EventTableOptions extends ReadOptions {
  /** Only this event. */
  readonly event?: string | undefined;
  /** By this property instead of by event. */
  readonly by?: string | undefined;
  /** Rows before the rest becomes one, at most 200. */
  readonly limit: number;
}

/** Events of a window, most users first. Rejects an unknown name. */
export async function readEvents(
  reader: Reader,
  window: Window,
  { event, by, limit, ...options }: EventTableOptions,
): Promise<Analytic<EventNumbers[]>> {
  const { origin, width, slots } = createWhole(window);
  const { rows, ...answer } = await reader.ask(
    {
      kind: 'count',
      events: {
        ...toNs(window),
        selectors: [{ source: 'event', names: event === undefined ? 'any' : [event] }],
        keepOthers: false,
        withOwn: true,
        unit: 'user',
        group: { by: toProperty(by ?? 'event'), top: limit },
      },
      slots: { origin, width, buckets: slots },
      measures: MEASURES,
      output: { kind: 'numbers' },
    } as const,
    options,
  );
  if (rows.length === 0) await checkNames(reader, { event }, options);
  return {
    data: rows.flatMap((row) => toNumbers(row, event, by)),
    unit: 'events',
    complete: isComplete(window.toMs, window),
    truncated: answer.truncated || rows.some(({ group }) => group?.kind === 'other'),
    warnings: factWarnings(answer.facts, 'user'),
    sampleSize: { unit: 'events', n: answer.facts.rows },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(answer.asOf),
    explain: explain(window, {
      definition: {
        kind: 'events',
        id: null,
        revision: null,
        source: null,
        written: { event: event ?? null, by: by ?? null },
      },
      sentence: `${event === undefined ? 'events' : `events named "${event}"`} by ${by ?? 'name'}: records, distinct users (a session where the user is unknown), distinct sessions`,
      statements: [toStatement('events', answer, rows.length)],
      command: [
        'events',
        'list',
        ...(event === undefined ? [] : [`--event=${event}`]),
        ...(by === undefined ? [] : [`--by=${by}`]),
        '--limit',
        String(limit),
      ],
    }),
  };
}

const MEASURES: readonly Measure[] = [
  { agg: 'count_distinct', on: 'user' },
  { agg: 'count_distinct', on: 'session' },
];

function toNumbers(
  { firstTime, lastTime, ...row }: CountRow,
  event: string | undefined,
  by: string | undefined,
): EventNumbers[] {
  if (firstTime === null || lastTime === null) return [];
  const group = groupText(row.group);
  return [
    {
      event: by === undefined ? group : (event ?? null),
      group: by === undefined ? null : group,
      records: row.rows,
      users: row.values[0] ?? 0,
      sessions: row.values[1] ?? 0,
      firstSeen: nsToInstant(firstTime),
      lastSeen: nsToInstant(lastTime),
    },
  ];
}
