/** Operations that are under way on the server behind the pages. */
import type { FollowedOperation } from '@heartwood/api/client';
import { HOSTILE_NAMES, instant } from './answers.ts';

function operationOf(
  nowMs: number,
  { id, ...facts }: Partial<FollowedOperation> & { readonly id: string },
): FollowedOperation {
  const startedAt = instant(nowMs - 60_000);
  return {
    id,
    feature: 'pages.import',
    service: 'importer',
    component: null,
    category: null,
    instance: null,
    host: 'worker-1',
    pid: 4711,
    parentId: null,
    session: null,
    user: null,
    traceId: null,
    description: null,
    state: 'running',
    status: null,
    health: 'healthy',
    reason: null,
    sinceMs: 60_000,
    suspectedMs: null,
    held: null,
    message: null,
    current: null,
    total: null,
    totalIsEstimate: false,
    unit: null,
    fraction: null,
    ratePerS: null,
    eta: null,
    startedAt,
    endedAt: null,
    durationMs: 60_000,
    activeMs: 60_000,
    pausedMs: 0,
    lastNewsAt: startedAt,
    silentMs: 500,
    expected: { n: 40, p50Ms: 30_000, p95Ms: 80_000, slowAfterMs: 140_000 },
    beyondP95: false,
    children: { running: 0, ended: 0, failed: 0, unhealthy: 0 },
    errorType: null,
    notes: [],
    version: 1,
    ...facts,
  };
}

/** One that waits for a lock, one that goes on, and one whose name is meant to disturb the page. */
export function operationsOf(nowMs: number): FollowedOperation[] {
  return [
    operationOf(nowMs, {
      id: 'stuck',
      feature: 'prices.sync',
      health: 'stalled',
      reason: 'alive, but at 3 of 20 files for 2 min 10 s; advances usually come every 1.2 s',
      message: 'waiting for the lock',
      current: 3,
      total: 20,
      unit: 'files',
      fraction: 0.15,
    }),
    operationOf(nowMs, {
      id: 'good',
      current: 600,
      total: 1000,
      unit: 'pages',
      fraction: 0.6,
      eta: { ms: 40_000, lowMs: 35_000, highMs: 50_000, basis: 'rate' },
      reason: 'on its way: 60 %, about 40 s left',
    }),
    operationOf(nowMs, {
      id: 'odd',
      feature: HOSTILE_NAMES[0],
      message: HOSTILE_NAMES.join(' '),
      startedAt: instant(nowMs - 90_000),
    }),
  ];
}
