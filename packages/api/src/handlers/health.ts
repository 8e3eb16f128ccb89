/** Health: what each check says. */
import { chooseChecks, judgeHealth, msToInstant, type HealthRow } from '@heartwood/kpi';
import type { z } from 'zod';
import type { HealthRow as HealthRowAnswer } from '../contract/health.ts';
import type { HEALTH_ROUTES } from '../contract/routes/health.ts';
import type { HandlersOf } from './context.ts';

export const healthHandlers: HandlersOf<typeof HEALTH_ROUTES> = {
  /** `GET /api/v1/health` */
  checkHealth: async ({ system }, { query }) => {
    const checks = chooseChecks(query.check);
    const facts = await system.health();
    const { rows, worst } = judgeHealth(checks, facts);
    const meta = { at: msToInstant(facts.atMs), version: system.version, worst };
    return { data: rows.map(toRow), meta };
  },
};

const toRow = ({ evidence, ...row }: HealthRow): z.output<typeof HealthRowAnswer> => ({
  ...row,
  evidence: { ...evidence },
});
