/** Metrics of runs: which series there are, what they count, and that hostile names cannot make more of them. */
import { describe, expect, it } from 'vitest';
import type { TakenPoint } from '../../testing/outlets.ts';
import { DURATION_BOUNDS_S } from './histogram.ts';
import { MeterBook } from './meter-book.ts';

function pointsOf(book: MeterBook): TakenPoint[] {
  const points: TakenPoint[] = [];
  book.collect({
    histogram: (metric, point) => points.push({ kind: 'histogram', metric, ...point }),
    sum: (metric, point) => points.push({ kind: 'sum', metric, ...point }),
  });
  return points;
}

const durationsOf = (book: MeterBook) =>
  pointsOf(book).filter((point) => point.kind === 'histogram');

describe('feature.duration', () => {
  it.each([
    [0, 0],
    [0.005, 0],
    [0.005_000_1, 1],
    [0.3, 7],
    [1, 9],
    [300, 16],
    [300.1, 17],
    [1e9, 17],
  ])('puts %d s into bucket %i', (durationS, bucket) => {
    const book = new MeterBook();
    book.of('f', 'other').end(durationS, 'success', undefined);
    const [point] = durationsOf(book);
    expect(point?.counts.map((count, i) => (count > 0 ? i : -1)).filter((i) => i >= 0)).toEqual([
      bucket,
    ]);
    expect(point?.counts).toHaveLength(DURATION_BOUNDS_S.length + 1);
    expect(point).toMatchObject({ sum: durationS, min: durationS, max: durationS });
  });

  it('keeps success and each kind of failure apart, in one metric', () => {
    const book = new MeterBook();
    const meter = book.of('checkout', 'web_interface');
    meter.end(0.1, 'success', undefined);
    meter.end(0.2, 'success', undefined);
    meter.end(3, 'failed', 'TypeError');
    meter.end(4, 'timeout', 'timeout');
    const points = durationsOf(book);
    expect(points.map(({ attributes }) => attributes)).toEqual([
      {
        'feature.name': 'checkout',
        'feature.category': 'web_interface',
        'feature.status': 'success',
      },
      {
        'feature.name': 'checkout',
        'feature.category': 'web_interface',
        'feature.status': 'failed',
        'error.type': 'TypeError',
      },
      {
        'feature.name': 'checkout',
        'feature.category': 'web_interface',
        'feature.status': 'timeout',
        'error.type': 'timeout',
      },
    ]);
    expect(points[0]).toMatchObject({
      metric: { name: 'feature.duration', unit: 's' },
      min: 0.1,
      max: 0.2,
    });
    expect(points[0]?.sum).toBeCloseTo(0.3);
  });

  it('is cumulative from a start that stays', () => {
    const book = new MeterBook();
    const meter = book.of('f', 'other');
    meter.end(1, 'success', undefined);
    const [first] = durationsOf(book);
    meter.end(1, 'success', undefined);
    const [second] = durationsOf(book);
    expect(first?.counts[9]).toBe(1);
    expect(second?.counts[9]).toBe(2);
    expect(second?.startNs).toBe(first?.startNs);
    expect(Math.abs(Number(second?.startNs ?? 0n) / 1e6 - Date.now())).toBeLessThan(60_000);
  });

  it('has 201 series for 10,000 names', () => {
    const book = new MeterBook();
    for (let i = 0; i < 10_000; i++) book.of(`user ${i}`, 'other').end(1, 'success', undefined);
    const points = durationsOf(book);
    expect(points).toHaveLength(201);
    expect(points.at(-1)).toMatchObject({
      attributes: { 'feature.name': '_OTHER' },
      sum: 9800,
    });
    expect(points.reduce((sum, point) => sum + point.sum, 0)).toBe(10_000);
  });

  it('tells 50 error types apart, and counts the rest as _OTHER', () => {
    const book = new MeterBook();
    const meter = book.of('f', 'other');
    for (let i = 0; i < 1000; i++) meter.end(1, 'failed', `E${i}`);
    const points = durationsOf(book);
    expect(points).toHaveLength(51);
    expect(points.at(-1)).toMatchObject({ attributes: { 'error.type': '_OTHER' }, sum: 950 });
  });
});

describe('feature.active', () => {
  it('goes up when a run begins and down when it ends', () => {
    const book = new MeterBook();
    const meter = book.of('f', 'other');
    const active = () =>
      pointsOf(book).flatMap((point) => (point.kind === 'sum' ? [point.value] : []));
    meter.begin();
    meter.begin();
    expect(active()).toEqual([2]);
    meter.end(1, 'failed', 'E');
    meter.end(1, 'success', undefined);
    expect(active()).toEqual([0]);
    expect(pointsOf(book).find(({ kind }) => kind === 'sum')).toMatchObject({
      metric: { name: 'feature.active', unit: '{run}' },
      monotonic: false,
      attributes: { 'feature.name': 'f', 'feature.category': 'other' },
    });
  });
});
