/** Commands about HEART. */
import type { Entry } from './entry.ts';

export const HEART_COMMANDS: readonly Entry[] = [
  {
    words: ['heart', 'show'],
    alias: 'heart',
    summary: 'Happiness, engagement, adoption, retention and task success; without an id all.',
    load: async () => (await import('../commands/show-heart.ts')).showHeart,
  },
];
