/** Commands about definitions. */
import type { Entry } from './entry.ts';

export const DEFINITION_COMMANDS: readonly Entry[] = [
  {
    words: ['definitions', 'check'],
    summary: 'Whether the server would take the definition files of a folder; ends with 3 if not.',
    load: async () => (await import('../commands/check-definitions.ts')).checkDefinitions,
  },
];
