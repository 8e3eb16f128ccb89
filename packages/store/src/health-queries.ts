/** Questions about the health of what is stored; their SQL stands under `sql/read/health`. */
import type { QueryDefinitions } from './query.ts';

export const HEALTH_QUERIES = {
  'health/sessions': {
    params: { from: 'ns', silentSince: 'ns', startEvent: 'text', endEvent: 'text', limit: 'int' },
    row: { started: 'int', ended: 'int', abandoned: 'int', samples: 'json' },
  },
  /** Null where nothing ever came. */
  'health/arrival': { params: { ownService: 'text' }, row: { received: 'ns?' } },
  'health/clocks': {
    params: { from: 'ns', toleranceNs: 'ns' },
    row: { service: 'text?', records: 'int', aheadNs: 'ns' },
  },
  'health/plan': {
    params: { from: 'ns', to: 'ns', limit: 'int' },
    row: { records: 'int', blocked: 'int', events: 'json' },
  },
  'health/ping': { params: {}, row: { answers: 'bool' } },
  'health/scan': { params: {}, row: { rows: 'int', longestNs: 'ns?' } },
  'health/archive': { params: {}, row: { file: 'text', bytes: 'int' } },
} as const satisfies QueryDefinitions;
