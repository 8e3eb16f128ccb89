/** Commands about how activity spreads over time. */
import type { Entry } from './entry.ts';

export const ACTIVITY_COMMANDS: readonly Entry[] = [
  {
    words: ['stickiness', 'show'],
    alias: 'stickiness',
    summary: 'In how many intervals each one was active, with DAU, WAU and MAU.',
    load: async () => (await import('../commands/show-stickiness.ts')).showStickiness,
  },
  {
    words: ['lifecycle', 'show'],
    alias: 'lifecycle',
    summary: 'Who is new, returning, resurrecting and dormant in each interval.',
    load: async () => (await import('../commands/show-lifecycle.ts')).showLifecycle,
  },
  {
    words: ['frequency', 'show'],
    alias: 'frequency',
    summary: 'How many runs, and how many active intervals, each one has.',
    load: async () => (await import('../commands/show-frequency.ts')).showFrequency,
  },
];
