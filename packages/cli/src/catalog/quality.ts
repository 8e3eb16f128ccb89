/** Commands about data quality. */
import type { Entry } from './entry.ts';

export const QUALITY_COMMANDS: readonly Entry[] = [
  {
    words: ['quality', 'run'],
    summary: 'Checks the quality of data now; ends with 3 when a check fails.',
    load: async () => (await import('../commands/run-quality.ts')).runQuality,
  },
  {
    words: ['quality', 'list'],
    summary: 'What checks of data quality found when they last ran.',
    load: async () => (await import('../commands/list-quality.ts')).listQuality,
  },
];
