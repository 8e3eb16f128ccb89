/** Sessions: what is known of each, and of all together. */
import { SessionKind } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { msToInstant, msToNs, nsToInstant, nsToMs } from '../instant.ts';
import { checkNames } from '../name.ts';
import { toMetadata } from '../record.ts';
import { keptWarnings, readRemoved } from '../removed.ts';
import { toNs, type Window } from '../window.ts';
import { LOOK_BACK_MS, SESSION_SILENCE_MS } from './limits.ts';

/** What a session does; `abandoned`: it was never ended, and nothing has been heard of it for half an hour. */
export const SESSION_STATES = ['active', 'paused', 'ended', 'abandoned'] as const;
type SessionState = (typeof SESSION_STATES)[number];

/** What is odd about a session. */
type SessionNote = 'start_unknown' | 'two_ends' | 'silences';

/** One session. `activeMs` + `pausedMs` = `durationMs`. */
export interface Session {
  readonly id: string;
  /** Null where nothing says it. */
  readonly kind: SessionKind | null;
  readonly component: string | null;
  readonly service: string | null;
  readonly state: SessionState;
  readonly startedAt: string;
  /** Null while it is under way; of an abandoned one when it was heard of last. */
  readonly endedAt: string | null;
  readonly lastSeenAt: string;
  readonly durationMs: number;
  readonly activeMs: number;
  readonly pausedMs: number;
  readonly pauseCount: number;
  readonly runs: number;
  /** Runs that failed or ran out of time. */
  readonly failed: number;
  /** What the app told beside what sessions and operations say of themselves. */
  readonly events: number;
  /** Log records of level error and above. */
  readonly errors: number;
  readonly user: string | null;
  readonly previousId: string | null;
  /** Why it was ended or is paused, where that was said. */
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** How often it was silent for longer than half an hour. */
  readonly gaps: number;
  readonly notes: SessionNote[];
}

/** Which sessions; all that is given holds together. */
export interface SessionFilter {
  readonly kind?: SessionKind | undefined;
  readonly state?: SessionState | undefined;
  readonly component?: string | undefined;
  readonly service?: string | undefined;
  readonly user?: string | undefined;
  /** Only those that say that a build server runs them. */
  readonly isCi?: boolean | undefined;
}

/** Which page of sessions. */
export interface SessionPageOptions extends ReadOptions {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** A page of sessions. */
export interface SessionPage {
  readonly rows: Session[];
  readonly nextCursor: string | null;
  readonly warnings: string[];
}

/**
 * Sessions of which anything was told in the window, those that began last first; each as a whole, as far as a week before
 * the window. Rejects an unknown service when nothing is found.
 */
export async function readSessions(
  reader: Reader,
  window: Window,
  filter: SessionFilter,
  { limit, cursor, ...options }: SessionPageOptions,
): Promise<SessionPage> {
  const [cursorStart, cursorSeq] = cursor?.split('-').map(BigInt) ?? [];
  // One more than asked for tells whether a page follows.
  const params = { ...toSessionParams(window, filter), cursorStart, cursorSeq, limit: limit + 1 };
  const [stored, removed] = await Promise.all([
    reader.read('session/list', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { service: filter.service }, options);
  const page = stored.slice(0, limit);
  const last = stored.length > limit ? page.at(-1) : undefined;
  return {
    rows: page.map((row) => toSession(row, window.nowMs)),
    nextCursor: last === undefined ? null : `${last.startNs}-${last.firstSeq}`,
    warnings: keptWarnings(removed, window, 'sessions'),
  };
}

/** The parameters that tell which sessions, and how they are judged. */
export function toSessionParams(window: Window, { isCi = false, ...filter }: SessionFilter) {
  return {
    ...toNs(window),
    lookFrom: msToNs(Math.max(0, window.fromMs - LOOK_BACK_MS)),
    now: msToNs(window.nowMs),
    silence: msToNs(SESSION_SILENCE_MS),
    session: undefined as string | undefined,
    isCi,
    ...filter,
  };
}

/** A stored session as it is answered. */
export function toSession(row: QueryRow<'session/list'>, nowMs: number): Session {
  const { state } = row;
  const isOpen = state === 'active' || state === 'paused';
  const notes: SessionNote[] = [];
  const isWork = row.kind === SessionKind.WORK;
  if (isWork && !row.isStartKnown) notes.push('start_unknown');
  if (row.ends > 1) notes.push('two_ends');
  if (row.gaps > 0) notes.push('silences');
  return {
    id: row.id,
    kind: row.kind as SessionKind | null,
    component: row.component,
    service: row.service,
    state: state as SessionState,
    startedAt: nsToInstant(row.startNs),
    endedAt: isOpen ? null : nsToInstant(row.untilNs),
    // A run that was sent ahead of its clock has not ended later than now.
    lastSeenAt: nsToMs(row.lastNs) > nowMs ? msToInstant(nowMs) : nsToInstant(row.lastNs),
    durationMs: row.activeMs + row.pausedMs,
    activeMs: row.activeMs,
    pausedMs: row.pausedMs,
    pauseCount: row.pauses,
    runs: row.runs,
    failed: row.failed,
    events: row.events,
    errors: row.errors,
    user: row.user,
    previousId: row.previousId,
    reason: row.reason,
    metadata: toMetadata(row.attributes),
    gaps: row.gaps,
    notes,
  };
}
