/** Commands about single runs. */
import type { Entry } from './entry.ts';

export const RECORD_COMMANDS: readonly Entry[] = [
  {
    words: ['records', 'list'],
    alias: 'list-records',
    summary: 'Single runs, newest first, narrowed by filters.',
    load: async () => (await import('../commands/list-records.ts')).listRecords,
  },
];
