/** `plan show`: events of the tracking plan in force. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { printRows } from '../listing.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';

type Row = AnswerOf<'/api/v1/plan'>['data'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'event', title: 'event', kind: 'text', read: (row) => row.event, rank: 100, cutTo: 30 },
  { name: 'version', title: 'version', kind: 'text', read: (row) => row.version, rank: 90 },
  { name: 'status', title: 'status', kind: 'text', read: (row) => row.status, rank: 80 },
  { name: 'replacedBy', kind: 'text', read: (row) => row.replacedBy },
  { name: 'section', title: 'section', kind: 'text', read: (row) => row.section, rank: 40 },
  { name: 'funnel', title: 'funnel', kind: 'text', read: (row) => row.funnel, rank: 60 },
  { name: 'step', title: 'step', kind: 'count', read: (row) => row.step, rank: 59 },
  { name: 'kpis', title: 'KPIs', kind: 'text', read: (row) => row.kpis.join(', '), rank: 30 },
  { name: 'owner', title: 'owner', kind: 'text', read: (row) => row.owner, rank: 50 },
  { name: 'trigger', kind: 'text', read: (row) => row.trigger },
  {
    name: 'required',
    title: 'required',
    kind: 'text',
    read: (row) => row.required.join(', '),
    rank: 70,
    cutTo: 24,
  },
  {
    name: 'planned',
    title: 'properties',
    kind: 'count',
    read: (row) => row.planned.length,
    rank: 65,
  },
  { name: 'pii', kind: 'text', read: (row) => row.pii.join(', ') },
];

export const showPlan = defineCommand({
  examples: [
    ['heartwood plan show', 'which events are planned'],
    ['heartwood plan show --json', 'with the whole plan as it is written'],
  ],
  flags: {},
  run: async ({ client, output, signal }) => {
    const { data, meta } = await client.get('/api/v1/plan', { signal });
    await printRows(output, COLUMNS, data, meta);
    if (output.format === 'json' || output.format === 'ndjson') return;
    const { plan } = meta;
    if (plan === null) {
      output.note('There is no tracking plan, so nothing is checked.');
      output.hint('heartwood plan infer --since 7d');
      return;
    }
    const name = plan.id === '' ? 'the plan' : `the plan ${plan.id}`;
    output.note(
      `${showAmount(meta.total, 'event')} of ${name}, revision ${String(plan.revision)}.`,
    );
  },
});
