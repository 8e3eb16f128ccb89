/** What can be wrong with a question about KPIs. */
import type { ErrorTable } from './entry.ts';

export const KPI_ERRORS = {
  KPI_UNKNOWN: {
    status: 404,
    detail: 'There is no KPI "{value}" in the definitions.',
    remedy: 'Check the id at /api/v1/kpis.',
  },
  GOAL_UNKNOWN: {
    status: 404,
    detail: 'There is no goal "{value}" in the definitions.',
    remedy: 'Check the id at /api/v1/definitions.',
  },
  MEASURE_UNKNOWN: {
    status: 404,
    detail: 'The KPI "{id}" is made of no measure "{value}".',
    remedy: 'Check `measures` of its answer at /api/v1/kpis/{id}.',
  },
  KPI_NOT_SPLIT: {
    status: 400,
    detail: 'A group is asked for, but the KPI is split by nothing.',
    remedy: 'Give by as well.',
  },
  KPI_NOT_CUT: {
    status: 422,
    detail:
      'The KPI "{id}" is the {what}, one number a window: it is not cut into buckets or groups.',
    remedy: 'Leave interval and by out, or ask for what it stands on.',
  },
} as const satisfies ErrorTable;
