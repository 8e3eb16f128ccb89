/** Commands about funnels. */
import type { Entry } from './entry.ts';

export const FUNNEL_COMMANDS: readonly Entry[] = [
  {
    words: ['funnels', 'list'],
    alias: 'funnels',
    summary: 'Funnels of the definitions.',
    load: async () => (await import('../commands/list-funnels.ts')).listFunnels,
  },
  {
    words: ['funnels', 'show'],
    alias: 'funnel',
    summary: 'How many get how far through the steps of a funnel, over time and by a property.',
    load: async () => (await import('../commands/show-funnel.ts')).showFunnel,
  },
  {
    words: ['funnels', 'query'],
    summary: 'The same of a funnel that stands in no file, given as JSON.',
    load: async () => (await import('../commands/query-funnel.ts')).queryFunnel,
  },
];
