/** Questions about what checks of data quality found; part of the registry of questions. */
import type { QueryDefinitions } from './query.ts';

export const QUALITY_QUERIES = {
  'quality/latest': {
    params: { until: 'ns?', check: 'text?', result: 'text?', limit: 'int' },
    row: {
      run: 'text',
      at: 'ns',
      daily: 'bool',
      check: 'text',
      subject: 'text?',
      result: 'text',
      value: 'real?',
      expected: 'real?',
      n: 'int',
      message: 'text',
      evidence: 'json',
    },
  },
  'quality/last-daily': { params: {}, row: { at: 'ns?' } },
} as const satisfies QueryDefinitions;
