/** Commands about operations. */
import type { Entry } from './entry.ts';

export const OPERATION_COMMANDS: readonly Entry[] = [
  {
    words: ['operations', 'list'],
    summary: 'Operations: those under way, the worst first, then those that are over.',
    load: async () => (await import('../commands/list-operations.ts')).listOperations,
  },
  {
    words: ['operations', 'show'],
    summary: 'One operation: how far it is, how it does and why, and what it said.',
    load: async () => (await import('../commands/show-operation.ts')).showOperation,
  },
];
