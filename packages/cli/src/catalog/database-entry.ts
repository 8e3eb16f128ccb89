/** Commands about entries of database loggers. */
import type { Entry } from './entry.ts';

export const DATABASE_ENTRY_COMMANDS: readonly Entry[] = [
  {
    words: ['entries', 'list'],
    summary: 'Entries of database loggers as they were written, newest first.',
    load: async () => (await import('../commands/list-entries.ts')).listEntries,
  },
  {
    words: ['entries', 'duplicates'],
    summary: 'How often database operations met a duplicate.',
    load: async () => (await import('../commands/show-duplicates.ts')).showDuplicates,
  },
  {
    words: ['entries', 'batches'],
    summary: 'Synchronisations by the size of their batches, and the size that does best.',
    load: async () => (await import('../commands/show-batches.ts')).showBatches,
  },
];
