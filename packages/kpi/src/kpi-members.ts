/** The runs, events, users, sessions or traces behind a number of a KPI. */
import type { Answer, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import { readCount, readCountMembers, type CountRequest } from './count.ts';
import { toProperty } from './definition/condition-text.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { QuestionError } from './errors.ts';
import { groupText, parseGroup } from './group.ts';
import { findKpi } from './kpi.ts';
import { notCut, readBasisKpiMembers } from './kpi-basis.ts';
import { planKpi } from './kpi-value.ts';
import { toKpiSpans } from './kpi-window.ts';
import { MeasureBatch } from './measure.ts';
import { suggest } from './suggestion.ts';
import type { Window } from './window.ts';

/** Which number, and which page of its members. */
interface KpiMemberOptions extends ReadOptions {
  /** Name of a measure in the formula. */
  readonly measure: string;
  /** What a group is a value of. */
  readonly by?: string | undefined;
  /** As the KPI names it; all without one. */
  readonly group?: string | undefined;
  readonly top: number;
  /** Of the answer that holds the number; of now unless given. */
  readonly asOf?: bigint | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page of members; `total` is the number. Rejects unknown KPIs, measures and groups. */
export async function readKpiMembers(
  reader: Reader,
  set: Pick<DefinitionSet, 'kpis'>,
  window: Window,
  id: string,
  { measure: name, by, group, top, asOf, after, limit, ...options }: KpiMemberOptions,
): Promise<Answer<MemberRow>> {
  const definition = findKpi(set, id);
  const page = { asOf, after, limit };
  const own = await readBasisKpiMembers(reader, definition, window, name, page, options);
  if (own !== null) {
    if (by !== undefined) throw notCut(definition, 'by');
    return own;
  }
  if (group !== undefined && by === undefined) throw new QuestionError('KPI_NOT_SPLIT', 'group');
  const batch = new MeasureBatch();
  const { places } = planKpi(definition, batch);
  const measure = places.get(name);
  if (measure === undefined)
    throw new QuestionError(
      'MEASURE_UNKNOWN',
      'measure',
      { value: name, id },
      suggest(name, places.keys()),
    );
  const { startMs: fromMs, endMs: toMs } = toKpiSpans(definition, window).current;
  const asked = { ...window, fromMs, toMs };
  const request: CountRequest = {
    selectors: batch.selectors,
    measures: batch.measures,
    unit: 'user',
    interval: 'whole',
    group: by === undefined || group === undefined ? undefined : { by: toProperty(by), top },
  };
  const cell = { bucket: 0, group: group === undefined ? null : parseGroup(group), measure };
  const found = await readCountMembers(reader, asked, request, cell, page, options);
  if (found.total > 0 || group === undefined) return found;
  // Nothing, or no such group: the numbers tell.
  const { series } = await readCount(reader, asked, request, options);
  const groups = series.flatMap((one) => groupText(one.group) ?? []);
  if (groups.includes(group)) return found;
  throw new QuestionError('GROUP_UNKNOWN', 'group', { value: group }, suggest(group, groups));
}
