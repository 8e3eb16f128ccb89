/** `kpi list`: KPIs of the definitions with value, target, status and trend. */
import { defineCommand } from '../command.ts';
import { EXPLAIN_FLAG } from '../range.ts';
import { showAmount } from '../render/number.ts';
import { AS_OF_FLAGS, printKpis, toAsOf } from './kpi-columns.ts';

/** How a KPI can stand, as the API knows it. */
export const KPI_STATUSES = [
  'off_track',
  'at_risk',
  'insufficient_data',
  'on_track',
  'no_target',
] as const;

export const listKpis = defineCommand({
  examples: [
    ['heartwood kpi list', 'all KPIs as they stand'],
    ['heartwood kpi list --goal checkout --status off_track', 'what a goal misses'],
    ['heartwood kpi list --to yesterday --format md', 'a day ago, for a page'],
    ["heartwood kpi list --json | jq '.data[].parts[].value'", 'values for a script'],
  ],
  flags: {
    ...AS_OF_FLAGS,
    ...EXPLAIN_FLAG,
    goal: { kind: 'text', value: 'ID', doc: 'Only KPIs of this goal.' },
    status: {
      kind: 'choice',
      value: 'STATUS',
      choices: KPI_STATUSES,
      doc: `Only KPIs that stand so: ${KPI_STATUSES.join(', ')}.`,
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { goal, status, explain } = flags;
    const query = { ...toAsOf(flags), goal, status, explain };
    const { data, meta } = await client.get('/api/v1/kpis', { query, signal });
    await printKpis(output, data, meta);
    if (output.format === 'json' || output.format === 'ndjson') return;
    output.note(
      data.length === 0
        ? 'No such KPI is defined. Definitions stand in the folder that HEARTWOOD_DEFINITIONS names.'
        : `${showAmount(data.length, 'KPI')}, days in ${meta.timeZone}.`,
    );
    if (meta.explain !== undefined) output.note(`Measured: ${meta.explain.sentence}`);
    const [first] = data;
    if (first !== undefined) output.hint(`heartwood kpi show ${first.id}`);
  },
});
