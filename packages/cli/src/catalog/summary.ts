/** Commands about days summed up. */
import type { Entry } from './entry.ts';

export const SUMMARY_COMMANDS: readonly Entry[] = [
  {
    words: ['summary', 'show'],
    summary: 'A day in a few numbers, as it was summed up when it was over.',
    load: async () => (await import('../commands/show-summary.ts')).showSummary,
  },
  {
    words: ['summary', 'make'],
    summary: 'Sums up a day now, and keeps that.',
    load: async () => (await import('../commands/make-summary.ts')).makeSummary,
  },
];
