/** Adoption of all features, with those that nobody uses. */
import type { AdoptionRow, Answer, EventSelector, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { shortWarnings, toAdoptionNumbers, type AdoptionNumbers } from './adoption-report.ts';
import { DEFAULT_RULE, describeAdoption, toAdoptionQuestion } from './adoption-rule.ts';
import { checkExposure } from './adoption.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import type { AdoptionDefinition } from './definition/rule-definition.ts';
import { factWarnings, toSampling } from './facts.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** Most features without a run in the range that are listed. */
const MOST_UNUSED = 200;

/**
 * Features by how many ran them, at most `limit`; then those that were defined or seen and did not run. A feature with a
 * definition counts by that, all others by the default rule.
 */
export async function readAdoptions(
  reader: Reader,
  definitions: DefinitionSet,
  window: Window,
  { limit, ...options }: ReadOptions & { readonly limit: number },
): Promise<Analytic<AdoptionNumbers[]>> {
  const { question } = toAdoptionQuestion(window, DEFAULT_RULE, { top: limit });
  const [{ rows, ...answer }, ran, names] = await Promise.all([
    reader.ask({ ...question, output: { kind: 'numbers' } } as const, options),
    reader.read('feature/ran', toNs(window), options),
    reader.read('name/list', { kind: 'feature' }, options),
  ]);
  const known = new Set(names.map(({ name }) => name));
  const succeeded = new Map(ran.map((row) => [row.feature, row.succeeded]));
  const statements = [toStatement('adoption', answer, rows.length)];
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
  /** Of definitions, with those that it is true of. */
  const warnings = new Map<string, string[]>();
  for (const feature of shown) {
    const own = adoptions.filter((definition) => definition.feature === feature);
    const state = { isKnown: known.has(feature), isUsed: succeeded.get(feature) ?? false };
    if (own.length === 0) {
      const subject = { feature, definition: undefined, rule: DEFAULT_RULE, ...state };
      const group = { kind: 'value', value: feature } as const;
      data.push(toAdoptionNumbers(rows, group, answer.facts, window, subject));
    }
    for (const definition of own) {
      const { id, rule } = definition;
      const asked = await askOne(reader, window, definition, { ...options, asOf: answer.asOf });
      statements.push(toStatement(id, asked, asked.rows.length));
      const subject = { feature, definition, rule, ...state };
      data.push(toAdoptionNumbers(asked.rows, null, asked.facts, window, subject));
      for (const warning of [
        ...(await checkExposure(reader, rule, options)),
        ...factWarnings(asked.facts, rule.unit),
        ...shortWarnings(window, rule),
      ])
        warnings.set(warning, [...(warnings.get(warning) ?? []), id]);
    }
  }
  const isDefault = data.some(({ id }) => id === null);
  const units = [...new Set(data.map(({ unit }) => `${unit}s`))].toSorted().toReversed();
  const leftOut = active.size - most.length;
  return {
    data,
    unit: units.length === 0 ? 'users' : units.join(' and '),
    complete: isComplete(window.toMs, window),
    truncated: leftOut > 0 || unused.length > MOST_UNUSED,
    warnings: [
      ...(leftOut === 0
        ? []
        : [
            `${String(leftOut)} more features ran in the range, by fewer users: they are left out.`,
          ]),
      ...factWarnings(answer.facts, 'user'),
      ...(isDefault ? shortWarnings(window, DEFAULT_RULE) : []),
      ...[...warnings].map(([warning, ids]) => `${ids.join(', ')}: ${warning}`),
    ],
    sampleSize: { unit: 'runs', n: answer.facts.rows },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(answer.asOf),
    explain: explain(window, {
      definition: { kind: 'adoption', id: null, revision: null, source: null, written: null },
      sentence: `${describeAdoption('the feature', DEFAULT_RULE)}; features with a definition by that`,
      statements,
      command: ['adoption', '--limit', String(limit)],
    }),
  };
}

function askOne(
  reader: Reader,
  window: Window,
  { feature, rule }: AdoptionDefinition,
  { asOf, ...options }: ReadOptions & { readonly asOf: bigint },
): Promise<Answer<AdoptionRow>> {
  const { question } = toAdoptionQuestion(window, rule, { feature });
  const events = { ...question.events, asOf };
  return reader.ask({ ...question, events, output: { kind: 'numbers' } } as const, options);
}

/** Features that definitions speak of by name. */
function namedIn({ adoptions, measures, funnels, retention }: DefinitionSet): string[] {
  const selectors: readonly EventSelector[] = [
    ...[...measures.values()].flatMap(({ of }) => of),
    ...[...funnels.values()].flatMap(({ rule }) => rule.steps.map(({ selector }) => selector)),
    ...[...retention.values()].flatMap(({ rule }) => [rule.start, rule.return]),
  ];
  return [
    ...[...adoptions.values()].map(({ feature }) => feature),
    ...selectors.flatMap(({ source, names }) => (source === 'run' && names !== 'any' ? names : [])),
  ];
}
