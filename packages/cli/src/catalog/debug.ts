/** Commands for when something is wrong. */
import type { Entry } from './entry.ts';

export const DEBUG_COMMANDS: readonly Entry[] = [
  {
    words: ['debug', 'health'],
    alias: 'doctor',
    summary: 'Checks server, data, machine, apps and configuration; ends with 3 when one fails.',
    load: async () => (await import('../commands/debug-health.ts')).debugHealth,
  },
  {
    words: ['debug', 'diagnose'],
    summary:
      'Tries out the way to the server, the server and its database; ends with 3 on a failure.',
    load: async () => (await import('../commands/debug-diagnose.ts')).debugDiagnose,
  },
  {
    words: ['config', 'show'],
    alias: 'config',
    summary: 'The settings of the server, with where each comes from.',
    load: async () => (await import('../commands/show-config.ts')).showConfig,
  },
];
