/** `operations show`: one operation, and what it said last. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
import { printRows } from '../listing.ts';
import { printReport } from '../print-report.ts';
import { toJson } from '../render/json.ts';
import { showDuration, showShare } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';
import { localTimeZone, showTime } from '../render/time.ts';
import {
  countOf,
  OPERATION_COLUMNS,
  toneOfOperation,
  wordOf,
  type OperationRow,
} from './operation-columns.ts';

type Event = AnswerOf<'/api/v1/operations/{id}/events'>['data'][number];

export const showOperation = defineCommand({
  examples: [
    ['heartwood operations show import-4711', 'how far it is, how it does and why'],
    ['heartwood operations show import-4711 --events 50', 'with its first 50 events'],
    ['heartwood operations show import-4711 --json', 'for a script'],
  ],
  argument: { noun: 'operation', value: 'id' },
  flags: {
    events: {
      kind: 'count',
      value: 'EVENTS',
      doc: 'Also its first events, so many, up to 1000. Default: none.',
    },
  },
  run: async ({ argument: id, flags, client, output, signal }) => {
    if (flags.events !== undefined && output.format === 'csv')
      throw cliError('FLAGS_TOGETHER', { first: '--events', second: '--format csv' });
    const { data, meta } = await client.get('/api/v1/operations/{id}', { params: { id }, signal });
    const events =
      flags.events === undefined
        ? []
        : (
            await client.get('/api/v1/operations/{id}/events', {
              params: { id },
              query: { limit: flags.events },
              signal,
            })
          ).data;
    const whole = flags.events === undefined ? data : { ...data, events };
    if (output.format === 'json')
      return await output.write(`${toJson({ data: whole, meta, warnings: [] }, 2)}\n`);
    if (output.format === 'ndjson' || output.format === 'csv')
      return await printRows(output, OPERATION_COLUMNS, [whole], meta);
    const parts = partsOf(data, events);
    await printReport(output, data.id, parts);
  },
});

function partsOf(row: OperationRow, events: readonly Event[]): Part[] {
  const zone = localTimeZone();
  const time = (instant: string): string => `${showTime(instant, zone, 'second')} ${zone}`;
  const { expected, eta, children, host, pid } = row;
  const parts = children.running + children.ended;
  const facts: readonly (readonly [string, string | null])[] = [
    ['about', row.description],
    ['feature', row.feature],
    ['why', row.reason],
    ['done', countOf(row)],
    ['share', row.fraction === null ? null : showShare(row.fraction)],
    ['left', eta === null ? null : leftOf(eta)],
    ['last said', row.message],
    ['silent for', row.endedAt === null ? showDuration(row.silentMs) : null],
    ['active', showDuration(row.activeMs)],
    ['paused', row.pausedMs === 0 ? null : showDuration(row.pausedMs)],
    [
      'usually',
      expected === null
        ? null
        : `${showDuration(expected.p50Ms)}, 95 % of ${String(expected.n)} within ${showDuration(expected.p95Ms)}`,
    ],
    ['started', time(row.startedAt)],
    ['ended', row.endedAt === null ? null : time(row.endedAt)],
    ['error', row.errorType],
    [
      'parts',
      parts === 0
        ? null
        : `${String(children.running)} under way, ${String(children.ended)} over, ${String(children.failed)} failed`,
    ],
    ['part of', row.parentId],
    ['not judged', row.held],
    ['service', row.service],
    ['process', pid === null ? null : `${String(pid)}${host === null ? '' : ` on ${host}`}`],
    ['session', row.session],
    ['trace', row.traceId],
    ['notes', row.notes.length === 0 ? null : row.notes.join(', ')],
  ];
  const state: Fact = ['state', { text: wordOf(row), tone: toneOfOperation(row) }];
  const shown = facts.flatMap(([label, text]): Fact[] =>
    text === null ? [] : [[label, { text }]],
  );
  return [
    { kind: 'facts', title: 'Operation', facts: [state, ...shown] },
    ...(events.length === 0
      ? []
      : [
          {
            kind: 'lines' as const,
            title: 'Events',
            lines: events.map((event) => lineOf(event, zone)),
          },
        ]),
  ];
}

function leftOf({ ms, lowMs, highMs, basis }: NonNullable<OperationRow['eta']>): string {
  const range =
    lowMs === highMs ? '' : `, between ${showDuration(lowMs)} and ${showDuration(highMs)}`;
  return `${showDuration(ms)}${range}${basis === 'history' ? ', as others took' : ''}`;
}

function lineOf(event: Event, zone: string): string {
  const { time, kind, current, total, message, status, reason } = event;
  const count =
    current === null ? null : `${String(current)}${total === null ? '' : ` of ${String(total)}`}`;
  return [showTime(time, zone, 'second'), kind, count, status, reason, message]
    .filter((word) => word !== null)
    .join('  ');
}
