/** Answers about features that the contract allows, for a server that tests put behind the pages. */
import type { FeatureDetail, FeatureRow, RunTotals, UsagePoint } from '@heartwood/api/contract';
import {
  FEATURE_STATUSES,
  PERFORMANCE_TIERS,
  type FeatureStatus,
  performanceTier,
} from '@heartwood/semconv';

/** The one trace that the answers point to. */
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

export const HOUR_MS = 3_600_000;

/** Names that try to be more than names. */
export const HOSTILE_NAMES = [
  '<img src=x onerror="window.injected=1">',
  'safe\u202egnp.exe',
  '"><script>window.injected=2</script>',
  'nul\u0000 bell\u0007 \u001b[31mred\r\nline\u2028',
  'long'.repeat(2500),
] as const;

/** Numbers of one feature that all its answers are made from. */
export interface Sample {
  readonly feature: string;
  readonly category: string;
  readonly service: string;
  readonly runs: number;
  readonly failed: number;
  readonly users: number;
  readonly medianMs: number;
}

export const SAMPLES: readonly Sample[] = [
  sample('GET /products', 'web_interface', 'shop', 48_210, 12, 3120, 18.4),
  sample('GET /products/:id', 'web_interface', 'shop', 31_876, 41, 2984, 24.9),
  sample('search', 'database_operation', 'shop', 22_450, 96, 2410, 142),
  sample('cart.add', 'web_interface', 'shop', 9120, 7, 1388, 31.2),
  sample('checkout', 'web_interface', 'shop', 2204, 178, 1102, 684),
  sample('assistant.answer', 'ai_provider', 'assistant', 1893, 44, 612, 2870),
  sample('execute_tool lookup_order', 'mcp_server', 'assistant', 1410, 3, 402, 88),
  sample('orders.export', 'file_operation', 'backoffice', 148, 9, 17, 7420),
  sample('price.sync', 'other', 'backoffice', 96, 0, 0, 0.38),
  sample(HOSTILE_NAMES[0], 'other', 'stranger', 9, 1, 2, 12),
  sample(HOSTILE_NAMES[1], 'terminal_tool', 'stranger', 5, 0, 1, 4.2),
  sample(HOSTILE_NAMES[2], '<b>bold</b>', 'stranger', 1, 0, 1, 61_000),
  sample(HOSTILE_NAMES[3], HOSTILE_NAMES[3], HOSTILE_NAMES[1], 4, 2, 1, 7),
  sample(HOSTILE_NAMES[4], HOSTILE_NAMES[4], HOSTILE_NAMES[4], 4, 2, 1, 7),
];

function sample(
  feature: string,
  category: string,
  service: string,
  runs: number,
  failed: number,
  users: number,
  medianMs: number,
): Sample {
  return { feature, category, service, runs, failed, users, medianMs };
}

/** The numbers of a set of runs. */
function numbersOf(runs: number, failed: number, users: number, medianMs: number) {
  const timeout = Math.floor(failed / 4);
  const partial = Math.floor(runs / 900);
  const success = runs - failed - partial;
  const has = runs > 0;
  return {
    runs,
    users,
    sessions: Math.round(users * 1.4),
    success,
    failed: failed - timeout,
    partial,
    timeout,
    cancelled: 0,
    successRate: has ? success / runs : null,
    p50Ms: has ? medianMs : null,
    p95Ms: has ? medianMs * 2.7 : null,
    p99Ms: has ? medianMs * 5.1 : null,
    meanMs: has ? medianMs * 1.3 : null,
    efficiency: has ? (0.5 * 500) / (500 + medianMs) + 0.38 : null,
  };
}

/** Bounds that a query asks for. */
export interface Bounds {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The range of a query as the API reads it. */
export function boundsOf(query: URLSearchParams, nowMs: number): Bounds {
  const from = query.get('from');
  const to = query.get('to');
  if (from !== null && to !== null) return { fromMs: Date.parse(from), toMs: Date.parse(to) };
  const since = query.get('since') ?? '24h';
  const lengths: Record<string, number> = { h: HOUR_MS, d: 24 * HOUR_MS };
  return {
    fromMs: nowMs - Number.parseInt(since, 10) * (lengths[since.slice(-1)] ?? HOUR_MS),
    toMs: nowMs,
  };
}

export function metaOf({ fromMs, toMs }: Bounds, unit: string, warnings: string[] = []) {
  return {
    from: instant(fromMs),
    to: instant(toMs),
    timeZone: 'UTC',
    unit,
    complete: false,
    truncated: false,
    warnings,
  };
}

export function rowOf(sample: Sample, toMs: number, trend: number[] | undefined): FeatureRow {
  const { feature, category, service, runs, failed, users, medianMs } = sample;
  return {
    feature,
    category,
    component: service,
    ...numbersOf(runs, failed, users, medianMs),
    tier: performanceTier(medianMs),
    firstSeen: instant(toMs - 23 * HOUR_MS),
    lastSeen: instant(toMs - 1000 * (SAMPLES.indexOf(sample) ** 3 + 2)),
    ...(trend !== undefined && { trend }),
  };
}

export function totalsOf(samples: readonly Sample[]): RunTotals {
  const sum = (pick: (sample: Sample) => number): number =>
    samples.reduce((total, sample) => total + pick(sample), 0);
  const runs = sum((sample) => sample.runs);
  return {
    features: samples.length,
    ...numbersOf(
      runs,
      sum((sample) => sample.failed),
      Math.max(0, ...samples.map(({ users }) => users)),
      41.3,
    ),
  };
}

/** Buckets over the range; the last one is not complete, one has no runs. */
export function pointsOf(
  { fromMs, toMs }: Bounds,
  runs: number,
  failed: number,
  medianMs: number,
): UsagePoint[] {
  const stepMs = Math.max(60_000, Math.ceil((toMs - fromMs) / 48 / 60_000) * 60_000);
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const points: UsagePoint[] = [];
  for (let startMs = first, index = 0; startMs < toMs; startMs += stepMs, index += 1) {
    const complete = startMs >= fromMs && startMs + stepMs <= toMs;
    const wave = 0.55 + 0.45 * Math.sin(index / 6 - 1.4) + 0.08 * Math.sin(index * 2.3);
    const empty = index === 30;
    const share = empty ? 0 : (complete ? wave : wave / 3) / 26;
    const inBucket = Math.max(0, Math.round(runs * share));
    const wrong = index === 21 ? Math.round(inBucket * 0.12) : Math.round(failed * share);
    points.push({
      start: instant(startMs),
      end: instant(startMs + stepMs),
      complete,
      ...numbersOf(
        inBucket,
        Math.min(inBucket, wrong),
        Math.round(inBucket / 11),
        medianMs * (0.8 + 0.4 * wave),
      ),
    });
  }
  return points;
}

export function detailOf(sample: Sample, bounds: Bounds, recent: number): FeatureDetail {
  const { runs, failed, medianMs, category, service, feature } = sample;
  // Whoever chooses a hostile name chooses all others so.
  const isHostile = HOSTILE_NAMES.some((name) => name === feature);
  const named = (name: string): string => (isHostile ? feature : name);
  const message = named('card declined <b>by issuer</b> (code 51)');
  const row = rowOf(sample, bounds.toMs, undefined);
  const share = (count: number): { runs: number; share: number | null } => ({
    runs: count,
    share: runs === 0 ? null : count / runs,
  });
  const median = PERFORMANCE_TIERS.indexOf(performanceTier(medianMs));
  const rest = Math.floor(runs / 9);
  return {
    ...row,
    allTime: {
      runs: runs * 3,
      firstSeen: instant(bounds.toMs - 40 * 24 * HOUR_MS),
      lastSeen: row.lastSeen,
    },
    statuses: FEATURE_STATUSES.map((status) => ({ status, ...share(row[status]) })),
    tiers: PERFORMANCE_TIERS.map((tier, index) => ({
      tier,
      ...share(index === median ? runs - rest : index === Math.min(4, median + 1) ? rest : 0),
    })),
    errors:
      failed === 0
        ? []
        : [
            {
              errorType: named('PaymentDeclined'),
              ...share(row.failed),
              lastSeen: instant(bounds.toMs - HOUR_MS),
              message,
              traceId: TRACE_ID,
            },
            {
              errorType: null,
              ...share(row.timeout),
              lastSeen: instant(bounds.toMs - 3 * HOUR_MS),
              message: null,
              traceId: TRACE_ID,
            },
          ],
    components: [{ component: service, ...share(runs) }],
    versions: [
      { version: named('2.4.1'), ...share(runs - rest) },
      { version: null, ...share(rest) },
    ],
    histogram: [0.2, 0.5, 1, 2, 5, 10].map((factor, index, factors) => ({
      fromMs: medianMs * factor,
      toMs: factors[index + 1] === undefined ? null : medianMs * (factors[index + 1] ?? 0),
      runs: Math.round(runs * ([0.08, 0.42, 0.3, 0.14, 0.05, 0.01][index] ?? 0)),
    })),
    points: pointsOf(bounds, runs, failed, medianMs),
    recent: Array.from({ length: recent }, (_, index) => {
      const status: FeatureStatus = index % 9 === 4 && failed > 0 ? 'failed' : 'success';
      const wrong = status === 'failed';
      const durationMs = medianMs * (0.6 + ((index * 37) % 23) / 11);
      const startMs = bounds.toMs - index * 41_000 - 2000;
      return {
        seq: String(9_007_199_254_740_993n - BigInt(index)),
        traceId: TRACE_ID,
        spanId: 'b7ad6b7169203331',
        feature,
        category,
        component: service,
        version: named('2.4.1'),
        service,
        status,
        tier: performanceTier(durationMs),
        startTime: instant(startMs),
        endTime: instant(startMs + durationMs),
        durationMs,
        inputSizeBytes: 420 + index,
        outputSizeBytes: 1024 * (index + 1),
        iterations: 1,
        efficiency: wrong ? 0 : 0.71,
        user: index % 5 === 0 ? null : named('a3f5c2d19e0b4477a3f5c2d19e0b4477'),
        session: null,
        errorType: wrong ? named('PaymentDeclined') : null,
        errorMessage: wrong ? message : null,
        metadata: {},
        mapped: false,
      };
    }),
  };
}

export const instant = (ms: number): string => new Date(ms).toISOString();
