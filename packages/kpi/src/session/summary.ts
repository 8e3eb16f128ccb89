/** Sessions summed up, as the tracker of an app sums up its own: activity by component, and the numbers behind it. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { checkNames } from '../name.ts';
import { keptWarnings, readRemoved } from '../removed.ts';
import type { Window } from '../window.ts';
import { toSessionParams, type SessionFilter } from './session.ts';

/** Sessions of one component. Milliseconds. */
interface ComponentActivity {
  /** Null: without one. */
  readonly component: string | null;
  readonly sessions: number;
  readonly openSessions: number;
  readonly abandonedSessions: number;
  readonly durationMs: number;
  readonly activeMs: number;
  readonly pausedMs: number;
  readonly runs: number;
  readonly failed: number;
  readonly errors: number;
}

/** Sessions of all components, and numbers of them; null where there are none to count. */
export interface SessionSummary extends Omit<ComponentActivity, 'component'> {
  readonly pauseCount: number;
  readonly meanActiveMs: number | null;
  readonly longestActiveMs: number | null;
  /** Share of the duration that was active, 0 to 1. */
  readonly activeShare: number | null;
  /** Those with most active time first. */
  readonly components: ComponentActivity[];
}

/** Components that are told apart. */
const MOST_COMPONENTS = 1000;

/** Sums up the sessions that `readSessions` lists. Rejects an unknown service when there are none. */
export async function readSessionSummary(
  reader: Reader,
  window: Window,
  filter: SessionFilter,
  options: ReadOptions = {},
): Promise<{ summary: SessionSummary; truncated: boolean; warnings: string[] }> {
  // One more than is told, and the sum of all.
  const params = { ...toSessionParams(window, filter), limit: MOST_COMPONENTS + 2 };
  const [rows, removed] = await Promise.all([
    reader.read('session/summary', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  const total = rows.find(({ isTotal }) => isTotal);
  const parts = rows.filter(({ isTotal }) => !isTotal);
  if (total === undefined || total.sessions === 0)
    await checkNames(reader, { service: filter.service }, options);
  return {
    summary: toSummary(total ?? NOTHING, parts.slice(0, MOST_COMPONENTS)),
    truncated: parts.length > MOST_COMPONENTS,
    warnings: keptWarnings(removed, window, 'sessions'),
  };
}

type Row = QueryRow<'session/summary'>;

const NOTHING: Row = {
  isTotal: true,
  component: null,
  sessions: 0,
  openSessions: 0,
  abandonedSessions: 0,
  activeMs: 0,
  pausedMs: 0,
  pauseCount: 0,
  longestActiveMs: null,
  runs: 0,
  failed: 0,
  errors: 0,
};

function toSummary(total: Row, parts: readonly Row[]): SessionSummary {
  const { component: _, ...sums } = toActivity(total);
  return {
    ...sums,
    pauseCount: total.pauseCount,
    meanActiveMs: total.sessions === 0 ? null : total.activeMs / total.sessions,
    longestActiveMs: total.longestActiveMs,
    activeShare: sums.durationMs === 0 ? null : total.activeMs / sums.durationMs,
    components: parts.map(toActivity),
  };
}

function toActivity(row: Row): ComponentActivity {
  return {
    component: row.component,
    sessions: row.sessions,
    openSessions: row.openSessions,
    abandonedSessions: row.abandonedSessions,
    durationMs: row.activeMs + row.pausedMs,
    activeMs: row.activeMs,
    pausedMs: row.pausedMs,
    runs: row.runs,
    failed: row.failed,
    errors: row.errors,
  };
}
