/** Events and lists of operations: whatever the app's clock says, however many there are of one time. */
import type { Reader } from '@heartwood/store';
import { expect, test } from 'vitest';
import { createTestBoard } from '../testing/operation-board.ts';
import { operationEvent, START_MS, toNs } from '../testing/operation-events.ts';
import { parseWindow } from '../window.ts';
import type { OperationEventLike } from './operation-event.ts';
import { readOperationEvents } from './operation-events.ts';
import { readOperations } from './operations.ts';

const HOUR_MS = 3_600_000;

interface Asked {
  readonly from: bigint;
  readonly to: bigint;
  readonly after?: bigint | undefined;
  readonly limit: number;
}

/** Answers as the query is defined; rows are of these times and of numbers from 1. */
function readerOf(times: readonly bigint[]): Reader {
  const rows = times.map((time, index) => ({
    seq: String(index + 1),
    time: String(time),
    receivedTime: String(time),
    event: 'feature.operation.progress',
    attributes: '{"feature.operation.id":"op"}',
  }));
  const read = async (query: string, { from, to, after, limit }: Asked) =>
    query === 'operation/events'
      ? rows
          .filter(({ time }) => BigInt(time) >= from && BigInt(time) < to)
          .filter(
            ({ seq, time }) => after === undefined || BigInt(time) > from || BigInt(seq) > after,
          )
          .slice(0, limit)
      : [];
  return { read } as unknown as Reader;
}

async function boardOf(...events: Parameters<ReturnType<typeof createTestBoard>['tell']>) {
  const on = createTestBoard();
  await on.board.load();
  on.tell(...events);
  on.passTo(5000);
  return on;
}

test.each([
  ['three hours ahead', 3 * HOUR_MS, 0],
  ['three hours behind', -3 * HOUR_MS, 0],
  ['set right from three hours behind', -3 * HOUR_MS, 3 * HOUR_MS],
  ['set right from three hours ahead', 3 * HOUR_MS, -3 * HOUR_MS],
])('all events are found of an app whose clock is %s', async (_case, startMs, jumpMs) => {
  const laterMs = startMs + jumpMs + 1000;
  const { board } = await boardOf(
    operationEvent('start', startMs, { sequence: 0, elapsedS: 0 }),
    operationEvent('progress', laterMs, { sequence: 1, elapsedS: 1 }),
  );
  const times = [startMs, laterMs].map((ms) => toNs(START_MS + ms));
  const options = { nowMs: START_MS + 5000, limit: 10, cursor: undefined };
  const { rows } = await readOperationEvents(readerOf(times), board, 'op', options);
  expect(rows).toHaveLength(2);
});

test('pages go through more events of one time than are on a page', async () => {
  const { board } = await boardOf(operationEvent('start', 0, { sequence: 0, elapsedS: 0 }));
  const reader = readerOf([0, 0, 0, 0, 0, 1, 1].map((ms) => toNs(START_MS + ms)));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const options = { nowMs: START_MS + 5000, limit: 2, cursor };
    const page = await readOperationEvents(reader, board, 'op', options);
    seen.push(...page.rows.map(({ seq }) => seq));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && seen.length < 20);
  expect(seen).toEqual(['1', '2', '3', '4', '5', '6', '7']);
});

test('ended ones that began outside the window take no place of those inside', async () => {
  const ended = (id: string, startMs: number): OperationEventLike[] => [
    operationEvent('start', startMs, { id, sequence: 0, elapsedS: 0 }),
    operationEvent('end', startMs + 1000, { id, sequence: 1, elapsedS: 1, status: 'success' }),
  ];
  const { board } = await boardOf(...ended('inside', 0), ...ended('later', HOUR_MS));
  const window = parseWindow(
    {
      from: new Date(START_MS - HOUR_MS).toISOString(),
      to: new Date(START_MS + HOUR_MS).toISOString(),
    },
    START_MS + HOUR_MS,
  );
  const options = { nowMs: START_MS + 5000, limit: 1, cursor: undefined };
  const { rows } = await readOperations(readerOf([]), board, window, {}, options);
  expect(rows.map(({ id }) => id)).toEqual(['inside']);
});
