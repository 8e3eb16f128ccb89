/** All commands by name; each is loaded only when it is asked for. */
import type { Command } from './command.ts';

/** One line of the overview. */
export interface Entry {
  /** Noun and verb. */
  readonly words: readonly [noun: string, verb: string];
  /** One word that means the same. */
  readonly alias: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const CATALOG: readonly Entry[] = [
  {
    words: ['features', 'list'],
    alias: 'list-features',
    summary: 'Features with their numbers in a range, most used first.',
    load: async () => (await import('./commands/list-features.ts')).listFeatures,
  },
  {
    words: ['features', 'show'],
    alias: 'feature-stats',
    summary: 'Everything about one feature: status, latency, tiers, errors, usage, failures.',
    load: async () => (await import('./commands/feature-stats.ts')).featureStats,
  },
  {
    words: ['records', 'list'],
    alias: 'list-records',
    summary: 'Single runs, newest first, narrowed by filters.',
    load: async () => (await import('./commands/list-records.ts')).listRecords,
  },
];
