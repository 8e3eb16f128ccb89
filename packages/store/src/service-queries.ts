/** Questions about services; their SQL stands under `sql/read/service`. */
import type { QueryDefinitions } from './query.ts';

export const SERVICE_QUERIES = {
  'service/table': {
    params: { from: 'ns', to: 'ns', service: 'text?' },
    row: {
      service: 'text?',
      spans: 'int',
      errors: 'int',
      /** Runs of a sender that leaves out other runs. */
      filtered: 'int',
      p50Ms: 'real?',
      p95Ms: 'real?',
      p99Ms: 'real?',
      maxMs: 'real?',
      /** Spans whose end lies before their start. */
      negative: 'int',
      firstSeen: 'ns',
      lastSeen: 'ns',
    },
  },
} as const satisfies QueryDefinitions;
