/** KPIs whose window begins before raw data are kept: they never have a status. */
import type { Reader, ReadOptions } from '@heartwood/store';
import type { DefinitionSet } from './definition/kinds.ts';
import type { Problem } from './definition/problem.ts';
import { sayInstant } from './instant.ts';
import { toKpiSpans } from './kpi-window.ts';
import { readRemoved } from './removed.ts';
import type { Window } from './window.ts';

/** Warns of each KPI that looks back further than raw data are kept now; `window` says when now is, and in which zone. */
export async function checkKpiReach(
  reader: Reader,
  { kpis }: Pick<DefinitionSet, 'kpis'>,
  window: Window,
  options: ReadOptions = {},
): Promise<Problem[]> {
  if (kpis.size === 0) return [];
  const { sinceNs } = await readRemoved(reader, window, {}, options);
  return [...kpis.values()].flatMap((definition): Problem[] => {
    const startNs = BigInt(toKpiSpans(definition, window).current.startMs) * 1_000_000n;
    if (startNs >= sinceNs) return [];
    const { place, id } = definition;
    const message = `${place.path} looks back to ${sayInstant(startNs)}, and raw data from before ${sayInstant(sinceNs)} is not kept: "${id}" has no status; give it a shorter window, or keep data longer (HEARTWOOD_RETENTION_DAYS)`;
    return [{ place, severity: 'warning', code: 'DEFINITION_VALUE', message, suggestions: [] }];
  });
}
