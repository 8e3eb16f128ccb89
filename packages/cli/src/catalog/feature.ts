/** Commands about features. */
import type { Entry } from './entry.ts';

export const FEATURE_COMMANDS: readonly Entry[] = [
  {
    words: ['features', 'list'],
    alias: 'list-features',
    summary: 'Features with their numbers in a range, most used first.',
    load: async () => (await import('../commands/list-features.ts')).listFeatures,
  },
  {
    words: ['features', 'show'],
    alias: 'feature-stats',
    summary: 'Everything about one feature: status, latency, tiers, errors, usage, failures.',
    load: async () => (await import('../commands/feature-stats.ts')).featureStats,
  },
  {
    words: ['features', 'performance'],
    summary: 'One feature against its own history, over time by tier and score, by input size.',
    load: async () => (await import('../commands/show-performance.ts')).showPerformance,
  },
  {
    words: ['features', 'slowness'],
    summary: 'Whether those who met a slow run of a feature come back less.',
    load: async () => (await import('../commands/show-slowness.ts')).showSlowness,
  },
];
