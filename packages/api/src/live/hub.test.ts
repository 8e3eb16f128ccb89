import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished, describe, expect, test, vi } from 'vitest';
import type { Channel, Frame } from './channel.ts';
import { toFrame } from './frame.ts';
import { LiveHub, type LiveLimits } from './hub.ts';

/** A state with a version; each frame is the whole of it, `padding` letters long. */
class Counter implements Channel {
  readonly key: string;
  readonly #padding: string;
  readonly #listeners = new Set<() => void>();
  version = 0;
  reads = 0;
  frames: Buffer[] = [];

  constructor(key = 'counter', padding = 0) {
    this.key = key;
    this.#padding = 'x'.repeat(padding);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  read(since: string | undefined): Frame | undefined {
    this.reads++;
    if (since === String(this.version)) return undefined;
    const frame = toFrame('state', { is: this.#padding, version: this.version });
    this.frames.push(frame);
    return { id: String(this.version), frame, reset: false };
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  change(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}

interface Reader {
  readonly socket: Socket;
  text(): string;
  /** Version of the last whole state. */
  last(): number | undefined;
}

async function serve(channelOf: (url: string) => Channel, limits: Partial<LiveLimits> = {}) {
  const hub = new LiveHub({ firstMs: 1, intervalMs: 5, ...limits });
  const responses: ServerResponse[] = [];
  const refusals: unknown[] = [];
  const server = createServer((request, response) => {
    try {
      hub.follow(channelOf(request.url ?? ''), undefined, request, response);
      responses.push(response);
    } catch (error) {
      refusals.push(error);
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    hub.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const read = (url = '/'): Reader => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text = text.slice(-100_000) + piece;
    });
    socket.write(`GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    onTestFinished(() => void socket.destroy());
    return {
      socket,
      text: () => text,
      last: () => {
        const version = [...text.matchAll(/"version":(\d+)/gu)].at(-1)?.[1];
        return version === undefined ? undefined : Number(version);
      },
    };
  };
  return { hub, responses, refusals, read };
}

const until = <T>(check: () => T): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 5 });

test('all followers of a channel are given the same bytes, made once', async () => {
  const counter = new Counter();
  const { hub, read } = await serve(() => counter);
  const readers = Array.from({ length: 50 }, () => read());
  await until(() => expect(readers.map((one) => one.last())).toEqual(readers.map(() => 0)));
  expect(hub.followers).toBe(50);
  counter.frames = [];
  for (let i = 0; i < 20; i++) counter.change();
  await until(() => expect(readers.map((one) => one.last())).toEqual(readers.map(() => 20)));
  // Twenty changes at once are one frame.
  expect(counter.frames).toHaveLength(1);
  expect(readers[0]?.text()).toContain('Content-Type: text/event-stream');
});

test('changes are gathered between frames', async () => {
  const counter = new Counter();
  const { read } = await serve(() => counter, { intervalMs: 60 });
  const reader = read();
  await until(() => expect(reader.last()).toBe(0));
  counter.frames = [];
  const begin = performance.now();
  while (performance.now() - begin < 300) {
    counter.change();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until(() => expect(reader.last()).toBe(counter.version));
  expect(counter.version).toBeGreaterThan(20);
  expect(counter.frames.length).toBeLessThan(10);
});

test('S2-16 a reader that stops reading costs less than 1 MiB and ends at the newest state', async () => {
  const counter = new Counter('wide', 100_000);
  const { responses, read } = await serve(() => counter, { intervalMs: 1 });
  const slow = read();
  const quick = read();
  await until(() => expect([slow.last(), quick.last()]).toEqual([0, 0]));
  slow.socket.pause();
  const [response] = responses;
  let most = 0;
  // The buffers of the system take some MiB before any byte waits here.
  await until(async () => {
    const wanted = ++counter.version;
    counter.change();
    await until(() => expect(quick.last()).toBeGreaterThanOrEqual(wanted));
    most = Math.max(most, response?.writableLength ?? 0);
    expect(most).toBeGreaterThan(256 * 1024);
  });
  counter.frames = [];
  for (let i = 0; i < 20; i++) {
    counter.change();
    await until(() => expect(quick.last()).toBe(counter.version));
    most = Math.max(most, response?.writableLength ?? 0);
  }
  expect(most).toBeLessThan(1024 * 1024);
  slow.socket.resume();
  await until(() => expect(slow.last()).toBe(counter.version));
});

test('a reader that does not read for too long is ended, others hear that the stream lives', async () => {
  const counter = new Counter('wide', 400_000);
  const { hub, read } = await serve(() => counter, { intervalMs: 1, stuckMs: 100, silentMs: 100 });
  const idle = read();
  const slow = read();
  await until(() => expect([slow.last(), idle.last()]).toEqual([0, 0]));
  slow.socket.pause();
  await until(async () => {
    counter.change();
    await until(() => expect(idle.last()).toBe(counter.version));
    expect(hub.followers).toBe(1);
  });
  await until(() => expect(idle.text()).toContain('\r\n:\n\n'));
});

describe('there is a bound on', () => {
  test('followers: one more is told to come again', async () => {
    const { hub, refusals, read } = await serve(() => new Counter(), { followers: 3 });
    const readers = Array.from({ length: 3 }, () => read());
    await until(() => expect(hub.followers).toBe(3));
    read();
    await until(() => expect(refusals).toMatchObject([{ code: 'STREAM_FULL', status: 503 }]));
    readers[0]?.socket.destroy();
    await until(() => expect(hub.followers).toBe(2));
    read();
    await until(() => expect(hub.followers).toBe(3));
  });

  test('followers, unless the server says otherwise 2,000', async () => {
    const { hub, refusals, read } = await serve(() => new Counter());
    for (let count = 100; count <= 2000; count += 100) {
      for (let i = 0; i < 100; i++) read();
      await until(() => expect(hub.followers).toBe(count));
    }
    expect(refusals).toEqual([]);
    read();
    await until(() => expect(refusals).toMatchObject([{ code: 'STREAM_FULL' }]));
  });

  test('different questions', async () => {
    const { hub, refusals, read } = await serve((url) => new Counter(url), { channels: 2 });
    for (const url of ['/a', '/b', '/a']) read(url);
    await until(() => expect(hub.followers).toBe(3));
    read('/c');
    await until(() => expect(refusals).toMatchObject([{ code: 'STREAM_FULL' }]));
  });
});

test('a channel that nobody follows any more is let go', async () => {
  const counter = new Counter();
  const { hub, read } = await serve(() => counter);
  const readers = [read(), read()];
  await until(() => expect([hub.followers, counter.listeners]).toEqual([2, 1]));
  for (const { socket } of readers) socket.destroy();
  await until(() => expect([hub.followers, counter.listeners]).toEqual([0, 0]));
});

test('when the server stops, streams end and new ones are refused', async () => {
  const counter = new Counter();
  const { hub, refusals, read } = await serve(() => counter);
  const reader = read();
  await until(() => expect(reader.last()).toBe(0));
  hub.close();
  await until(() => expect(reader.text()).toMatch(/\r\n0\r\n\r\n$/u));
  read();
  await until(() => expect(refusals).toMatchObject([{ code: 'NOT_READY', status: 503 }]));
  await until(() => expect([hub.followers, counter.listeners]).toEqual([0, 0]));
});
