/** Commands that help shells to complete words. */
import type { Entry } from './entry.ts';

export const COMPLETION_COMMANDS: readonly Entry[] = [
  {
    words: ['completion', 'bash'],
    summary: 'A script that completes commands, flags and their values in bash.',
    load: async () => (await import('../commands/print-completion.ts')).completeBash,
  },
  {
    words: ['completion', 'zsh'],
    summary: 'The same for zsh.',
    load: async () => (await import('../commands/print-completion.ts')).completeZsh,
  },
  {
    words: ['completion', 'fish'],
    summary: 'The same for fish.',
    load: async () => (await import('../commands/print-completion.ts')).completeFish,
  },
];
