import { expect, test } from 'vitest';
import { ZSTD_FRAMES_MAX, zstdFrames } from './zstd-frames.ts';

/** Of one last block without a byte. */
const EMPTY = Buffer.from('28b52ffd2000010000', 'hex');
const SKIPPED = Buffer.from('502a4d1800000000', 'hex');

const repeated = (count: number, frame: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frame));

test.each([
  ['empty', EMPTY, ZSTD_FRAMES_MAX],
  ['skipped', SKIPPED, 0],
])('%s frames are taken up to a number', (_name, frame, found) => {
  expect(zstdFrames(repeated(ZSTD_FRAMES_MAX, frame))).toHaveLength(found);
  expect(() => zstdFrames(repeated(ZSTD_FRAMES_MAX + 1, frame))).toThrow('more than 1024 frames');
});
