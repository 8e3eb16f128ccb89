/** When a loop sends and when it rests, with a sender that answers as told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendLoop, type Outcome } from './loop.ts';
import type { Parcel, ParcelQueue } from './parcel.ts';
import type { Sent } from './sender.ts';

/** Parcels of one record each. */
class Line implements ParcelQueue {
  recordCount: number;
  readonly sizeBytes = 0;
  readonly fullBatches = 0;
  readonly #toRequest: () => Uint8Array;

  constructor(recordCount: number, toRequest: () => Uint8Array = () => new Uint8Array()) {
    this.recordCount = recordCount;
    this.#toRequest = toRequest;
  }

  take(): Parcel | undefined {
    if (this.recordCount === 0) return undefined;
    return { recordCount: 1, resourcesReady: async () => {}, toRequest: this.#toRequest };
  }

  remove(): void {
    this.recordCount -= 1;
  }

  putBack(): void {}

  splitHead(): boolean {
    return false;
  }

  clear(): number {
    return 0;
  }
}

function loopOf(
  queue: ParcelQueue,
  answer: () => Sent,
): { loop: SendLoop; outcomes: Outcome[]; asked: () => number; requests: () => number } {
  const outcomes: Outcome[] = [];
  let asked = 0;
  let requests = 0;
  const loop = new SendLoop({
    queue,
    sender: {
      send: () => {
        requests += 1;
        return Promise.resolve(answer());
      },
      letGo() {},
      close() {},
    },
    delayMs: () => {
      asked += 1;
      return 0;
    },
    resourceTimeoutMs: 1000,
    onSent: (_parcel, outcome) => outcomes.push(outcome),
  });
  return { loop, outcomes, asked: () => asked, requests: () => requests };
}

const DELIVERED: Sent = { kind: 'delivered', rejected: 0, message: '' };

describe('a loop that sends without delay', () => {
  it('rests when nothing waits', async () => {
    const { loop, outcomes, asked } = loopOf(new Line(3), () => DELIVERED);
    loop.wake();
    await vi.waitFor(() => expect(outcomes).toHaveLength(3));
    const before = asked();
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(asked()).toBe(before);
  });

  it('gives up what no request can be made of, and sends the rest', async () => {
    let made = 0;
    const queue = new Line(3, () => {
      made += 1;
      if (made === 2) throw new TypeError('no text');
      return new Uint8Array();
    });
    const { loop, outcomes, requests } = loopOf(queue, () => DELIVERED);
    await loop.flush({ timeoutMs: 5000, final: false });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'encoding_failed', 'delivered']);
    expect(requests()).toBe(2);
    expect(queue.recordCount).toBe(0);
  });

  it('takes a sender that throws for one that could not make a request', async () => {
    const queue = new Line(1);
    const { loop, outcomes } = loopOf(queue, () => {
      throw new Error('broken');
    });
    await loop.flush({ timeoutMs: 5000, final: false });
    expect(outcomes).toEqual([{ kind: 'encoding_failed', reason: 'Error: broken' }]);
  });
});

describe('a receiver that is busy', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it.each<[string, number | undefined, number]>([
    ['says nothing', undefined, 7],
    ['asks for no pause', 0, 7],
    ['asks for a pause shorter than ours', 500, 7],
    ['asks for a minute', 60_000, 2],
    ['asks for a day', 86_400_000, 1],
  ])('is asked seldom when it %s', async (_, retryAfterMs, most) => {
    const { loop, requests } = loopOf(new Line(5), () => ({
      kind: 'retry',
      reason: 'HTTP 503',
      answered: true,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    }));
    loop.wake();
    // 1 + 2 + 4 + 8 + 16 + 30 s, each a fifth off at most.
    await vi.advanceTimersByTimeAsync(65_000);
    loop.close();
    expect(requests()).toBeGreaterThanOrEqual(1);
    expect(requests()).toBeLessThanOrEqual(most);
  });
});
