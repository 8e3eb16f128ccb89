/** Commands about the tracking plan. */
import type { Entry } from './entry.ts';

export const PLAN_COMMANDS: readonly Entry[] = [
  {
    words: ['plan', 'show'],
    summary: 'Events of the tracking plan in force.',
    load: async () => (await import('../commands/show-plan.ts')).showPlan,
  },
  {
    words: ['plan', 'violations'],
    summary: 'What events did that the tracking plan does not say.',
    load: async () => (await import('../commands/list-violations.ts')).listViolations,
  },
  {
    words: ['plan', 'infer'],
    summary: 'A draft of a tracking plan out of the events of a range, as YAML.',
    load: async () => (await import('../commands/infer-plan.ts')).inferPlan,
  },
  {
    words: ['plan', 'lint'],
    summary: 'What is wrong with a tracking plan in files; ends with 3 on an error.',
    load: async () => (await import('../commands/lint-plan.ts')).lintPlan,
  },
  {
    words: ['plan', 'diff'],
    summary: 'What changed since an earlier plan; ends with 3 if a version does not say so.',
    load: async () => (await import('../commands/diff-plan.ts')).diffPlan,
  },
  {
    words: ['plan', 'codegen'],
    summary: 'A tracking plan as TypeScript: a typed function for each event.',
    load: async () => (await import('../commands/write-plan.ts')).codegenPlan,
  },
  {
    words: ['plan', 'import'],
    summary: 'A tracking plan out of a table of nine columns in Markdown or CSV, as YAML.',
    load: async () => (await import('../commands/import-plan.ts')).importPlan,
  },
  {
    words: ['plan', 'export'],
    summary: 'A tracking plan as one file: YAML, JSON, or the table of nine columns.',
    load: async () => (await import('../commands/write-plan.ts')).exportPlan,
  },
];
