/** Why an operation is judged as it is, in words. */
import type { Pace } from './eta.ts';
import type { Expected } from './expected.ts';
import type { OperationFold } from './fold.ts';
import { blockedMsOf, heartbeatMsOf, type Judgement } from './health.ts';
import { isPaused } from './pauses.ts';
import { activeMsOf, idleMsOf, medianOf, stepGapsMs } from './steps.ts';

interface Reasoned {
  readonly fold: OperationFold;
  readonly judgement: Judgement;
  readonly companions: number | undefined;
}

export function reasonOf(
  { fold, judgement, companions }: Reasoned,
  nowMs: number,
  pace: Pace,
  expected: Expected | undefined,
): string {
  if (judgement.health === 'lost') return lostReason(fold, nowMs, companions);
  const blockedMs = blockedMsOf(fold, nowMs);
  if (judgement.health === 'stalled')
    return blockedMs === undefined
      ? stalledReason(fold, nowMs, pace)
      : `the event loop of ${processOf(fold)} has been blocked for ${toLength(blockedMs)}`;
  if (judgement.health === 'slow' && expected !== undefined)
    return `takes ${toLength(activeMsOf(fold, nowMs))}; 95 % of ${expected.n} successful ones took at most ${toLength(expected.p95Ms)}`;
  return pauseOf(fold) ?? onItsWay(pace);
}

/** That it paused, and why. */
function pauseOf({ pauses, last }: OperationFold): string | undefined {
  if (!isPaused(pauses)) return undefined;
  const why = last.pause?.value;
  return why === undefined ? 'paused' : `paused: ${why}`;
}

/** Why it is lost, or was given up. */
export function lostReason(
  fold: OperationFold,
  nowMs: number,
  companions: number | undefined,
): string {
  const heartbeatMs = heartbeatMsOf(fold);
  const usual =
    heartbeatMs === undefined
      ? 'it sends no heartbeats'
      : `heartbeats come every ${toLength(heartbeatMs)}`;
  const message = fold.last.message?.value;
  const service = fold.first.service?.value;
  const pause = pauseOf(fold);
  return [
    `no news for ${toLength(nowMs - fold.newsMs)}, ${usual}`,
    ...(pause === undefined ? [] : [pause]),
    ...(message === undefined ? [] : [`last: ${message}`]),
    `${service === undefined ? '' : `service ${service}, `}${processOf(fold)}`,
    ...(companions === undefined
      ? []
      : [`all ${companions} operations of this process are silent`]),
  ].join('; ');
}

function stalledReason(fold: OperationFold, nowMs: number, pace: Pace): string {
  const { current = 0, total } = pace;
  const unit = fold.last.unit?.value ?? 'items';
  const place = total === undefined ? `${current} ${unit}` : `${current} of ${total} ${unit}`;
  const gaps = stepGapsMs(fold);
  const usual = gaps.length < 2 ? '' : `; advances usually come every ${toLength(medianOf(gaps))}`;
  return `alive, but at ${place} for ${toLength(idleMsOf(fold, nowMs))}${usual}`;
}

function onItsWay({ fraction, eta, current, ratePerS }: Pace): string {
  const words = [
    fraction === undefined ? undefined : `${Math.floor(fraction * 100)} %`,
    fraction === undefined && current !== undefined ? `${current} done` : undefined,
    eta === undefined && ratePerS !== undefined ? `${toDigits(ratePerS)} a second` : undefined,
    eta === undefined ? undefined : `about ${toLength(eta.ms)} left`,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? 'on its way' : `on its way: ${words.join(', ')}`;
}

function processOf({ first }: OperationFold): string {
  const pid = first.pid?.value;
  const host = first.host?.value;
  const named = pid === undefined ? 'a process without a number' : `process ${pid}`;
  return host === undefined ? named : `${named} on host ${host}`;
}

/** A length of time with at most two units. */
export function toLength(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${toDigits(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const from = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(from, from + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

const toDigits = (value: number): string => String(Number(value.toPrecision(2)));
