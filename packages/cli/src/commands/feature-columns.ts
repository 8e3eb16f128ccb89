/** The columns of features. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Column } from '../render/column.ts';
import { toneOfShare, toneOfTier } from '../render/tone.ts';

/** One feature with its numbers, as the API gives it. */
export type FeatureRow = AnswerOf<'/api/v1/features'>['data'][number];

/** All that a feature says; those with a title are shown to people. */
export const FEATURE_COLUMNS: readonly Column<FeatureRow>[] = [
  {
    name: 'feature',
    title: 'feature',
    kind: 'text',
    read: (row) => row.feature,
    rank: 100,
    cutTo: 24,
  },
  {
    name: 'category',
    title: 'category',
    kind: 'text',
    read: (row) => row.category,
    rank: 20,
    cutTo: 10,
  },
  {
    name: 'component',
    title: 'component',
    kind: 'text',
    read: (row) => row.component,
    rank: 10,
    cutTo: 10,
  },
  { name: 'runs', title: 'runs', kind: 'count', read: (row) => row.runs, rank: 99 },
  { name: 'users', title: 'users', kind: 'count', read: (row) => row.users, rank: 70 },
  { name: 'sessions', title: 'sessions', kind: 'count', read: (row) => row.sessions, rank: 30 },
  { name: 'success', kind: 'count', read: (row) => row.success },
  { name: 'failed', kind: 'count', read: (row) => row.failed },
  { name: 'partial', kind: 'count', read: (row) => row.partial },
  { name: 'timeout', kind: 'count', read: (row) => row.timeout },
  { name: 'cancelled', kind: 'count', read: (row) => row.cancelled },
  {
    name: 'successRate',
    title: 'success',
    kind: 'share',
    read: (row) => row.successRate,
    rank: 90,
    tone: (row) => toneOfShare(row.successRate),
  },
  { name: 'p50Ms', title: 'p50 ms', kind: 'ms', read: (row) => row.p50Ms, rank: 60 },
  { name: 'p95Ms', title: 'p95 ms', kind: 'ms', read: (row) => row.p95Ms, rank: 80 },
  { name: 'p99Ms', kind: 'ms', read: (row) => row.p99Ms },
  { name: 'meanMs', kind: 'ms', read: (row) => row.meanMs },
  {
    name: 'efficiency',
    title: 'efficiency',
    kind: 'score',
    read: (row) => row.efficiency,
    rank: 50,
  },
  {
    name: 'tier',
    title: 'tier',
    kind: 'text',
    read: (row) => row.tier,
    rank: 25,
    tone: (row) => toneOfTier(row.tier),
  },
  { name: 'trend', title: 'trend', kind: 'spark', read: (row) => row.trend ?? null, rank: 40 },
  { name: 'firstSeen', kind: 'minute', read: (row) => row.firstSeen },
  { name: 'lastSeen', title: 'last seen', kind: 'minute', read: (row) => row.lastSeen, rank: 35 },
];
