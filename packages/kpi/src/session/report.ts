/** What a build server is told of sessions: each a suite, each of its runs a case. */
import { FEATURE_STATUSES, FeatureStatus } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from '../errors.ts';
import { msToNs } from '../instant.ts';
import { toNs, type Window } from '../window.ts';
import { LOOK_BACK_MS } from './limits.ts';
import { readSessions, toSession, toSessionParams, type Session } from './session.ts';
import type { SessionFilter } from './session.ts';

/** How a case came out. */
type CaseOutcome = 'passed' | 'failed' | 'error' | 'skipped';

/** A run, or the session itself where it ran nothing or was abandoned. */
export interface ReportCase {
  readonly name: string;
  /** The component. */
  readonly className: string;
  readonly timeMs: number;
  readonly outcome: CaseOutcome;
  /** Class of the failure; null of what passed. */
  readonly type: string | null;
  readonly message: string | null;
  /** Of a run. */
  readonly traceId: string | null;
}

/** How many cases there are, by how they came out. */
export interface ReportCounts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

/** A session. */
export interface ReportSuite extends ReportCounts {
  readonly name: string;
  readonly session: string;
  readonly state: Session['state'];
  readonly startedAt: string;
  /** Active time of the session. */
  readonly timeMs: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cases: ReportCase[];
}

/** All suites, those that began first in front. */
export interface SessionReport extends ReportCounts {
  readonly timeMs: number;
  readonly suites: ReportSuite[];
}

/** Which sessions are reported: one, or those of a window. */
interface ReportRequest extends SessionFilter {
  readonly session?: string | undefined;
}

interface AnsweredReport {
  readonly report: SessionReport;
  /** Told ones; further cases are of sessions. */
  readonly runs: number;
  readonly truncated: boolean;
  readonly warnings: string[];
}

/** Cases of one report. */
const MOST_CASES = 10_000;

/** Reports the newest sessions of a window; rejects with `SESSION_UNKNOWN` where one was asked for and is not stored. */
export async function readSessionReport(
  reader: Reader,
  window: Window,
  { session, ...filter }: ReportRequest,
  { limit, ...options }: ReadOptions & { readonly limit: number },
): Promise<AnsweredReport> {
  const found =
    session === undefined
      ? await readSessions(reader, window, filter, { ...options, limit })
      : await readOne(reader, window, session, options);
  const sessions = found.rows.toReversed();
  const range = {
    from: session === undefined ? msToNs(Math.max(0, window.fromMs - LOOK_BACK_MS)) : 0n,
    to: toNs({ fromMs: 0, toMs: Math.max(window.toMs, window.nowMs) + LOOK_BACK_MS }).to,
  };
  const ids = sessions.map(({ id }) => id);
  const runs =
    ids.length === 0
      ? []
      : await reader.read(
          'session/runs',
          { ...range, sessions: ids, limit: MOST_CASES + 1 },
          options,
        );
  const bySession = new Map(ids.map((id) => [id, [] as QueryRow<'session/runs'>[]]));
  const told = runs.slice(0, MOST_CASES);
  for (const run of told) bySession.get(run.session)?.push(run);
  const isCut = runs.length > MOST_CASES;
  const isShort = found.nextCursor !== null;
  const suites = sessions.map((one, place) =>
    toSuite(one, bySession.get(one.id) ?? [], {
      isCut,
      limit: isShort && place === 0 ? limit : undefined,
    }),
  );
  const warnings = [
    ...(isShort
      ? [
          limit === 1
            ? 'Only the newest session is told.'
            : `Only the newest ${String(limit)} sessions are told.`,
        ]
      : []),
    ...(isCut ? [`Only the first ${String(MOST_CASES)} runs are told.`] : []),
  ];
  const timeMs = suites.reduce((sum, suite) => sum + suite.timeMs, 0);
  return {
    report: { ...sumUp(suites), timeMs, suites },
    runs: told.length,
    truncated: isCut || isShort,
    warnings: [...found.warnings, ...warnings],
  };
}

async function readOne(
  reader: Reader,
  window: Window,
  id: string,
  options: ReadOptions,
): ReturnType<typeof readSessions> {
  const whole = { ...window, fromMs: 0, toMs: window.nowMs + LOOK_BACK_MS };
  const params = { ...toSessionParams(whole, {}), session: id, limit: 1 };
  const [row] = await reader.read('session/list', params, options);
  if (row === undefined) throw new QuestionError('SESSION_UNKNOWN', 'session', { value: id });
  return { rows: [toSession(row, window.nowMs)], nextCursor: null, warnings: [] };
}

function toSuite(
  session: Session,
  runs: readonly QueryRow<'session/runs'>[],
  { isCut, limit }: { readonly isCut: boolean; readonly limit: number | undefined },
): ReportSuite {
  const { id, component, state, startedAt, activeMs, metadata } = session;
  const name = component ?? session.kind ?? 'session';
  const cases = runs.map((run) => toCase(run, name));
  // A session that only says when it began and ended is a case too, and one that was left is never good.
  const untold = isCut ? Math.max(0, session.runs - runs.length) : 0;
  if (untold > 0) cases.push(caseOfUntold(session, name, untold));
  if (limit !== undefined) cases.unshift(caseOfOlder(name, limit));
  if ((runs.length === 0 && untold === 0) || state === 'abandoned')
    cases.push(caseOf(session, name));
  return {
    name,
    session: id,
    state,
    startedAt,
    timeMs: activeMs,
    metadata,
    ...sumUp(cases.map(countCase)),
    cases,
  };
}

function toCase(run: QueryRow<'session/runs'>, suite: string): ReportCase {
  const status = FEATURE_STATUSES[run.status - 1] ?? FeatureStatus.SUCCESS;
  const outcome = OUTCOMES[status];
  const said = { type: run.errorType ?? status, message: run.message ?? `run ended as ${status}` };
  return {
    name: run.feature,
    className: run.component ?? suite,
    timeMs: run.durationMs,
    outcome,
    ...(status === FeatureStatus.SUCCESS ? { type: null, message: null } : said),
    traceId: run.traceId,
  };
}

/** A run that reached a part of its goal has passed, and says so. */
const OUTCOMES: Readonly<Record<FeatureStatus, CaseOutcome>> = {
  success: 'passed',
  failed: 'failed',
  partial: 'passed',
  timeout: 'failed',
  cancelled: 'skipped',
};

function caseOf({ state, activeMs, lastSeenAt, reason }: Session, suite: string): ReportCase {
  const about = { name: 'session', className: suite, timeMs: activeMs, traceId: null };
  if (state === 'ended') return { ...about, outcome: 'passed', type: null, message: reason };
  return state === 'abandoned'
    ? {
        ...about,
        outcome: 'error',
        type: 'abandoned',
        message: `the session was never ended; it was heard of last at ${lastSeenAt}`,
      }
    : { ...about, outcome: 'skipped', type: state, message: `the session is ${state}` };
}

/** Runs that nobody looked at have not passed: who reads the report alone is to see that. */
const caseOfUntold = ({ activeMs }: Session, suite: string, untold: number): ReportCase => ({
  name: 'session',
  className: suite,
  timeMs: activeMs,
  outcome: 'error',
  type: 'truncated',
  message: `${String(untold)} of its runs are not told: a report has the first ${String(MOST_CASES)}; report fewer sessions at once`,
  traceId: null,
});

/** Nor have sessions; theirs stands where the first that is not told would stand. */
const caseOfOlder = (suite: string, limit: number): ReportCase => ({
  name: 'older sessions',
  className: suite,
  timeMs: 0,
  outcome: 'error',
  type: 'truncated',
  message: `sessions older than this one are not told: this report has the newest ${String(limit)}; raise the limit, or report a shorter range`,
  traceId: null,
});

const countCase = ({ outcome }: ReportCase): ReportCounts => ({
  tests: 1,
  failures: Number(outcome === 'failed'),
  errors: Number(outcome === 'error'),
  skipped: Number(outcome === 'skipped'),
});

function sumUp(parts: readonly ReportCounts[]): ReportCounts {
  const sum = (of: (part: ReportCounts) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    tests: sum(({ tests }) => tests),
    failures: sum(({ failures }) => failures),
    errors: sum(({ errors }) => errors),
    skipped: sum(({ skipped }) => skipped),
  };
}
