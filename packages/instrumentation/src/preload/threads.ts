/** Brings home what worker threads hold when the process ends: Node stops them without asking their exit handlers. */
import {
  BroadcastChannel,
  isMainThread,
  receiveMessageOnPort,
  threadId,
  type Worker,
} from 'node:worker_threads';
import { LONGEST_EXIT_MS, sendAllNow } from '../host/exit.ts';

/** The worker threads in which the preload runs, seen from the main thread. */
export interface Threads {
  /** Lets them send what waits, within 2 s. Never rejects. */
  flush(this: void): Promise<void>;
  /** How many there are. */
  count(this: void): number;
}

/**
 * On the main thread: learns of the workers, and asks them at its exit. `flush` is what a worker does when asked to
 * send; without workers nothing is asked and nothing waited for. Keeps no thread alive.
 */
export function connectThreads(flush: () => Promise<void>): Threads {
  const channel = new BroadcastChannel(CHANNEL);
  return isMainThread ? watchWorkers(channel) : serveMain(channel, flush);
}

// The number rises when the messages change: a process may hold two versions of this package.
const CHANNEL = 'heartwood threads 1';

// A worker in a long calculation hears nothing: what it holds is not worth more than this to people who wait.
const LONGEST_SILENCE_MS = 250;

type Message =
  | { readonly kind: 'hello' | 'bye' | 'flushed'; readonly thread: number }
  | { readonly kind: 'flush' }
  /** Two counters: workers that have heard it, and workers that are done. */
  | { readonly kind: 'end'; readonly counters: SharedArrayBuffer };

function serveMain(channel: BroadcastChannel, flush: () => Promise<void>): Threads {
  const say = (kind: 'hello' | 'bye' | 'flushed'): void => {
    send(channel, { kind, thread: threadId });
  };
  receive(channel, (message) => {
    if (message.kind === 'flush') {
      void flush().finally(() => say('flushed'));
    } else if (message.kind === 'end') {
      const counters = new Int32Array(message.counters);
      count(counters, HEARD);
      sendAllNow();
      count(counters, DONE);
    }
  });
  process.on('exit', () => say('bye'));
  say('hello');
  return { flush: () => Promise.resolve(), count: () => 0 };
}

function watchWorkers(channel: BroadcastChannel): Threads {
  const threads = new Set<number>();
  const asked = new Map<() => void, Set<number>>();
  const gone = (thread: number): void => {
    for (const [done, open] of asked) {
      open.delete(thread);
      if (open.size === 0) done();
    }
  };
  const note = (message: Message): void => {
    if (message.kind === 'hello') threads.add(message.thread);
    if (message.kind === 'bye') threads.delete(message.thread);
    if (message.kind === 'bye' || message.kind === 'flushed') gone(message.thread);
  };
  receive(channel, note);
  // A terminated worker says no word.
  process.on('worker', (worker: Worker) => {
    const thread = worker.threadId;
    worker.once('exit', () => {
      threads.delete(thread);
      gone(thread);
    });
  });
  let end: { readonly counters: Int32Array; readonly workers: number } | undefined;
  process.prependListener('exit', () => {
    for (let next = take(channel); next !== undefined; next = take(channel)) note(next);
    if (threads.size === 0) return;
    const shared = new SharedArrayBuffer(8);
    send(channel, { kind: 'end', counters: shared });
    end = { counters: new Int32Array(shared), workers: threads.size };
  });
  // Waited for after all else has been done here, while they were at it.
  process.on('exit', () => {
    if (end === undefined) return;
    const { counters, workers } = end;
    const until = Date.now() + LONGEST_EXIT_MS;
    const heard = waitFor(counters, HEARD, workers, Date.now() + LONGEST_SILENCE_MS);
    waitFor(counters, DONE, heard, until);
  });
  return {
    count: () => threads.size,
    async flush() {
      if (threads.size === 0) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          asked.delete(done);
          resolve();
        };
        const timer = setTimeout(done, LONGEST_EXIT_MS);
        asked.set(done, new Set(threads));
        send(channel, { kind: 'flush' });
      });
    },
  };
}

const HEARD = 0;
const DONE = 1;

function count(counters: Int32Array, index: number): void {
  Atomics.add(counters, index, 1);
  Atomics.notify(counters, index);
}

/** Stands still until the counter has reached `most`; says how far it came. */
function waitFor(counters: Int32Array, index: number, most: number, until: number): number {
  for (;;) {
    const have = Atomics.load(counters, index);
    const leftMs = until - Date.now();
    if (have >= most || leftMs <= 0) return have;
    Atomics.wait(counters, index, have, leftMs);
  }
}

function send(channel: BroadcastChannel, message: Message): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  channel.postMessage(message);
}

function receive(channel: BroadcastChannel, take: (message: Message) => void): void {
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the types of Node know no other
  channel.onmessage = (event) => take((event as { data: Message }).data);
  // Listening would keep the thread alive.
  channel.unref();
}

/** A message that has come while nothing asynchronous ran. */
function take(channel: BroadcastChannel): Message | undefined {
  const received: unknown = receiveMessageOnPort(channel as never);
  return (received as { readonly message: Message } | undefined)?.message;
}
