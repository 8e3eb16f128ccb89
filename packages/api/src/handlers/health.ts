/** Health: what each check says, what trying things out gives, and the settings in force. */
import {
  chooseChecks,
  type DiagnosisTest,
  judgeDiagnosis,
  judgeHealth,
  msToInstant,
  type HealthRow,
} from '@heartwood/kpi';
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

  /** `GET /api/v1/diagnosis` */
  diagnose: async ({ system }, { query }) => {
    const tests = query.tests.split(',') as DiagnosisTest[];
    const facts = await system.diagnosis(tests);
    const { rows, worst } = judgeDiagnosis(tests, facts);
    const { version, otlpHttpUrl } = system;
    const meta = { at: msToInstant(facts.atMs), version, worst, tests };
    return {
      data: rows.map(toRow),
      meta: otlpHttpUrl === undefined ? meta : { ...meta, otlpHttpUrl },
    };
  },

  /** `GET /api/v1/config` */
  listConfig: ({ system }) => ({
    data: system.config().map((row) => ({ ...row })),
    meta: { version: system.version },
  }),
};

const toRow = ({ evidence, ...row }: HealthRow): z.output<typeof HealthRowAnswer> => ({
  ...row,
  evidence: { ...evidence },
});
