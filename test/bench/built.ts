/** The modules under measurement as they are built: run from source they carry what the loader adds, up to half as much again. */
import type * as compression from '../../packages/receiver/src/compression.ts';
import type * as collector from '../../packages/receiver/src/collector.ts';
import type * as gauges from '../../packages/receiver/src/gauges.ts';
import type * as writer from '../../packages/receiver/src/journal/writer.ts';
import type * as landingQueue from '../../packages/receiver/src/landing-queue.ts';
import type * as limits from '../../packages/receiver/src/limits.ts';
import type * as mapping from '../../packages/receiver/src/mapping.ts';
import type * as preScan from '../../packages/receiver/src/pre-scan/pre-scan.ts';
import type * as requestHash from '../../packages/receiver/src/request-hash.ts';
import type * as batch from '../../packages/store/src/batch.ts';
import type * as open from '../../packages/store/src/open.ts';

type Built = typeof compression &
  typeof collector &
  typeof gauges &
  typeof writer &
  typeof landingQueue &
  typeof limits &
  typeof mapping &
  typeof preScan &
  typeof requestHash &
  typeof batch &
  typeof open;

const FILES = [
  'receiver/dist/compression.js',
  'receiver/dist/collector.js',
  'receiver/dist/gauges.js',
  'receiver/dist/journal/writer.js',
  'receiver/dist/landing-queue.js',
  'receiver/dist/limits.js',
  'receiver/dist/mapping.js',
  'receiver/dist/pre-scan/pre-scan.js',
  'receiver/dist/request-hash.js',
  'store/dist/batch.js',
  'store/dist/open.js',
];

/** The exports of these modules together. */
export async function loadBuilt(): Promise<Built> {
  const modules = await Promise.all(
    FILES.map((file) => import(new URL(`../../packages/${file}`, import.meta.url).href)),
  );
  return Object.assign({}, ...modules) as Built;
}
