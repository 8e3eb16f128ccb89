/** Lists of operations, page by page, over a board and the store that it keeps them in. */
import type { Store, StoreJob } from '@heartwood/store';
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from 'vitest';
import { createTestBoard, type TestBoard } from '../testing/operation-board.ts';
import { operationEvent, START_MS } from '../testing/operation-events.ts';
import { openTestStore } from '../testing/world.ts';
import { parseWindow } from '../window.ts';
import {
  readOperation,
  readOperations,
  type OperationPage,
  type OperationQuestion,
} from './operations.ts';
import { createStoredSource } from './stored-source.ts';

let store: Store;
let on: TestBoard;
/** Set to make the store keep nothing. */
let isFull: boolean;

beforeEach(async () => {
  store = await openTestStore();
  isFull = false;
  const keep = (job: StoreJob): Promise<void> =>
    isFull ? Promise.reject(new Error('the disk is full')) : store.apply(job);
  on = createTestBoard({ source: createStoredSource(store), keep });
  await on.board.load();
});
afterEach(() => store.close());

function readPage(
  cursor?: string,
  limit = 2,
  question: OperationQuestion = {},
): Promise<OperationPage> {
  const nowMs = START_MS + on.clock.ms;
  const window = parseWindow({ since: '7d' }, nowMs);
  return readOperations(store, on.board, window, question, { limit, cursor, nowMs });
}

/** All pages, one after the other. */
async function readAll(): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page++) {
    const { rows, nextCursor } = await readPage(cursor);
    ids.push(...rows.map(({ id }) => id));
    cursor = nextCursor ?? undefined;
  }
  return ids;
}

async function passTo(ms: number): Promise<void> {
  while (on.clock.ms < ms) {
    on.passTo(Math.min(ms, on.clock.ms + 5000));
    await on.board.flush(false);
  }
}

/** One after the other, each with a beginning and an end. */
function tellShort(...ids: string[]): void {
  for (const id of ids) {
    const given = { id, current: 5, description: `all of ${id}` };
    on.tell(operationEvent('start', on.clock.ms, given));
    on.tell(operationEvent('end', on.clock.ms, { ...given, status: 'success' }));
  }
}

test('an operation that is over stands once on the pages, in its place, while its row waits to be written again', async () => {
  on.tell(operationEvent('start', 0, { id: 'whole' }));
  on.tell(operationEvent('start', 0, { id: 'part', parentId: 'whole' }));
  on.tell(operationEvent('end', 0, { id: 'whole' }));
  on.tell(operationEvent('end', 0, { id: 'part', parentId: 'whole' }));
  tellShort('a', 'b', 'c');
  await passTo(5000);
  const inOrder = ['c', 'b', 'a', 'part', 'whole'];
  expect(await readAll()).toEqual(inOrder);
  isFull = true;
  on.passTo(125_000);
  expect(on.board.get('part')).toBeUndefined();
  await expect(on.board.flush(false)).rejects.toThrow('the disk is full');
  expect(await readAll()).toEqual(inOrder);
  const told = await readPage(undefined, 10);
  expect(told.rows.at(-1)).toMatchObject({ id: 'whole', children: { ended: 1 } });
  // A late word of one that is over changes its row, too.
  on.tell(operationEvent('progress', 125_000, { id: 'whole', current: 7 }));
  expect(await readAll()).toEqual(inOrder);
});

test('what has just ended is listed before it is kept, and in its place then', async () => {
  tellShort('a', 'b');
  on.passTo(1000);
  expect(await readAll()).toEqual(['a', 'b']);
  await passTo(2000);
  expect(await readAll()).toEqual(['b', 'a']);
});

test('one that is kept while the page is read stands on it once', async () => {
  tellShort('a', 'b');
  on.passTo(1000);
  const read = vi.spyOn(store, 'read');
  read.mockImplementationOnce(async (...asked) => {
    await on.board.flush(false);
    return store.read(...asked);
  });
  const { rows } = await readPage(undefined, 10);
  expect(rows.map(({ id }) => id).toSorted()).toEqual(['a', 'b']);
});

test('one of which an event comes again is listed as it is kept, and one that was never heard of at once', async () => {
  tellShort('a', 'b', 'c');
  const [, end] = on.store.rows;
  await passTo(300_000);
  expect(on.board.get('a')).toBeUndefined();
  on.tell(...(end === undefined ? [] : [{ ...end, description: undefined, current: undefined }]));
  const alone = { nowMs: START_MS + on.clock.ms };
  expect(await readOperation(store, on.board, 'a', alone)).toMatchObject({ current: 5 });
  on.tell(operationEvent('start', 0, { id: 'b' }));
  on.tell(operationEvent('end', 0, { id: 'late', status: 'failed' }));
  expect(await readAll()).toEqual(['late', 'c', 'b', 'a']);
  const { rows } = await readPage('9'.repeat(18), 10);
  expect(rows.at(-1)).toMatchObject({
    id: 'a',
    description: 'all of a',
    current: 5,
    notes: ['late'],
  });
});

test('the memory is looked through for a service only where nothing was found of it', async () => {
  tellShort('a');
  on.passTo(1000);
  const list = vi.spyOn(on.board, 'list');
  const { rows } = await readPage(undefined, 10, { service: 'importer' });
  expect(rows).toHaveLength(1);
  expect(list).not.toHaveBeenCalled();
  const nothing = await readPage(undefined, 10, { service: 'importer', state: 'paused' });
  expect([nothing.rows, list.mock.calls.length]).toEqual([[], 1]);
  await expect(readPage(undefined, 10, { service: 'never' })).rejects.toMatchObject({
    code: 'SERVICE_UNKNOWN',
  });
});

describe('while the store cannot be read', () => {
  let read: MockInstance<Store['read']>;
  const asked = (): number =>
    read.mock.calls.filter(([name]) => name === 'operation/closed').length;
  const alone = { nowMs: START_MS };
  const running = { state: 'running' } as const;

  beforeEach(() => {
    on.tell(operationEvent('start', 0, { id: 'runs' }));
    on.tell(operationEvent('end', 0, { id: 'late', status: 'failed' }));
    read = vi.spyOn(store, 'read').mockRejectedValue(new Error('no reads now'));
  });

  test('what runs is told from memory, and a list says that it is', async () => {
    const { rows, warnings } = await readPage(undefined, 10, running);
    expect(rows.map(({ id }) => id)).toEqual(['runs']);
    expect(warnings).toEqual([expect.stringContaining('the store could not be asked')]);
    expect(asked()).toBe(1);
    expect(await readOperation(store, on.board, 'runs', alone)).toMatchObject({ id: 'runs' });
    expect(asked()).toBe(1);
  });

  test('what only the store knows is not told', async () => {
    await expect(readPage(undefined, 10)).rejects.toThrow('no reads now');
    await expect(readOperation(store, on.board, 'late', alone)).rejects.toThrow('no reads now');
  });

  test('those who ask at once wait for one answer, and one who leaves takes it from nobody', async () => {
    let answer: (rows: never[]) => void = () => undefined;
    read.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const leaving = new AbortController();
    const left = on.board.check(leaving.signal);
    const pages = [1, 2, 3].map(() => readPage(undefined, 10, running));
    leaving.abort(new Error('has left'));
    await expect(left).rejects.toThrow('has left');
    await expect(on.board.check(leaving.signal)).rejects.toThrow('has left');
    answer([]);
    for (const { rows, warnings } of await Promise.all(pages))
      expect([rows.length, warnings]).toEqual([1, []]);
    expect(asked()).toBe(1);
  });
});
