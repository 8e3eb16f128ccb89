/** Commands about who adopts features, and what people say of them. */
import type { Entry } from './entry.ts';

export const ADOPTION_COMMANDS: readonly Entry[] = [
  {
    words: ['adoption', 'show'],
    alias: 'adoption',
    summary: 'Who could use features, tried, adopted and left; of one feature day by day.',
    load: async () => (await import('../commands/show-adoption.ts')).showAdoption,
  },
  {
    words: ['feedback', 'list'],
    alias: 'feedback',
    summary: 'What people answered about features: scores by scale, and how many answered.',
    load: async () => (await import('../commands/list-feedback.ts')).listFeedback,
  },
];
