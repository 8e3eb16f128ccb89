/** Commands that ask the API as it is. */
import type { Entry } from './entry.ts';

export const API_COMMANDS: readonly Entry[] = [
  {
    words: ['api', 'get'],
    alias: 'api',
    summary: 'Any answer of the API as JSON, for questions that have no command of their own.',
    load: async () => (await import('../commands/ask-api.ts')).askApi,
  },
];
