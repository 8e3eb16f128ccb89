/** A draft of a tracking plan out of the events that were seen. */
import {
  isOwnEvent,
  type EventProfile,
  type PlanDraft,
  type PropertyProfile,
  type TrackingPlan,
} from '@heartwood/semconv';
import { inferPlan } from '@heartwood/semconv/plan';
import type { ProfileRow, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from '../analytic.ts';
import { toSampling } from '../facts.ts';
import { checkSelectors } from '../selector-names.ts';
import { isComplete, toNs, type Window } from '../window.ts';

/** What a draft is made of. */
interface DraftOptions extends ReadOptions {
  /** Only these events; all when absent. */
  readonly events?: readonly string[] | undefined;
  /** Events of a name beyond which only about this many are read. */
  readonly sample: number;
  readonly id?: string | undefined;
  /** The plan in force, which says what is personal. */
  readonly plan?: TrackingPlan | null | undefined;
}

/**
 * Drafts a plan of the events of a window; those that SDKs send of themselves are left out. Rejects with `EVENT_UNKNOWN` what
 * was asked for by name and never came.
 */
export async function draftPlan(
  reader: Reader,
  window: Window,
  { events, sample, id, plan, ...options }: DraftOptions,
): Promise<Analytic<PlanDraft>> {
  const selectors = [{ source: 'event', names: events ?? 'any' }] as const;
  await checkSelectors(reader, selectors, 'question', options);
  const { rows, ...answer } = await reader.ask(
    {
      kind: 'profile',
      events: {
        ...toNs(window),
        selectors,
        keepOthers: false,
        unit: 'user',
      },
      sample,
      output: { kind: 'numbers' },
    },
    options,
  );
  const profiles = toProfiles(rows.filter(({ event }) => !isOwnEvent(event)));
  const named = rows.filter(({ property }) => property === null);
  const sampled = named.filter(({ records, sampled: read }) => read < records);
  return {
    data: inferPlan(profiles, id, plan),
    unit: 'events',
    complete: isComplete(window.toMs, window),
    truncated: answer.truncated,
    warnings: [
      ...(answer.truncated ? ['Some events or properties are left out: there are too many.'] : []),
      ...(sampled.length === 0
        ? []
        : [
            `Of ${String(sampled.length)} events only about ${String(sample)} each were read, chosen by chance.`,
          ]),
    ],
    sampleSize: {
      unit: 'events',
      n: named.reduce((sum, { sampled: read }) => sum + read, 0),
    },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(answer.asOf),
    explain: explain(window, {
      definition: {
        kind: 'plan',
        id: null,
        revision: null,
        source: null,
        written: { events: events ?? null, sample },
      },
      sentence: `${events === undefined ? 'all events but those of SDKs themselves' : 'these events'}: types as they came, required from 99 % of events on, words of a text where at most 20 differ and each came twice or more on average`,
      statements: [toStatement('profile', answer, rows.length)],
      command: [
        'plan',
        'infer',
        `--sample=${String(sample)}`,
        ...(id === undefined ? [] : [`--id=${id}`]),
        ...(events ?? []).map((event) => `--event=${event}`),
      ],
    }),
  };
}

/** Rows of one event follow each other, the event itself first. */
function toProfiles(rows: readonly ProfileRow[]): EventProfile[] {
  const byName = new Map<string, { sampled: number; properties: PropertyProfile[] }>();
  for (const { event, property, sampled, present, types, distinct, values } of rows) {
    const profile = byName.get(event) ?? { sampled, properties: [] };
    byName.set(event, profile);
    if (property === null) continue;
    profile.properties.push({
      name: property,
      present,
      types,
      distinct,
      values: values.map(({ json }): unknown => JSON.parse(json)),
    });
  }
  return [...byName].map(([name, profile]) => ({ name, ...profile }));
}
