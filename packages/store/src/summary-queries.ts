/** Questions about days that are summed up; their SQL stands under `sql/read/summary`. */
import type { QueryDefinitions } from './query.ts';

export const SUMMARY_QUERIES = {
  'summary/list': {
    /** Days as `2026-11-22`, both included. */
    params: { zone: 'text?', fromDay: 'text', toDay: 'text', limit: 'int' },
    row: { day: 'text', zone: 'text', made: 'ns', partial: 'bool', content: 'json' },
  },
  'summary/entries': {
    params: { from: 'ns', to: 'ns', types: 'texts' },
    row: { type: 'text', entries: 'int' },
  },
  'summary/any': { params: { from: 'ns', to: 'ns' }, row: { isAny: 'bool' } },
  'summary/tiers': { params: { from: 'ns', to: 'ns' }, row: { tier: 'int', runs: 'int' } },
  'summary/slowest': {
    params: { from: 'ns', to: 'ns', limit: 'int' },
    row: {
      feature: 'text',
      durationMs: 'real',
      status: 'int',
      startTime: 'ns',
      traceId: 'text',
    },
  },
  'summary/operations': {
    params: { from: 'ns', to: 'ns' },
    row: { outcome: 'text', operations: 'int' },
  },
} as const satisfies QueryDefinitions;
