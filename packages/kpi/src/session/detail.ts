/** One session: what it said of itself, what it ran, and the sessions of its component before it. */
import {
  EVENT_FEATURE_PAUSED,
  EVENT_FEATURE_RESUMED,
  EVENT_SESSION_END,
  EVENT_SESSION_START,
} from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from '../errors.ts';
import { nsToInstant } from '../instant.ts';
import { parseTimeZone } from '../time-zone.ts';
import { toNs, type Window } from '../window.ts';
import { readSessions, toSession, toSessionParams, type Session } from './session.ts';

/** What a session said of itself. */
interface SessionChange {
  readonly time: string;
  readonly change: 'start' | 'pause' | 'resume' | 'end';
  readonly reason: string | null;
}

/** Runs of one feature in a session. */
interface SessionFeature {
  readonly feature: string;
  readonly runs: number;
  /** Failed, or ran out of time. */
  readonly failed: number;
  /** Median duration; null when no run has one. */
  readonly p50Ms: number | null;
}

/** A session with its history. */
export interface SessionDetail extends Session {
  /** Oldest first, the first thousand. */
  readonly history: SessionChange[];
  /** What it ran, the most frequent first. */
  readonly features: SessionFeature[];
  /** Sessions of its component that began in the four weeks before it, the last ten, newest first. */
  readonly componentHistory: Session[];
}

const MOST_CHANGES = 1000;
const MOST_FEATURES = 100;
const MOST_BEFORE = 10;
const BEFORE_MS = 28 * 86_400_000;

/** One session, of whatever time; rejects with `SESSION_UNKNOWN` where nothing is stored of it. */
export async function readSession(
  reader: Reader,
  id: string,
  { nowMs, ...options }: ReadOptions & { readonly nowMs: number },
): Promise<SessionDetail> {
  // Also what came from clocks that are ahead.
  const window = windowOf(0, nowMs + BEFORE_MS, nowMs);
  const range = { ...toNs(window), session: id };
  const params = { ...toSessionParams(window, {}), session: id, limit: 1 };
  const [[row], changes, features] = await Promise.all([
    reader.read('session/list', params, options),
    reader.read('session/changes', { ...range, limit: MOST_CHANGES }, options),
    reader.read('session/features', { ...range, limit: MOST_FEATURES }, options),
  ]);
  if (row === undefined) throw new QuestionError('SESSION_UNKNOWN', 'id', { value: id });
  const session = toSession(row, nowMs);
  return {
    ...session,
    history: changes.map(({ time, event, reason }) => ({
      time: nsToInstant(time),
      change: CHANGES[event] ?? 'start',
      reason,
    })),
    features: [...features],
    componentHistory: await readBefore(reader, session, nowMs, options),
  };
}

const CHANGES: Readonly<Record<string, SessionChange['change']>> = {
  [EVENT_SESSION_START]: 'start',
  [EVENT_FEATURE_PAUSED]: 'pause',
  [EVENT_FEATURE_RESUMED]: 'resume',
  [EVENT_SESSION_END]: 'end',
};

async function readBefore(
  reader: Reader,
  { id, component, startedAt }: Session,
  nowMs: number,
  options: ReadOptions,
): Promise<Session[]> {
  if (component === null) return [];
  const startMs = Math.ceil(Date.parse(startedAt)) + 1;
  const window = windowOf(Math.max(0, startMs - BEFORE_MS), startMs, nowMs);
  const { rows } = await readSessions(
    reader,
    window,
    { component },
    { ...options, limit: MOST_BEFORE + 1 },
  );
  return rows.filter((row) => row.id !== id && row.startedAt <= startedAt).slice(0, MOST_BEFORE);
}

const windowOf = (fromMs: number, toMs: number, nowMs: number): Window => ({
  fromMs,
  toMs,
  zone: parseTimeZone('UTC'),
  nowMs,
  watermarkMs: nowMs,
});
