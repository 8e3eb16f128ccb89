/** Commands that show what goes on now. */
import type { Entry } from './entry.ts';

export const MONITOR_COMMANDS: readonly Entry[] = [
  {
    words: ['monitor', 'status'],
    summary: 'Connection, data, what goes on and what went wrong, kept up to date.',
    load: async () => (await import('../commands/monitor-status.ts')).monitorStatus,
  },
  {
    words: ['monitor', 'operations'],
    summary: 'Long work that is under way: how far it is, how it does and why, as it changes.',
    load: async () => (await import('../commands/monitor-operations.ts')).monitorOperations,
  },
  {
    words: ['monitor', 'logs'],
    summary: 'Log lines as they arrive.',
    load: async () => (await import('../commands/monitor-logs.ts')).monitorLogs,
  },
];
