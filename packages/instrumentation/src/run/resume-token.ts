/** A suspended run as a text: what another process, or the same one after days, needs to go on with it. */
import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import type { CarriedTime } from './pause-clock.ts';

/** A run between two of its segments. */
export interface SuspendedRun {
  readonly name: string;
  readonly runId: string;
  /** Number of the segment that follows, from 1. */
  readonly segment: number;
  /** When it was suspended, milliseconds since 1970. */
  readonly suspendedAtMs: number;
  readonly time: CarriedTime;
  /** The span of the segment before. */
  readonly span: SpanContext;
}

/** Writes the token: no facts of the app, no user, only the name of the feature, ids and times. */
export function toToken(run: SuspendedRun): string {
  const { traceId, spanId, traceFlags } = run.span;
  const { activeNs, pausedNs, pauseCount } = run.time;
  const fields = [
    run.name,
    run.runId,
    run.segment,
    Math.floor(run.suspendedAtMs),
    Math.round(activeNs),
    Math.round(pausedNs),
    pauseCount,
    traceId,
    spanId,
    traceFlags,
  ];
  return `${VERSION}.${Buffer.from(JSON.stringify(fields)).toString('base64url')}`;
}

/** Reads a token; undefined for a text that is none. Whatever it says, it is taken for numbers and ids alone. */
export function fromToken(token: unknown): SuspendedRun | undefined {
  if (typeof token !== 'string' || token.length > LONGEST) return undefined;
  const [version, body] = token.split('.');
  if (version !== VERSION || body === undefined) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields)) return undefined;
  const [
    name,
    runId,
    segment,
    suspendedAtMs,
    activeNs,
    pausedNs,
    pauseCount,
    traceId,
    spanId,
    flags,
  ] = fields as unknown[];
  if (typeof name !== 'string' || name === '' || typeof runId !== 'string') return undefined;
  if (!/^[0-9a-f]{16}$/.test(runId) || typeof traceId !== 'string' || typeof spanId !== 'string') {
    return undefined;
  }
  if (
    !isCount(segment) ||
    !isCount(suspendedAtMs) ||
    !isCount(activeNs) ||
    !isCount(pausedNs) ||
    !isCount(pauseCount) ||
    !isCount(flags)
  ) {
    return undefined;
  }
  const span: SpanContext = { traceId, spanId, traceFlags: flags & 0xff, isRemote: true };
  if (!isSpanContextValid(span)) return undefined;
  return { name, runId, segment, suspendedAtMs, time: { activeNs, pausedNs, pauseCount }, span };
}

const VERSION = 'hw1';
const LONGEST = 2000;

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
