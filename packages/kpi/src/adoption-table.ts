/** Adoption of all features, with those that nobody uses. */
import type { AdoptionRow, Answer, EventSelector, Reader, ReadOptions } from '@heartwood/store';
import { EVENT_FEATURE_VIEWED } from '@heartwood/semconv';
import { readLanded, readRules } from './adoption-exposure.ts';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { shortWarnings, toAdoptionNumbers, type AdoptionNumbers } from './adoption-report.ts';
import {
  DEFAULT_RULE,
  describeAdoption,
  toAdoptionQuestion,
  type AdoptionRule,
} from './adoption-rule.ts';
import { checkEligible } from './adoption.ts';
import { selectorsOfBasis } from './basis/names.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { factWarnings, toSampling } from './facts.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** Most features without a run in the range that are listed. */
const MOST_UNUSED = 200;
/** Most features without a definition that are asked about one by one, each by a question over the whole range. */
const MOST_VIEWED = 20;

/**
 * Features by how many ran them, at most `limit`; then those that were defined or seen and did not run. A feature with a
 * definition counts by that, all others by the default rule. Those with an exposure are asked about one by one; without a
 * definition the first ones are, and the others left out, rather than counted in another way than by themselves.
 */
export async function readAdoptions(
  reader: Reader,
  definitions: DefinitionSet,
  window: Window,
  { limit, ...options }: ReadOptions & { readonly limit: number },
): Promise<Analytic<AdoptionNumbers[]>> {
  const { question } = toAdoptionQuestion(window, DEFAULT_RULE, { top: limit });
  const asOf = await readLanded(reader, options);
  const asked = { ...options, asOf };
  const events = { ...question.events, asOf };
  const [{ rows, ...answer }, ran, names] = await Promise.all([
    reader.ask({ ...question, events, output: { kind: 'numbers' } } as const, options),
    reader.read('feature/ran', toNs(window), options),
    reader.read('name/list', { kind: 'feature' }, options),
  ]);
  const known = new Set(names.map(({ name }) => name));
  const succeeded = new Map(ran.map((row) => [row.feature, row.succeeded]));
  const adoptions = [...definitions.adoptions.values()];
  const tried = rows.filter(({ part, bucket }) => part === 'tried' && bucket === null);
  const most = tried.flatMap(({ group }) => (group?.kind === 'value' ? [group.value] : []));
  const active = new Set([...most, ...succeeded.keys()]);
  const others = [...new Set([...namedIn(definitions), ...known])].filter(
    (name) => !active.has(name),
  );
  // Those that never ran before those that did once: they are fewer, and somebody planned them.
  const unused = others.toSorted((a, b) => Number(known.has(a)) - Number(known.has(b)));
  const shown = [...most, ...unused.slice(0, MOST_UNUSED)];

  const data: AdoptionNumbers[] = [];
  const listed = shown.flatMap((feature) => {
    const own = adoptions.filter((definition) => definition.feature === feature);
    return (own.length === 0 ? [undefined] : own).map((definition) => ({
      feature,
      definition,
      rule: definition?.rule ?? DEFAULT_RULE,
    }));
  });
  const counted = await readRules(reader, window, listed, asked);
  const statements = [toStatement('adoption', answer, rows.length), ...counted.statements];
  let viewed = 0;
  /** Of features that are asked about by themselves, with those that it is true of. */
  const warnings = new Map<string, string[]>();
  for (const written of listed) {
    const { feature, definition } = written;
    const rule = counted.ruleOf(written);
    const state = { isKnown: known.has(feature), isUsed: succeeded.get(feature) ?? false };
    const subject = { feature, definition, rule, ...state };
    if (rule === DEFAULT_RULE) {
      const group = { kind: 'value', value: feature } as const;
      data.push(toAdoptionNumbers(rows, group, answer.facts, window, subject));
      continue;
    }
    if (definition === undefined && ++viewed > MOST_VIEWED) continue;
    const name = definition?.id ?? feature;
    const one = await askOne(reader, window, subject, asked);
    statements.push(toStatement(name, one, one.rows.length));
    data.push(toAdoptionNumbers(one.rows, null, one.facts, window, subject));
    for (const warning of [
      ...(await checkEligible(reader, rule, feature, options)),
      ...factWarnings(one.facts, rule.unit),
      ...shortWarnings(window, rule),
    ])
      warnings.set(warning, [...(warnings.get(warning) ?? []), name]);
  }
  const isDefault = data.some(({ id }) => id === null);
  const units = [...new Set(data.map(({ unit }) => `${unit}s`))].toSorted().toReversed();
  const leftOut = active.size - most.length;
  return {
    data,
    unit: units.length === 0 ? 'users' : units.join(' and '),
    complete: isComplete(window.toMs, window),
    truncated: leftOut > 0 || unused.length > MOST_UNUSED || viewed > MOST_VIEWED,
    warnings: [
      ...(leftOut === 0
        ? []
        : [
            `${String(leftOut)} more features ran in the range, by fewer users: they are left out.`,
          ]),
      ...(viewed > MOST_VIEWED ? [sayLeftOut(viewed - MOST_VIEWED)] : []),
      ...counted.warnings,
      ...factWarnings(answer.facts, 'user'),
      ...(isDefault ? shortWarnings(window, DEFAULT_RULE) : []),
      ...[...warnings].map(([warning, names]) => `${names.join(', ')}: ${warning}`),
    ],
    sampleSize: { unit: 'runs', n: answer.facts.rows },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(asOf),
    explain: explain(window, {
      definition: { kind: 'adoption', id: null, revision: null, source: null, written: null },
      sentence: `${describeAdoption('the feature', DEFAULT_RULE)}; features with a definition by that; of features that events ${EVENT_FEATURE_VIEWED} name in the range and before it, eligible is who was shown or used them, unless a definition says who`,
      statements,
      command: ['adoption', '--limit', String(limit)],
    }),
  };
}

const sayLeftOut = (count: number): string =>
  `${String(count)} more features are left out, as events ${EVENT_FEATURE_VIEWED} show them and each takes a question of its own: heartwood adoption <feature> counts one.`;

function askOne(
  reader: Reader,
  window: Window,
  { feature, rule }: { readonly feature: string; readonly rule: AdoptionRule },
  { asOf, ...options }: ReadOptions & { readonly asOf: bigint },
): Promise<Answer<AdoptionRow>> {
  const { question } = toAdoptionQuestion(window, rule, { feature });
  const events = { ...question.events, asOf };
  return reader.ask({ ...question, events, output: { kind: 'numbers' } } as const, options);
}

/** Features that definitions speak of by name. */
function namedIn({ adoptions, measures, funnels, retention, hearts }: DefinitionSet): string[] {
  const selectors: readonly EventSelector[] = [
    ...[...measures.values()].flatMap(({ of }) => of),
    ...[...funnels.values()].flatMap(({ rule }) => rule.steps.map(({ selector }) => selector)),
    ...[...retention.values()].flatMap(({ rule }) => [rule.start, rule.return]),
    ...[...hearts.values()].flatMap(({ letters }) =>
      [...letters.values()].flatMap(({ basis }) => selectorsOfBasis(basis)),
    ),
  ];
  return [
    ...[...adoptions.values()].map(({ feature }) => feature),
    ...selectors.flatMap(({ source, names }) => (source === 'run' && names !== 'any' ? names : [])),
  ];
}
