/** Runs checks of health over facts. */
import { QuestionError } from '../errors.ts';
import { suggest } from '../suggestion.ts';
import { worstOf, type HealthCheck, type HealthResult, type HealthRow } from './check.ts';
import { APP_CHECKS } from './checks/apps.ts';
import { CONFIGURATION_CHECKS } from './checks/configuration.ts';
import { DATA_CHECKS } from './checks/data.ts';
import { MACHINE_CHECKS } from './checks/machine.ts';
import { SERVER_CHECKS } from './checks/server.ts';
import type { HealthFacts } from './facts.ts';

/** Every check of the server, a file a group. */
const HEALTH_CHECKS: readonly HealthCheck[] = [
  ...SERVER_CHECKS,
  ...DATA_CHECKS,
  ...MACHINE_CHECKS,
  ...APP_CHECKS,
  ...CONFIGURATION_CHECKS,
];

/** All checks or those that were asked for. Rejects an id that is none with `CHECK_UNKNOWN`. */
export function chooseChecks(ids?: readonly string[]): readonly HealthCheck[] {
  if (ids === undefined) return HEALTH_CHECKS;
  const known = HEALTH_CHECKS.map(({ id }) => id);
  for (const id of ids)
    if (!known.includes(id))
      throw new QuestionError('CHECK_UNKNOWN', 'check', { value: id }, suggest(id, known));
  return HEALTH_CHECKS.filter(({ id }) => ids.includes(id));
}

/** What each of the checks says about the facts, in the order of the checks, and the worst result. */
export function judgeHealth(
  checks: readonly HealthCheck[],
  facts: HealthFacts,
): { readonly rows: readonly HealthRow[]; readonly worst: HealthResult } {
  const rows = checks.map((check) => check.run(facts));
  return { rows, worst: worstOf(rows) };
}
