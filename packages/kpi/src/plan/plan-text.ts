/** A tracking plan as text: definition files, tables, and code. */
import { fromPlanTable, toPlanTable, toTypeScript } from '@heartwood/semconv/plan';
import { stringify } from 'yaml';
import type { PlanDefinition } from '../definition/kinds.ts';
import type { Problem } from '../definition/problem.ts';

/** Forms that a plan can be written in. */
type PlanForm = 'yaml' | 'json' | 'markdown' | 'csv' | 'typescript';

/** The plan in one of its forms; definition files hold what was written, word for word but for its layout. */
export function writePlan({ plan, written }: PlanDefinition, form: PlanForm): string {
  if (form === 'typescript') return toTypeScript(plan);
  return form === 'yaml' || form === 'json'
    ? writeDocument(written, form)
    : toPlanTable(plan, form);
}

/** A document of a plan as the text of a file. */
export const writeDocument = (document: unknown, form: 'yaml' | 'json'): string =>
  form === 'json'
    ? `${JSON.stringify(document, undefined, 2)}\n`
    : stringify(document, { lineWidth: 100, aliasDuplicateObjects: false });

/** A plan out of a table of the nine columns, as the text of a definition file. */
interface ImportedPlan {
  /** YAML; empty where the table cannot be read. */
  readonly text: string;
  readonly events: number;
  readonly problems: readonly Problem[];
}

/** Reads a table in Markdown or CSV; all that is wrong with it at once. */
export function importPlan(name: string, table: string): ImportedPlan {
  const read = fromPlanTable(table);
  const problems = (read.ok ? read.warnings : read.problems).map(
    ({ severity, line, message }): Problem => ({
      place: { file: name, line, path: '' },
      severity,
      code: 'PLAN_INVALID',
      message,
      suggestions: [],
    }),
  );
  if (!read.ok) return { text: '', events: 0, problems };
  const { document } = read;
  return {
    text: writeDocument(document, 'yaml'),
    events: Object.keys(document.events).length,
    problems,
  };
}
