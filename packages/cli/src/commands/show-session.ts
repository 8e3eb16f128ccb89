/** `sessions show`: one session, its history, what it ran, and those before it. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { printRows } from '../listing.ts';
import { printReport } from '../print-report.ts';
import { toTable, type Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { showAmount, showCount, showDuration } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import type { View } from '../render/style.ts';
import { localTimeZone, showTime } from '../render/time.ts';
import { SESSION_COLUMNS, toneOfSession } from './session-columns.ts';

type Session = AnswerOf<'/api/v1/sessions/{id}'>['data'];
type Feature = Session['features'][number];

export const showSession = defineCommand({
  examples: [
    ['heartwood sessions show work_20261122_093000_1a2b', 'how it stands, and what it did'],
    ['heartwood sessions show work_20261122_093000_1a2b --json', 'for a script'],
  ],
  argument: { noun: 'session', value: 'id' },
  flags: {},
  run: async ({ argument: id, client, output, signal }) => {
    const { data, meta } = await client.get('/api/v1/sessions/{id}', { params: { id }, signal });
    if (output.format === 'json')
      return await output.write(`${toJson({ data, meta, warnings: [] }, 2)}\n`);
    if (output.format === 'ndjson' || output.format === 'csv')
      return await printRows(output, SESSION_COLUMNS, [data], meta);
    const parts = partsOf(data, output.view);
    await printReport(output, data.id, parts);
  },
});

function partsOf(session: Session, view: View): Part[] {
  const zone = localTimeZone();
  const { history, features, componentHistory } = session;
  const parts: Part[] = [{ kind: 'facts', title: 'Session', facts: factsOf(session, zone) }];
  if (history.length > 0) {
    const lines = history.map(({ time, change, reason }) =>
      [showTime(time, zone, 'second'), change, reason].filter((word) => word !== null).join('  '),
    );
    parts.push({ kind: 'lines', title: 'History', lines });
  }
  if (features.length > 0)
    parts.push({
      kind: 'table',
      title: 'Runs',
      table: toTable(FEATURE_COLUMNS, features, view, zone),
    });
  if (componentHistory.length > 0)
    parts.push({
      kind: 'table',
      title: 'Before it',
      table: toTable(SESSION_COLUMNS, componentHistory, view, zone),
    });
  return parts;
}

function factsOf(session: Session, zone: string): Fact[] {
  const time = (instant: string): string => `${showTime(instant, zone, 'second')} ${zone}`;
  const { endedAt, metadata, pauseCount, reason } = session;
  const facts: readonly (readonly [string, string | null])[] = [
    ['kind', session.kind],
    ['component', session.component],
    ['why', reason],
    ['started', time(session.startedAt)],
    ['ended', endedAt === null ? null : time(endedAt)],
    ['last seen', time(session.lastSeenAt)],
    ['active', showDuration(session.activeMs)],
    [
      'paused',
      pauseCount === 0
        ? null
        : `${showDuration(session.pausedMs)}, ${showAmount(pauseCount, 'pause')}`,
    ],
    ['runs', `${showCount(session.runs)}, ${showCount(session.failed)} failed`],
    ['events', showCount(session.events)],
    ['errors', showCount(session.errors)],
    ['service', session.service],
    ['user', session.user],
    ['after', session.previousId],
    ...Object.entries(metadata).map(
      ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
    ['notes', session.notes.length === 0 ? null : session.notes.join(', ')],
  ];
  return [
    ['state', { text: session.state, tone: toneOfSession(session.state) }],
    ...facts.flatMap(([label, text]): Fact[] => (text === null ? [] : [[label, { text }]])),
  ];
}

const FEATURE_COLUMNS: readonly Column<Feature>[] = [
  { name: 'feature', title: 'feature', kind: 'text', read: ({ feature }) => feature, rank: 99 },
  { name: 'runs', title: 'runs', kind: 'count', read: ({ runs }) => runs, rank: 95 },
  {
    name: 'failed',
    title: 'failed',
    kind: 'count',
    read: ({ failed }) => failed,
    rank: 90,
    tone: ({ failed }) => (failed > 0 ? 'bad' : undefined),
  },
  { name: 'p50Ms', title: 'p50 ms', kind: 'ms', read: ({ p50Ms }) => p50Ms, rank: 80 },
];
