/** How a KPI stands: held against its target, against where it began, and against the window before. */
import type { KpiDefinition, KpiTarget } from './definition/kinds.ts';
import type { TimeZone } from './time-zone.ts';
import type { Bounds } from './formula-bounds.ts';
import { parseTime } from './window.ts';

/** From the one that needs the most attention on. */
export const KPI_STATUSES = [
  'off_track',
  'at_risk',
  'insufficient_data',
  'on_track',
  'no_target',
] as const;

/** How a KPI stands. */
export type KpiStatus = (typeof KPI_STATUSES)[number];

/** A value and how much stands behind it: runs and events, or the users, sessions or traces that it counts. */
export interface Measured {
  readonly value: number | null;
  readonly sample: number;
  /** What the exact value lies between; null or none where the value is exact. */
  readonly bounds?: Bounds | null | undefined;
}

type Rules = Pick<KpiDefinition, 'direction' | 'minSample' | 'baseline'>;

/**
 * Too little to go by, then no target, then which side of the target and of the warning the value is on; at risk where that
 * is beyond what is known of the value.
 */
export function statusOf(rules: Rules, measured: Measured, target: KpiTarget | null): KpiStatus {
  const { direction, minSample } = rules;
  const { value, sample } = measured;
  if (value === null || sample < minSample) return 'insufficient_data';
  if (target === null) return 'no_target';
  if (isUndecided(rules, measured, target)) return 'at_risk';
  const reaches = (wanted: number): boolean =>
    direction === 'up' ? value >= wanted : value <= wanted;
  if (reaches(target.target)) return 'on_track';
  return target.warn !== null && reaches(target.warn) ? 'at_risk' : 'off_track';
}

/** Whether the exact value may stand otherwise than the one that is told. */
export function isUndecided(rules: Rules, measured: Measured, target: KpiTarget | null): boolean {
  const exact = (value: number): KpiStatus =>
    statusOf(rules, { ...measured, value, bounds: null }, target);
  const { bounds } = measured;
  return bounds !== null && bounds !== undefined && exact(bounds[0]) !== exact(bounds[1]);
}

/** The one that needs the most attention. */
export const worstOf = (statuses: readonly KpiStatus[]): KpiStatus =>
  KPI_STATUSES.find((status) => statuses.includes(status)) ?? 'insufficient_data';

/** The target in force at a moment; dates begin at midnight of the zone. */
export function targetAt(
  targets: readonly KpiTarget[],
  atMs: number,
  zone: TimeZone,
): KpiTarget | null {
  const inForce = targets.findLast(
    ({ from }) => from === null || parseTime(from, 'from', zone, atMs) <= atMs,
  );
  return inForce ?? null;
}

/**
 * `(value - baseline) / (target - baseline)`, unclamped. Null without a target; without a baseline where less is better,
 * as there is nothing to come down from; and where the baseline is no worse than the target.
 */
export function progressOf(
  { direction, baseline }: Rules,
  value: number | null,
  target: KpiTarget | null,
): number | null {
  if (value === null || target === null || (baseline === null && direction === 'down')) return null;
  const start = baseline ?? 0;
  const way = target.target - start;
  if (direction === 'up' ? way <= 0 : way >= 0) return null;
  return finite((value - start) / way);
}

/** How the value differs from that of the window before. */
export interface Change {
  readonly difference: number;
  /** Of the size of the earlier value; null where that is 0. */
  readonly share: number | null;
  /** The same where the difference is less than the error of the values. */
  readonly verdict: 'better' | 'same' | 'worse';
}

/** Null where either side has too little to go by; no verdict where both may be the same for all that is known of them. */
export function changeOf(
  { direction, minSample }: Rules,
  now: Measured,
  before: Measured,
): Change | null {
  if (now.value === null || before.value === null) return null;
  if (now.sample < minSample || before.sample < minSample) return null;
  const difference = finite(now.value - before.value);
  if (difference === null) return null;
  const share = before.value === 0 ? null : finite(difference / Math.abs(before.value));
  if (mayBeSame(now, before)) return { difference, share, verdict: 'same' };
  return {
    difference,
    share,
    verdict: difference > 0 === (direction === 'up') ? 'better' : 'worse',
  };
}

/** Whether the exact values may be one. */
function mayBeSame(now: Measured, before: Measured): boolean {
  const boundsOf = ({ value, bounds }: Measured): Bounds => bounds ?? [value ?? 0, value ?? 0];
  const [[low, high], [lowBefore, highBefore]] = [boundsOf(now), boundsOf(before)];
  return low <= highBefore && lowBefore <= high;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
