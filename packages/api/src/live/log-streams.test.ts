import type { Reader, ReadOptions, Store } from '@heartwood/store';
import { Batch } from '@heartwood/store/batch';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openTestStore } from '../../../kpi/src/testing/world.ts';
import { writeRow } from '../../../store/src/testing/write-row.ts';
import { createApp } from '../app.ts';
import { createClient, type StreamEventOf } from '../client.ts';
import { listen, sendRaw, type TestServer } from '../testing/server.ts';
import { LiveHub } from './hub.ts';
import { LogStreams } from './log-streams.ts';

type Event = StreamEventOf<'/api/v1/logs/stream'>;

const DAY_NS = 86_400_000_000_000n;
const OLD_NS = BigInt(Date.UTC(2026, 9, 1)) * 1_000_000n;

let store: Store;
let logs: LogStreams;
let hub: LiveHub;
let server: TestServer;
let nextSeq = 1n;
let record = 1n;

beforeAll(async () => {
  store = await openTestStore();
  await land(['before']);
  server = await open();
});
afterAll(async () => {
  await server.close();
  await store.close();
});

/** A server over the same data; its streams are those that {@link land} tells. */
async function open(reader: Reader = store): Promise<TestServer> {
  logs = new LogStreams(reader);
  hub = new LiveHub({ firstMs: 1, intervalMs: 5 });
  const streams = hub;
  const opened = await listen(createApp({ reader: store, version: '1', live: { hub, logs } }));
  return {
    ...opened,
    close: async () => {
      streams.close();
      await opened.close();
    },
  };
}

/** Lands records with these bodies. */
async function land(bodies: readonly string[], timeNs = OLD_NS): Promise<void> {
  const batch = new Batch(bodies.length);
  for (const body of bodies) {
    const seq = nextSeq++;
    const time = { time: timeNs, observed_time: timeNs, received_time: timeNs };
    writeRow(batch.logs, { ...time, seq, severity_number: 9, body, attributes: '{}' });
  }
  await store.land(batch, { record: record++, rows: 0 });
  logs?.landed();
}

interface Follow {
  readonly events: Event[];
  bodies(): (string | null)[];
  /** Id to go on behind. */
  last(): string | undefined;
  stop(): void;
}

function follow(text?: string, lastEventId?: string): Follow {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const events: Event[] = [];
  const { baseUrl } = server;
  const read = async (): Promise<void> => {
    const stream = createClient({ baseUrl }).follow('/api/v1/logs/stream', {
      query: { text, lastEventId },
      signal: stop.signal,
    });
    for await (const event of stream) events.push(event);
  };
  read().catch(() => undefined);
  return {
    events,
    bodies: () => events.flatMap((one) => (one.event === 'log' ? [one.data.body] : [])),
    last: () => events.at(-1)?.id,
    stop: () => stop.abort(),
  };
}

const until = <T>(check: () => T): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 5 });

const started = async (one: Follow): Promise<Follow> => {
  await until(() => expect(one.events).not.toHaveLength(0));
  return one;
};

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${String(index)}`);

test('S2-02 S2-20 a follower is given what lands from now on and passes its filter', async () => {
  const all = await started(follow());
  const some = await started(follow('apple'));
  expect(all.events).toEqual([
    {
      event: 'start',
      id: String(nextSeq - 1n),
      data: { seq: String(nextSeq - 1n), behind: 0, reset: false },
    },
  ]);
  await land(['apple', 'pear']);
  await until(() => expect(all.bodies()).toEqual(['apple', 'pear']));
  await land(['plum', 'Apples']);
  await until(() => expect(all.bodies()).toEqual(['apple', 'pear', 'plum', 'Apples']));
  await until(() => expect(some.bodies()).toEqual(['apple', 'Apples']));
});

describe('who comes back with the last id misses nothing and gets nothing twice', () => {
  test('on the same server, whatever was followed meanwhile', async () => {
    const other = await started(follow('x'));
    const first = await started(follow('x'));
    await land(['x 1', 'y', 'x 2']);
    await until(() => expect(first.bodies()).toEqual(['x 1', 'x 2']));
    first.stop();
    await land(['x 3', 'y', 'x 4']);
    await until(() => expect(other.bodies()).toHaveLength(4));
    const second = follow('x', first.last());
    await until(() => expect(second.bodies()).toEqual(['x 3', 'x 4']));
    expect(second.events[0]).toMatchObject({ event: 'start', data: { behind: 2, reset: false } });
    await land(['x 5']);
    await until(() => expect(second.bodies()).toEqual(['x 3', 'x 4', 'x 5']));
  });

  test('on the next server, with more to catch up than one answer holds, some of it archived', async () => {
    const first = await started(follow('z'));
    await land(['z first']);
    await until(() => expect(first.bodies()).toEqual(['z first']));
    const id = first.last();
    first.stop();
    await server.close();
    const away = numbered('z', 1700);
    await land(away.slice(0, 900), OLD_NS - 40n * DAY_NS);
    const archive = { leastRows: 1 };
    const nowMs = Number(OLD_NS / 1_000_000n);
    await store.keepUp({ nowMs, keepDays: 0, hotDays: 1, maxBytes: 0, otherBytes: 0, archive });
    await land(away.slice(900));
    server = await open();
    const second = follow('z', id);
    await until(() => expect(second.bodies()).toHaveLength(away.length));
    expect(second.bodies()).toEqual(away);
    expect(second.events[0]).toMatchObject({ data: { behind: away.length } });
    await land(['z again']);
    await until(() => expect(second.bodies().at(-1)).toBe('z again'));
    expect(second.bodies()).toHaveLength(away.length + 1);
  });
});

test('of more than 500 in a second the newest are given and the others counted', async () => {
  const all = await started(follow('flood'));
  const flood = numbered('flood', 1234);
  await land(flood);
  await until(() => expect(all.bodies()).toHaveLength(500));
  expect(all.bodies()).toEqual(flood.slice(-500));
  expect(all.events[1]).toMatchObject({ event: 'skipped', data: { records: 734 } });
  // Whoever comes back from before is given all.
  const again = follow('flood', all.events[0]?.id);
  await until(() => expect(again.bodies()).toEqual(flood));
});

test('an id from the future begins anew and says so', async () => {
  const one = await started(follow(undefined, '9000000000000000000'));
  expect(one.events).toMatchObject([{ event: 'start', data: { behind: 0, reset: true } }]);
  await land(['after']);
  await until(() => expect(one.bodies()).toEqual(['after']));
});

describe('one who asks for too much', () => {
  /** Questions for pages behind the first record that are under way. */
  let hanging: (() => void)[] = [];
  let asked = 0;

  /** Followed meanwhile: a server over a store that is too slow for such pages. */
  async function openSlow(): Promise<void> {
    await server.close();
    hanging = [];
    asked = 0;
    type Tail = Parameters<typeof store.read<'log/tail'>>[1];
    const read = ((name: 'log/tail', params: Tail, options?: ReadOptions) => {
      if (name !== 'log/tail' || params.after !== 1n) return store.read(name, params, options);
      asked++;
      return new Promise((_, reject) => {
        hanging.push(() => reject(new Error('too slow')));
      });
    }) as Reader['read'];
    const isSummed: Reader['isSummed'] = (selector) => store.isSummed(selector);
    const ask: Reader['ask'] = (question, options) => store.ask(question, options);
    server = await open({ exactRuns: store.exactRuns, isSummed, ask, read });
  }

  test('holds up nobody, and is told to begin anew when the third try fails', async () => {
    await openSlow();
    const other = await started(follow('kiwi'));
    const same = await started(follow('fig'));
    const greedy = follow('fig', '1');
    for (let tries = 1; tries <= 3; tries++) {
      await until(() => expect(hanging).toHaveLength(1));
      const body = `kiwi and fig ${String(tries)}`;
      await land([body]);
      await until(() => expect(other.bodies()).toHaveLength(tries));
      await until(() => expect(same.bodies()).toHaveLength(tries));
      expect(greedy.events).toEqual([]);
      hanging.pop()?.();
    }
    await until(() =>
      expect(greedy.events).toMatchObject([{ event: 'start', data: { reset: true } }]),
    );
    await land(['fig at last']);
    await until(() => expect(greedy.bodies()).toEqual(['fig at last']));
    expect(asked).toBe(3);
  });

  test('is forgotten when it leaves', async () => {
    await openSlow();
    const other = await started(follow('fig'));
    const greedy = follow('fig', '1');
    await until(() => expect(hanging).toHaveLength(1));
    const { followers } = hub;
    greedy.stop();
    await until(() => expect(hub.followers).toBe(followers - 1));
    hanging.pop()?.();
    // Another page, which is asked for when the time to try again has come.
    const late = follow('fig', '2');
    await started(late);
    await land(['fig']);
    await until(() => expect(other.bodies()).toEqual(['fig']));
    expect(asked).toBe(1);
  });

  test('begins anew when millions of records have arrived since', async () => {
    await openSlow();
    nextSeq += 5_000_001n;
    await land(['grape']);
    const one = await started(follow('grape', '1'));
    expect(one.events).toMatchObject([{ event: 'start', data: { behind: 0, reset: true } }]);
    await land(['grape 2']);
    await until(() => expect(one.bodies()).toEqual(['grape 2']));
    expect(asked).toBe(0);
  });
});

test('one record of a megabyte is given whole, and those beside it', async () => {
  const one = await started(follow('big'));
  const big = `big ${'x'.repeat(1_000_000)}`;
  const bodies = [big, 'big 2', big, big, big, 'big 3', big];
  await land(bodies);
  await until(() =>
    expect(one.bodies().map((body) => body?.length)).toEqual(bodies.map((body) => body.length)),
  );
});

describe('before anything is sent it refuses', () => {
  test.each([
    ['lastEventId=x', 400, 'STREAM_ID_INVALID'],
    ['pattern=a(', 400, 'PATTERN_INVALID'],
    ['attribute=a', 400, 'ATTRIBUTE_INVALID'],
    ['token=secret', 400, 'PARAMETER_UNKNOWN'],
    ['since=1h', 400, 'PARAMETER_UNKNOWN'],
  ])('%s with %i %s', async (query, status, code) => {
    const answer = await sendRaw(server.port, `/api/v1/logs/stream?${query}`);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
  });

  test('one follower too many, with the time after which to come again', async () => {
    const hub = new LiveHub({ followers: 0 });
    const app = createApp({ reader: store, version: '1', live: { hub, logs } });
    const crowded = await listen(app);
    onTestFinished(() => crowded.close());
    const answer = await sendRaw(crowded.port, '/api/v1/logs/stream');
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'STREAM_FULL', status: 503 });
    expect(answer.headers['retry-after']).toBe('5');
  });
});

test('HEAD tells the type and ends', async () => {
  const { headers } = await sendRaw(server.port, '/api/v1/logs/stream', { method: 'HEAD' });
  expect(headers['content-type']).toContain('text/event-stream');
});
