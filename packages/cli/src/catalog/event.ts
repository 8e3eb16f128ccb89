/** Commands about events. */
import type { Entry } from './entry.ts';

export const EVENT_COMMANDS: readonly Entry[] = [
  {
    words: ['events', 'list'],
    alias: 'events',
    summary: 'Events with their numbers in a range, or by one of their properties.',
    load: async () => (await import('../commands/list-events.ts')).listEvents,
  },
];
