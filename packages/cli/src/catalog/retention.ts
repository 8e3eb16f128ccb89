/** Commands about who comes back. */
import type { Entry } from './entry.ts';

export const RETENTION_COMMANDS: readonly Entry[] = [
  {
    words: ['retention', 'list'],
    summary: 'Retention tables of the definitions.',
    load: async () => (await import('../commands/list-retention.ts')).listRetention,
  },
  {
    words: ['retention', 'show'],
    alias: 'retention',
    summary: 'How many of those who start return in each period after it.',
    load: async () => (await import('../commands/show-retention.ts')).showRetention,
  },
  {
    words: ['retention', 'query'],
    summary: 'The same of a table that stands in no file, given as JSON.',
    load: async () => (await import('../commands/query-retention.ts')).queryRetention,
  },
];
