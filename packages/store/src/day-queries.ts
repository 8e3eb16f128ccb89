/** Questions that the tables by day answer; their SQL stands under `sql/read/day`. */
import type { QueryDefinitions } from './query.ts';
import { FEATURE_NUMBERS, RUN_NUMBERS } from './run-columns.ts';

const RANGE = { from: 'ns', to: 'ns', feature: 'text?' } as const;
/** Days since 1970, the second one not included. */
const DAYS = { fromDay: 'int', toDay: 'int' } as const;

/** Those of the days that `day/whole` chose have no rows where these hold no longer when they are asked. */
export const DAY_QUERIES = {
  'day/whole': { params: RANGE, row: { ...DAYS, closed: 'bool', runs: 'int' } },
  'day/table': { params: { ...RANGE, ...DAYS, closed: 'bool' }, row: FEATURE_NUMBERS },
  'day/range': {
    params: { ...RANGE, ...DAYS, closed: 'bool', origin: 'ns', width: 'ns' },
    row: { bucket: 'int', rank: 'int?', value: 'text?', ...RUN_NUMBERS },
  },
  'day/series': { params: { ...DAYS, feature: 'text?' }, row: { day: 'int', ...RUN_NUMBERS } },
  'day/split': {
    params: { ...DAYS, feature: 'text?', top: 'int' },
    row: { day: 'int', rank: 'int?', value: 'text?', ...RUN_NUMBERS },
  },
} as const satisfies QueryDefinitions;
