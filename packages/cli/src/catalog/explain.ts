/** Commands about how numbers came about. */
import type { Entry } from './entry.ts';

export const EXPLAIN_COMMANDS: readonly Entry[] = [
  {
    words: ['explain', 'show'],
    alias: 'explain',
    summary: 'How the numbers of an answer of the API came about: definition, SQL, command.',
    load: async () => (await import('../commands/show-explanation.ts')).showExplanation,
  },
];
