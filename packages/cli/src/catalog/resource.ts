/** Commands about what processes use. */
import type { Entry } from './entry.ts';

export const RESOURCE_COMMANDS: readonly Entry[] = [
  {
    words: ['resources', 'list'],
    alias: 'resources',
    summary: 'CPU, memory, disk and event loop of processes, and of the server itself.',
    load: async () => (await import('../commands/list-resources.ts')).listResources,
  },
  {
    words: ['resources', 'show'],
    summary: 'What processes use while a feature runs in them, beside their other minutes.',
    load: async () => (await import('../commands/show-resources.ts')).showResources,
  },
];
