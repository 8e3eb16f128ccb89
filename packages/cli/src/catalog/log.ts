/** Commands about log records. */
import type { Entry } from './entry.ts';

export const LOG_COMMANDS: readonly Entry[] = [
  {
    words: ['logs', 'show'],
    alias: 'logs',
    summary: 'Log lines by level, component, pattern, trace, session and more, the newest last.',
    load: async () => (await import('../commands/logs-show.ts')).showLogs,
  },
];
