/**
 * The short form of KPIs: `kpi_mapping` by name, each with events, a calculation or several by name, and targets by the
 * same names (seed 4, S4-23). Names of a calculation are its events or measures; what is no such name must be declared.
 * `count` is the one word that the seed has not: it leaves open whether its events or those who did them are counted.
 */
import { z } from 'zod';
import type { Kind } from './kind.ts';
import { KPIS, readKpi } from './kpi-definition.ts';
import { readShape } from './shape.ts';

const SHAPE = z.strictObject({
  events: z.unknown().optional(),
  count: z.unknown().optional(),
  calculation: z.unknown().optional(),
  target: z.unknown().optional(),
});

/** KPIs in their short form; they are KPIs like any other, with defaults for all else. */
export const KPI_MAPPING: Kind = {
  kind: 'kpi',
  key: 'kpi_mapping',
  written: KPIS.written.pick({ events: true, count: true, calculation: true, target: true }),
  read(entry) {
    const words = readShape(SHAPE, entry.words, entry.spot);
    return words && readKpi(entry);
  },
};
