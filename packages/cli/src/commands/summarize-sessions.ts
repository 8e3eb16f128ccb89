/** `sessions summary`: sessions summed up, all together and by component. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope, printList } from '../listing.ts';
import { printReport } from '../print-report.ts';
import { toTable, type Column } from '../render/column.ts';
import { showAmount, showCount, showDuration, showShare } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import type { View } from '../render/style.ts';
import { SESSION_FLAGS, toSessionQuery } from './session-columns.ts';

type Summary = AnswerOf<'/api/v1/sessions/summary'>['data'];
type Component = Summary['components'][number];

export const summarizeSessions = defineCommand({
  examples: [
    ['heartwood sessions summary', 'work of a week, by component'],
    ['heartwood sessions summary --component sync --since 28d', 'the numbers of one component'],
    ['heartwood sessions summary --kind visit --since 24h', 'visits of a day'],
  ],
  flags: SESSION_FLAGS,
  run: async ({ flags, client, output, signal }) => {
    const { kind = 'work' } = flags;
    const query = { ...toSessionQuery(flags), kind };
    const { data, meta } = await client.get('/api/v1/sessions/summary', { query, signal });
    if (output.format === 'json') return await printEnvelope(output, data, meta);
    if (output.format === 'csv' || output.format === 'ndjson') {
      await printList(output, COMPONENT_COLUMNS, [{ data: data.components, meta }]);
      return;
    }
    const title = `Sessions (${kind})`;
    const parts = partsOf(data, output.view, meta.timeZone);
    await printReport(output, title, parts);
    for (const warning of meta.warnings) output.warn(warning);
    output.note(`${showAmount(data.sessions, 'session')} (${kind}) from ${describeRange(meta)}.`);
    if (data.sessions === 0) output.note(`Others may show with --kind ${OTHERS[kind]}.`);
  },
});

function partsOf(data: Summary, view: View, timeZone: string): Part[] {
  const duration = (ms: number | null): string =>
    ms === null ? view.symbols.none : showDuration(ms);
  const facts: Fact[] = [
    ['sessions', { text: showCount(data.sessions) }],
    ['under way', { text: showCount(data.openSessions) }],
    [
      'abandoned',
      {
        text: showCount(data.abandonedSessions),
        tone: data.abandonedSessions > 0 ? 'bad' : undefined,
      },
    ],
    ['active', { text: duration(data.activeMs) }],
    ['paused', { text: `${duration(data.pausedMs)}, ${showAmount(data.pauseCount, 'pause')}` }],
    [
      'active share',
      { text: data.activeShare === null ? view.symbols.none : showShare(data.activeShare) },
    ],
    ['mean', { text: duration(data.meanActiveMs) }],
    ['longest', { text: duration(data.longestActiveMs) }],
    ['runs', { text: `${showCount(data.runs)}, ${showCount(data.failed)} failed` }],
    ['errors', { text: showCount(data.errors) }],
  ];
  const all: Part = { kind: 'facts', title: 'All', facts };
  if (data.components.length === 0) return [all];
  const table = toTable(COMPONENT_COLUMNS, data.components, view, timeZone);
  return [all, { kind: 'table', title: 'By component', table }];
}

const OTHERS = { work: 'visit or run', visit: 'work or run', run: 'work or visit' } as const;

const COMPONENT_COLUMNS: readonly Column<Component>[] = [
  { name: 'component', title: 'component', kind: 'text', read: (row) => row.component, rank: 99 },
  { name: 'sessions', title: 'sessions', kind: 'count', read: (row) => row.sessions, rank: 95 },
  { name: 'openSessions', title: 'open', kind: 'count', read: (row) => row.openSessions, rank: 70 },
  {
    name: 'abandonedSessions',
    title: 'abandoned',
    kind: 'count',
    read: (row) => row.abandonedSessions,
    rank: 75,
  },
  { name: 'durationMs', kind: 'duration', read: (row) => row.durationMs },
  { name: 'activeMs', title: 'active', kind: 'duration', read: (row) => row.activeMs, rank: 90 },
  { name: 'pausedMs', title: 'paused', kind: 'duration', read: (row) => row.pausedMs, rank: 60 },
  { name: 'runs', title: 'runs', kind: 'count', read: (row) => row.runs, rank: 80 },
  { name: 'failed', title: 'failed', kind: 'count', read: (row) => row.failed, rank: 85 },
  { name: 'errors', title: 'errors', kind: 'count', read: (row) => row.errors, rank: 65 },
];
