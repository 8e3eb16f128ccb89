/** Commands about log records. */
import type { Entry } from './entry.ts';

export const LOG_COMMANDS: readonly Entry[] = [
  {
    words: ['logs', 'show'],
    alias: 'logs',
    summary: 'Log lines by level, component, pattern, trace, session and more, the newest last.',
    load: async () => (await import('../commands/logs-show.ts')).showLogs,
  },
  {
    words: ['logs', 'errors'],
    summary: 'Errors of logs and runs by kind, with trend, whom they meet and what to do.',
    load: async () => (await import('../commands/logs-errors.ts')).showErrors,
  },
  {
    words: ['logs', 'export'],
    summary:
      'All log lines that pass the filters, oldest first, as text, JSON, NDJSON, CSV or Markdown.',
    load: async () => (await import('../commands/logs-export.ts')).exportLogs,
  },
];
