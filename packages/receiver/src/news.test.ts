/** When listeners hear of operations: once the journal holds the request, again when it is read from there, and never before. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { News } from './news.ts';
import type { OperationEvent } from './operation-event.ts';
import { openReceiver, type Receiver, type ReceiverOptions } from './receiver.ts';
import { logRequestOf, toLogJson } from './testing/log-model.ts';
import { MemoryStore } from './testing/memory-store.ts';

let journalDir: string;

beforeEach(async () => {
  journalDir = await mkdtemp(path.join(tmpdir(), 'news-'));
});

afterEach(async () => {
  await rm(journalDir, { recursive: true, force: true });
});

interface Listening {
  readonly receiver: Receiver;
  /** What was heard: the ids of a request's operations, and `again` where it was read from the journal. */
  readonly heard: string[];
  readonly troubles: string[];
  readonly send: (...ids: readonly string[]) => Promise<number>;
}

async function open(
  store: MemoryStore,
  options: Partial<ReceiverOptions> = {},
): Promise<Listening> {
  const heard: string[] = [];
  const troubles: string[] = [];
  const receiver = await openReceiver({
    store,
    journalDir,
    landAfterMs: 5,
    timeouts: { closeMs: 200 },
    onTrouble: (message) => troubles.push(message),
    onOperations: (events, isReplay) =>
      heard.push(`${events.map(({ id }) => id).join(' ')}${isReplay ? ' again' : ''}`),
    ...options,
  });
  const port = await receiver.listenHttp('127.0.0.1', 0);
  return {
    receiver,
    heard,
    troubles,
    send: async (...ids) => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/logs`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: toLogJson(
          logRequestOf(
            {},
            ...ids.map((id) => ({
              eventName: 'feature.operation.heartbeat',
              attributes: [['feature.operation.id', { string: id }] as const],
            })),
          ),
        ),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}

test('a request is heard of when its sender is answered, with all its operations at once and without waiting for a landing', async () => {
  const store = new MemoryStore();
  const { receiver, heard, send } = await open(store, { landAfterMs: 60_000 });
  expect(await send('a', 'b', 'a')).toBe(200);
  expect(heard).toEqual(['a b a']);
  expect(store.position.record).toBe(0n);
  expect(await send()).toBe(200);
  expect(await send('c')).toBe(200);
  expect(heard).toEqual(['a b a', 'c']);
  // The same bytes again are the same request.
  expect(await send('c')).toBe(200);
  expect(heard).toEqual(['a b a', 'c']);
  await receiver.close();
});

test('what a killed server had taken and not landed is heard of again by the next, and what had landed is not', async () => {
  const store = new MemoryStore();
  const first = await open(store);
  await first.send('landed');
  await first.receiver.flush();
  store.frozen = true;
  await first.send('a', 'b');
  await first.send('c');
  expect(first.heard).toEqual(['landed', 'a b', 'c']);
  // As a crash leaves it: nothing of the first process comes any more.
  const left = new MemoryStore();
  left.position = store.position;
  left.requests = store.requests;
  const second = await open(left);
  expect(second.heard).toEqual(['a b again', 'c again']);
  await second.send('d');
  expect(second.heard).toEqual(['a b again', 'c again', 'd']);
  await second.receiver.close();
  const third = await open(left);
  expect(third.heard).toEqual([]);
  await third.receiver.close();
});

test('a failed landing has what was taken read again, whether it had been heard of or not', async () => {
  const store = new MemoryStore();
  const { receiver, heard, send } = await open(store);
  store.failures = 1;
  await send('a');
  await vi.waitFor(() => expect(heard).toEqual(['a', 'a again']));
  await vi.waitFor(() => expect(receiver.failure).toBeUndefined());
  await receiver.close();
});

test('a request that the journal does not get to hold is not heard of', async () => {
  const store = new MemoryStore();
  const { receiver, heard, send } = await open(store, { landAfterMs: 60_000 });
  await rm(journalDir, { recursive: true });
  expect(await send('lost')).toBe(503);
  expect(heard).toEqual([]);
  await vi.waitFor(async () => expect(await send('lost')).toBe(200), { timeout: 5000 });
  expect(heard.at(-1)).toBe('lost');
  await receiver.close();
});

test('each landing is heard of, and there is more to read then', async () => {
  const store = new MemoryStore();
  const seen: bigint[] = [];
  const { receiver, send } = await open(store, {
    landAfterMs: 60_000,
    onLanded: () => seen.push(store.position.record),
  });
  await send('a');
  expect(seen).toEqual([]);
  await receiver.flush();
  expect(seen).toEqual([2n]);
  await send('b');
  await receiver.close();
  expect(seen).toEqual([2n, 3n]);
});

test.each([
  [
    'throw',
    (): void => {
      throw new Error('no');
    },
  ],
  ['reject', (): Promise<void> => Promise.reject(new Error('no'))],
])('listeners that %s keep nothing from being taken in and landed', async (_how, fail) => {
  const store = new MemoryStore();
  const { receiver, troubles, send } = await open(store, { onOperations: fail, onLanded: fail });
  expect(await send('a')).toBe(200);
  await receiver.flush();
  expect(await send('b')).toBe(200);
  await receiver.close();
  expect(store.position.record).toBe(3n);
  expect(new Set(troubles)).toEqual(new Set(['what was received could not be handed on']));
});

test('what landed although the journal does not hold it is heard of once that is known, and only that', async () => {
  const heard: string[] = [];
  const news = new News({
    onOperations: ([event], isReplay) => heard.push(`${event?.id} ${isReplay}`),
    onTrouble: () => undefined,
  });
  const events = (id: string): OperationEvent[] => [{ id } as OperationEvent];
  const failed = Promise.reject(new Error('no space'));
  news.tellWhen(failed, 6n, events('landed'));
  news.tellWhen(failed, 7n, events('refused'));
  news.tellWhen(Promise.resolve(), 8n, events('held'));
  await failed.catch(() => undefined);
  expect(heard).toEqual(['held false']);
  news.tellLanded(7n);
  news.tellLanded(9n);
  expect(heard).toEqual(['held false', 'landed true']);
});
