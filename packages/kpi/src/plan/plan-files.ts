/** Tracking plans that came as files with a request, beside the definitions in force. */
import { lintPlan } from '@heartwood/semconv/plan';
import { DefinitionError } from '../definition/definition-error.ts';
import type { DefinitionText } from '../definition/file.ts';
import type { DefinitionSet, PlanDefinition } from '../definition/kinds.ts';
import type { Definition } from '../definition/definition.ts';
import type { Problem } from '../definition/problem.ts';
import { parseDefinitions } from '../definition/set.ts';
import { QuestionError } from '../errors.ts';

/** What is wrong with a plan, and what looks wrong. */
interface PlanFileReport {
  /** Without errors; there may be warnings. */
  readonly valid: boolean;
  /** Events of the plan; 0 where it cannot be read. */
  readonly events: number;
  readonly problems: readonly Problem[];
}

/** The plan of the files, or the one in force without any. Throws `DEFINITION_INVALID` or `PLAN_NONE`. */
export function readPlan(
  files: readonly DefinitionText[] | undefined,
  set: DefinitionSet,
  nowMs: number,
): PlanDefinition {
  const loaded = files && parseDefinitions(files, nowMs);
  if (loaded?.ok === false) throw new DefinitionError(loaded.problems);
  const { plan } = loaded?.set ?? set;
  if (plan === null) throw new QuestionError('PLAN_NONE', 'files');
  return plan;
}

/** Looks over the plan of the files, or the one in force: what cannot be read, and what a reader would stumble over. */
export function lintPlanFiles(
  files: readonly DefinitionText[] | undefined,
  set: DefinitionSet,
  { nowMs, seen }: { readonly nowMs: number; readonly seen: readonly string[] },
): PlanFileReport {
  const loaded = files && parseDefinitions(files, nowMs);
  if (loaded?.ok === false) return { valid: false, events: 0, problems: loaded.problems };
  const own = loaded?.set ?? set;
  if (own.plan === null) throw new QuestionError('PLAN_NONE', 'files');
  const { plan, spots, place } = own.plan;
  const names = (read: (of: DefinitionSet) => ReadonlyMap<string, Definition>): string[] =>
    [own, set].flatMap((of) => [...read(of).values()].flatMap(({ id, title }) => [id, title]));
  const known = {
    seen: someOf(seen),
    funnels: someOf(names(({ funnels }) => funnels)),
    kpis: someOf(names(({ kpis }) => kpis)),
  };
  const problems = lintPlan(plan, known).map(({ severity, event, path, message }): Problem => {
    const at = spots.get(event)?.place ?? place;
    // An event that was seen and is not planned has no place of its own; its sender chose how long its name is.
    const named = spots.has(event) ? at.path : `events.${event.slice(0, 100)}`;
    const subject = path === '' ? named : `${named}: ${path}`;
    return {
      place: at,
      severity,
      code: 'PLAN_LINT',
      message: `${subject}: ${message}`,
      suggestions: [],
    };
  });
  const others = own.warnings.filter(({ code }) => code === 'PLAN_INVALID');
  return {
    valid: problems.every(({ severity }) => severity === 'warning'),
    events: plan.events.size,
    problems: [...others, ...problems].toSorted(byPlace),
  };
}

/** What is not known at all is not asked about. */
const someOf = (names: readonly string[]): readonly string[] | undefined =>
  names.length === 0 ? undefined : names;

const byPlace = ({ place: a }: Problem, { place: b }: Problem): number =>
  a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
