/** Commands for when something is wrong. */
import type { Entry } from './entry.ts';

export const DEBUG_COMMANDS: readonly Entry[] = [
  {
    words: ['debug', 'health'],
    summary: 'Checks server, data, machine, apps and configuration; ends with 3 when one fails.',
    load: async () => (await import('../commands/debug-health.ts')).debugHealth,
  },
];
