/** The runs, events, users, sessions or traces behind a number of a KPI. */
import type { Answer, Group, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import { readCount, readCountMembers, type CountRequest } from './count.ts';
import { toProperty } from './definition/condition-text.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { QuestionError } from './errors.ts';
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
  /** The group of a breakdown by this property; all without one. */
  readonly by?: string | undefined;
  readonly group?: string | undefined;
  readonly top: number;
  /** Of the answer that holds the number; of now unless given. */
  readonly asOf?: bigint | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page of members; `total` is the number. Rejects unknown KPIs and measures. */
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
    group: by === undefined ? undefined : { by: toProperty(by), top },
  };
  const seen = asOf ?? (await readCount(reader, asked, request, options)).answer.asOf;
  const cell = { bucket: 0, group: by === undefined ? null : toGroup(group), measure };
  return readCountMembers(reader, asked, request, cell, { asOf: seen, after, limit }, options);
}

/** The group that an answer calls so. */
function toGroup(name: string | undefined): Group {
  if (name === undefined || name === '$none') return { kind: 'none' };
  return name === '$other' ? { kind: 'other' } : { kind: 'value', value: name };
}
