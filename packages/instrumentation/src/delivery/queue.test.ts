/** What goes when there is too little room: plain successes, then beginnings of traces, then failures; oldest first. */
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { decodeTraces } from '../../testing/collector.ts';
import { spanOf } from '../../testing/spans.ts';
import { SpanQueue, type QueueLimits } from './queue.ts';

const parentSpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const KINDS: Readonly<Record<string, Partial<ReadableSpan>>> = {
  plain: { parentSpanContext },
  root: {},
  failure: { parentSpanContext, status: { code: SpanStatusCode.ERROR } },
};

function queueOf(
  maxSpans: number,
  limits: Partial<QueueLimits> = {},
): {
  queue: SpanQueue;
  lost: () => number;
} {
  let dropped = 0;
  const queue = new SpanQueue(
    {
      maxSpans,
      maxBytes: 1 << 20,
      maxBatchSpans: 4,
      maxBatchRuns: 1000,
      maxBatchBytes: 1 << 20,
      ...limits,
    },
    (count) => (dropped += count),
  );
  return { queue, lost: () => dropped };
}

function add(queue: SpanQueue, ...names: string[]): void {
  for (const name of names) {
    queue.add(spanOf({ ...KINDS[name.split(' ')[0] ?? ''], name }), false);
  }
}

function drain(queue: SpanQueue): string[] {
  const names: string[] = [];
  for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
    const spans = decodeTraces(batch.toRequest());
    expect(spans).toHaveLength(batch.recordCount);
    names.push(...spans.map(({ name }) => name));
    queue.remove();
  }
  return names;
}

describe('a full queue', () => {
  it('drops plain successes, the oldest first, and keeps what tells more', () => {
    const { queue, lost } = queueOf(6);
    add(queue, 'plain 1', 'failure 1', 'root 1', 'plain 2', 'plain 3', 'failure 2', 'plain 4');
    add(queue, 'failure 3', 'plain 5');
    expect(lost()).toBe(3);
    expect(drain(queue)).toEqual([
      'failure 1',
      'root 1',
      'failure 2',
      'plain 4',
      'failure 3',
      'plain 5',
    ]);
  });

  it('drops beginnings of traces when no plain success is left, and failures last', () => {
    const { queue } = queueOf(3);
    add(queue, 'failure 1', 'root 1', 'failure 2', 'root 2', 'failure 3', 'failure 4');
    expect(drain(queue)).toEqual(['failure 2', 'failure 3', 'failure 4']);
  });

  it('leaves alone what is on the wire', () => {
    const { queue, lost } = queueOf(5);
    add(queue, 'plain 1', 'plain 2', 'plain 3', 'plain 4');
    queue.take();
    add(queue, 'failure 1', 'failure 2', 'failure 3');
    expect(lost()).toBe(2);
    queue.putBack();
    expect(drain(queue)).toEqual(['plain 1', 'plain 2', 'plain 3', 'plain 4', 'failure 3']);
  });

  it('counts its bytes and spans right, whatever went', () => {
    const { queue, lost } = queueOf(200, { maxBatchSpans: 16, maxBytes: 20_000 });
    const kinds = Object.keys(KINDS);
    let seed = 7;
    for (let i = 0; i < 2000; i += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      const kind = kinds[seed % 3] ?? '';
      queue.add(spanOf({ ...KINDS[kind], name: `${kind} ${'x'.repeat(seed % 300)}` }), false);
      expect(queue.spanCount + lost()).toBe(i + 1);
      expect(queue.sizeBytes).toBeLessThanOrEqual(20_000);
    }
    const names = drain(queue);
    expect(names.length + lost()).toBe(2000);
    expect(names.every((name) => !name.startsWith('plain'))).toBe(true);
    expect([queue.spanCount, queue.sizeBytes]).toEqual([0, 0]);
  });
});

describe('the size of requests', () => {
  it.each([
    ['stays as it was set', undefined, 10],
    ['grows under load, where it may, also that of requests that waited before', 100, 100],
  ])('%s', (_, maxBatchRunsUnderLoad, size) => {
    const queue = new SpanQueue(
      {
        maxSpans: 10_000,
        maxBytes: 1 << 24,
        maxBatchSpans: 512,
        maxBatchRuns: 10,
        ...(maxBatchRunsUnderLoad !== undefined && { maxBatchRunsUnderLoad }),
        maxBatchBytes: 1 << 20,
      },
      () => expect.unreachable(),
    );
    for (let i = 0; i < 1000; i += 1) queue.add(spanOf({ name: String(i) }), true);
    const sizes: number[] = [];
    for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
      sizes.push(batch.recordCount);
      queue.remove();
    }
    expect(sizes).toEqual(Array.from({ length: 1000 / size }, () => size));
  });

  it('is the usual one while no more wait than in twenty requests of it', () => {
    const { queue } = queueOf(1000, {
      maxBatchSpans: 512,
      maxBatchRuns: 10,
      maxBatchRunsUnderLoad: 100,
    });
    for (let i = 0; i < 200; i += 1) queue.add(spanOf({ name: String(i) }), true);
    expect(queue.take()?.recordCount).toBe(10);
  });

  it.each([
    ['was put back', (queue: SpanQueue) => queue.putBack()],
    ['is on the wire when the process ends', () => {}],
  ])('of a request that %s stays what it was', (_, interrupt) => {
    const { queue } = queueOf(1000, {
      maxBatchSpans: 512,
      maxBatchRuns: 10,
      maxBatchRunsUnderLoad: 100,
    });
    for (let i = 0; i < 20; i += 1) queue.add(spanOf({ name: String(i) }), true);
    const before = queue.take()?.toRequest();
    for (let i = 20; i < 500; i += 1) queue.add(spanOf({ name: String(i) }), true);
    interrupt(queue);
    expect(queue.take()?.toRequest()).toEqual(before);
    queue.remove();
    expect(queue.take()?.recordCount).toBe(100);
  });
});
