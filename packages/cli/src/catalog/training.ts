/** Commands about runs to learn from. */
import type { Entry } from './entry.ts';

export const TRAINING_COMMANDS: readonly Entry[] = [
  {
    words: ['training', 'export'],
    summary: 'Runs with labels as a file to learn from, split by time, without personal data.',
    load: async () => (await import('../commands/export-training.ts')).exportTraining,
  },
  {
    words: ['training', 'schema'],
    summary: 'What the columns of such a file mean, and the rules of its labels.',
    load: async () => (await import('../commands/show-training.ts')).showTraining,
  },
];
