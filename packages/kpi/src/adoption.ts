/** Adoption of one feature: who could, tried, adopted, stayed and left, and how that came day by day. */
import type { AdoptionRow, EligibleFacts, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { readRule } from './adoption-exposure.ts';
import { shortWarnings, toAdoptionNumbers, type AdoptionNumbers } from './adoption-report.ts';
import {
  conditionOfEligible,
  DEFAULT_RULE,
  describeAdoption,
  toAdoptionQuestion,
  type AdoptionRule,
} from './adoption-rule.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import type { AdoptionDefinition } from './definition/rule-definition.ts';
import { factWarnings, isKept, toSampling } from './facts.ts';
import { msToInstant } from './instant.ts';
import type { Bucket } from './interval.ts';
import { unknownName } from './name.ts';
import { checkSelectors } from './selector-names.ts';
import { isComplete, parseTime, toNs, type Window } from './window.ts';

/** Who came on one day, and in all since the start of the range. */
export interface AdoptionDay {
  readonly start: string;
  readonly end: string;
  /** False where runs may still arrive, where the range cuts it, and where raw data of it is not kept. */
  readonly complete: boolean;
  /** Days of the calendar since the release; null before it and where it is unknown. */
  readonly daysSinceRelease: number | null;
  /** Who used it for the first time in the range. */
  readonly tried: number;
  readonly adopted: number;
  readonly triedTotal: number;
  readonly adoptedTotal: number;
}

/** Adoption of one feature in full. */
export interface AdoptionDetail extends AdoptionNumbers {
  readonly title: string;
  readonly minUses: number;
  readonly minDays: number;
  readonly windowDays: number;
  /** When it was released: as defined, else its first run that is stored; null without either. */
  readonly releasedAt: string | null;
  readonly days: AdoptionDay[];
}

/** Reads one feature, by the id of its definition or by its name. Rejects one that is neither defined nor known. */
export async function readAdoption(
  reader: Reader,
  definitions: DefinitionSet,
  window: Window,
  name: string,
  options: ReadOptions = {},
): Promise<Analytic<AdoptionDetail>> {
  const definition = findAdoption(definitions, name);
  const feature = definition?.feature ?? name;
  const written = definition?.rule ?? DEFAULT_RULE;
  const [[known], ran, { rule, asOf, ...counted }] = await Promise.all([
    reader.read('feature/all-time', { feature }, options),
    reader.read('feature/ran', toNs(window), options),
    readRule(reader, window, { feature, rule: written }, options),
  ]);
  if (known === undefined && definition === undefined)
    throw await unknownName(reader, 'feature', feature, options);
  const unknown = await checkEligible(reader, rule, feature, options);
  const { question, days } = toAdoptionQuestion(window, rule, { feature });
  const events = { ...question.events, asOf };
  const { rows, ...answer } = await reader.ask(
    { ...question, events, output: { kind: 'numbers' } } as const,
    options,
  );
  const releasedMs =
    rule.releasedAt === null
      ? known && Number(BigInt(known.firstSeen) / 1_000_000n)
      : parseTime(rule.releasedAt, 'releasedAt', window.zone, window.nowMs);
  const isUsed = ran.some((row) => row.feature === feature && row.succeeded);
  const subject = { feature, definition, rule, isKnown: known !== undefined, isUsed };
  return {
    data: {
      ...toAdoptionNumbers(rows, null, answer.facts, window, subject),
      title: definition?.title ?? feature,
      minUses: rule.minUses,
      minDays: rule.minDays,
      windowDays: rule.windowMs / 86_400_000,
      releasedAt: releasedMs === undefined ? null : msToInstant(releasedMs),
      days: toDays(rows, days, answer.facts, window, releasedMs),
    },
    unit: `${rule.unit}s`,
    complete: isComplete(window.toMs, window),
    truncated: false,
    warnings: [
      ...unknown,
      ...counted.warnings,
      ...factWarnings(answer.facts, rule.unit),
      ...shortWarnings(window, rule),
    ],
    sampleSize: { unit: 'runs and events', n: answer.facts.rows },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(asOf),
    explain: explain(window, {
      definition: {
        kind: 'adoption',
        id: definition?.id ?? null,
        revision: definition?.revision ?? null,
        source: definition?.place ?? null,
        written: definition?.written ?? { feature },
      },
      sentence: describeAdoption(feature, rule),
      statements: [...counted.statements, toStatement('adoption', answer, rows.length)],
      command: ['adoption'],
      argument: name,
    }),
  };
}

/** What is to be said of who is eligible: of an event or feature that shows this one and never occurred, of a property that nobody has. */
export const checkEligible = (
  reader: Reader,
  rule: AdoptionRule,
  feature: string,
  options: ReadOptions,
): Promise<string[]> =>
  checkSelectors(
    reader,
    rule.exposure === null ? [] : [rule.exposure],
    'definition',
    options,
    conditionOfEligible(rule, feature),
  );

/** A definition by its id, else the first one of a feature of this name. */
export function findAdoption(
  { adoptions }: DefinitionSet,
  name: string,
): AdoptionDefinition | undefined {
  return adoptions.get(name) ?? [...adoptions.values()].find(({ feature }) => feature === name);
}

const DAY_MS = 86_400_000;

function toDays(
  rows: readonly AdoptionRow[],
  days: readonly Bucket[],
  facts: EligibleFacts,
  { zone }: Window,
  releasedMs: number | undefined,
): AdoptionDay[] {
  const dayOf = (ms: number): number => Math.floor(zone.toWall(ms) / DAY_MS);
  const counts = new Map(
    rows.flatMap(({ part, bucket, value }) =>
      bucket === null ? [] : [[`${part} ${String(bucket)}`, value] as const],
    ),
  );
  let [triedTotal, adoptedTotal] = [0, 0];
  return days.map(({ startMs, endMs, complete }, index) => {
    const tried = counts.get(`tried ${String(index)}`) ?? 0;
    const adopted = counts.get(`adopted ${String(index)}`) ?? 0;
    triedTotal += tried;
    adoptedTotal += adopted;
    const since = releasedMs === undefined ? -1 : dayOf(startMs) - dayOf(releasedMs);
    return {
      start: msToInstant(startMs),
      end: msToInstant(endMs),
      complete: complete && isKept(facts, startMs),
      daysSinceRelease: since < 0 ? null : since,
      tried,
      adopted,
      triedTotal,
      adoptedTotal,
    };
  });
}
