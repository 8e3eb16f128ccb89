/** Lines: a gap is a gap, and what is not complete is dashed. */
import { expect, test } from 'vitest';
import { toArea, toSegments } from './segments.ts';

const points = [0, 1, 2, 3].map((x) => ({ x, y: 10 }));
const [a, b, c, d] = points;

test('complete buckets are one solid line', () => {
  expect(toSegments(points, [true, true, true, true])).toEqual({
    solid: 'M0.0,10.0L1.0,10.0L2.0,10.0L3.0,10.0',
    dashed: '',
    lone: [],
  });
});

test('the line to an incomplete bucket is dashed', () => {
  const { solid, dashed } = toSegments(points, [true, true, true, false]);
  expect(solid).toBe('M0.0,10.0L1.0,10.0L2.0,10.0');
  expect(dashed).toBe('M2.0,10.0L3.0,10.0');
});

test('nothing is drawn over a gap', () => {
  const { solid } = toSegments([a!, b!, null, c!, d!], [true, true, true, true, true]);
  expect(solid).toBe('M0.0,10.0L1.0,10.0M2.0,10.0L3.0,10.0');
});

test('a bucket between gaps is a point', () => {
  expect(toSegments([null, b!, null], [true, true, true]).lone).toEqual([b]);
});

test('the ground under the line ends where the line does', () => {
  expect(toArea([a!, b!, null, d!], 20)).toBe('M0.0,20.0L0.0,10.0L1.0,10.0L1.0,20.0Z');
});
