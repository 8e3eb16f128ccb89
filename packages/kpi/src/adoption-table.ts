/** Adoption of all features, with those that nobody uses. */
import type { AdoptionRow, Answer, EventSelector, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { shortWarnings, toAdoptionNumbers, type AdoptionNumbers } from './adoption-report.ts';
import { DEFAULT_RULE, describeAdoption, toAdoptionQuestion } from './adoption-rule.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { factWarnings } from './facts.ts';
import { isComplete, type Window } from './window.ts';

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
  const { question } = toAdoptionQuestion(window, DEFAULT_RULE, { top: limit + 1 });
  const { rows, ...answer } = await reader.ask(
    { ...question, output: { kind: 'numbers' } } as const,
    options,
  );
  const names = await reader.read('name/list', { kind: 'feature' }, options);
  const known = new Set(names.map(({ name }) => name));
  const statements = [toStatement('adoption', answer, rows.length)];
  const adoptions = [...definitions.adoptions.values()];
  const tried = rows.filter(({ part, bucket }) => part === 'tried' && bucket === null);
  const ran = tried.flatMap(({ group }) => (group?.kind === 'value' ? [group.value] : []));
  const others = [...new Set([...namedIn(definitions), ...known])].filter(
    (name) => !ran.includes(name),
  );
  // Those that never ran before those that did once: they are fewer, and somebody planned them.
  const unused = others.toSorted((a, b) => Number(known.has(a)) - Number(known.has(b)));
  const shown = [...ran.slice(0, limit), ...unused.slice(0, MOST_UNUSED)];

  const data: AdoptionNumbers[] = [];
  for (const feature of shown) {
    const own = adoptions.filter((definition) => definition.feature === feature);
    const isKnown = known.has(feature);
    if (own.length === 0) {
      const subject = { feature, definition: undefined, rule: DEFAULT_RULE, isKnown };
      const group = { kind: 'value', value: feature } as const;
      data.push(toAdoptionNumbers(rows, group, answer.facts, window, subject));
    }
    for (const definition of own) {
      const { rule } = definition;
      const asked = await askOne(reader, window, feature, rule, options);
      statements.push(toStatement(definition.id, asked, asked.rows.length));
      const subject = { feature, definition, rule, isKnown };
      data.push(toAdoptionNumbers(asked.rows, null, asked.facts, window, subject));
    }
  }
  return {
    data,
    unit: 'users',
    complete: isComplete(window.toMs, window.nowMs),
    truncated: ran.length > limit || unused.length > MOST_UNUSED,
    warnings: [...factWarnings(answer.facts, 'user'), ...shortWarnings(window, DEFAULT_RULE)],
    sampleSize: { unit: 'runs', n: answer.facts.rows },
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
  feature: string,
  rule: Parameters<typeof toAdoptionQuestion>[1],
  options: ReadOptions,
): Promise<Answer<AdoptionRow>> {
  const { question } = toAdoptionQuestion(window, rule, { feature });
  return reader.ask({ ...question, output: { kind: 'numbers' } } as const, options);
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
