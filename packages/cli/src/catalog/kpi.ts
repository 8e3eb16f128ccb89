/** Commands about KPIs. */
import type { Entry } from './entry.ts';

export const KPI_COMMANDS: readonly Entry[] = [
  {
    words: ['kpi', 'list'],
    summary: 'KPIs of the definitions with value, target, status and trend.',
    load: async () => (await import('../commands/list-kpis.ts')).listKpis,
  },
  {
    words: ['kpi', 'show'],
    summary: 'One KPI: how it stands, over time, and by a property.',
    load: async () => (await import('../commands/show-kpi.ts')).showKpi,
  },
  {
    words: ['kpi', 'check'],
    summary: 'Whether KPIs meet their targets; ends with 3 and lists those that do not.',
    load: async () => (await import('../commands/check-kpis.ts')).checkKpis,
  },
];
