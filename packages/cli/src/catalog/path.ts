/** Commands about what people do one after the other. */
import type { Entry } from './entry.ts';

export const PATH_COMMANDS: readonly Entry[] = [
  {
    words: ['paths', 'show'],
    alias: 'paths',
    summary: 'What is done in the next steps after something, or in the last ones before it.',
    load: async () => (await import('../commands/show-paths.ts')).showPaths,
  },
];
