/** Questions about the tracking plan; their SQL stands under `sql/read/plan`. */
import type { QueryDefinitions } from './query.ts';

export const PLAN_QUERIES = {
  'plan/violations': {
    params: { from: 'ns', to: 'ns', event: 'text?', type: 'int?', limit: 'int' },
    row: {
      event: 'text',
      /** Place of its word in `VIOLATION_TYPES`. */
      type: 'int',
      path: 'text',
      schemaVersion: 'text?',
      records: 'int',
      blocked: 'int',
      firstSeen: 'ns',
      lastSeen: 'ns',
      sampleSeq: 'ns?',
    },
  },
} as const satisfies QueryDefinitions;
