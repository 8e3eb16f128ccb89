/** Sessions as reports: for people, tables and build servers. */
import type { SessionStatus } from '../work/work-session.ts';

/** Sessions of one component. Milliseconds. */
export interface ComponentActivity {
  readonly component: string;
  readonly sessions: number;
  readonly openSessions: number;
  readonly durationMs: number;
  readonly activeMs: number;
  readonly pausedMs: number;
}

/** Sessions of all components. */
export interface ActivitySummary extends Omit<ComponentActivity, 'component'> {
  /** Those with most active time first. */
  readonly components: readonly ComponentActivity[];
}

/** Numbers of sessions; null where there are none to count. */
export interface TrackingMetrics extends ActivitySummary {
  readonly pauseCount: number;
  readonly meanActiveMs: number | null;
  readonly longestActiveMs: number | null;
  /** Share of the duration that was active, 0 to 1. */
  readonly activeShare: number | null;
}

/** Sums sessions up. */
export function toActivitySummary(sessions: readonly SessionStatus[]): ActivitySummary {
  const names = [...new Set(sessions.map(({ component }) => component))];
  const components = names.map((component) => ({
    component,
    ...sumUp(sessions.filter((session) => session.component === component)),
  }));
  return {
    ...sumUp(sessions),
    components: components.toSorted((a, b) => b.activeMs - a.activeMs),
  };
}

/** Counts sessions. */
export function toTrackingMetrics(sessions: readonly SessionStatus[]): TrackingMetrics {
  const summary = toActivitySummary(sessions);
  const active = sessions.map(({ activeMs }) => activeMs);
  return {
    ...summary,
    pauseCount: sum(sessions.map(({ pauseCount }) => pauseCount)),
    meanActiveMs: active.length === 0 ? null : summary.activeMs / active.length,
    longestActiveMs: active.length === 0 ? null : Math.max(...active),
    activeShare: summary.durationMs === 0 ? null : summary.activeMs / summary.durationMs,
  };
}

/** A row for each session; what a spreadsheet would take for a formula is made text. */
export function toCsv(sessions: readonly SessionStatus[]): string {
  const rows = sessions.map((session) => COLUMNS.map((column) => toCell(session[column])));
  return [COLUMNS, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** What the build server says about the build, where it is one that is known. */
export function readCiFacts(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const facts: Record<string, string> = { 'ci.mode': 'true' };
  for (const [fact, names] of Object.entries(CI_VARIABLES)) {
    const value = first(names);
    if (value !== undefined) facts[fact] = value;
  }
  return facts;
}

const COLUMNS = [
  'id',
  'component',
  'state',
  'startedAt',
  'endedAt',
  'durationMs',
  'activeMs',
  'pausedMs',
  'pauseCount',
  'reason',
] as const satisfies readonly (keyof SessionStatus)[];

/** GitHub, GitLab, Jenkins, CircleCI, Azure, Buildkite. */
const CI_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'ci.build': [
    'GITHUB_RUN_ID',
    'CI_PIPELINE_ID',
    'BUILD_NUMBER',
    'CIRCLE_BUILD_NUM',
    'BUILD_BUILDID',
    'BUILDKITE_BUILD_NUMBER',
  ],
  'ci.job': [
    'GITHUB_JOB',
    'CI_JOB_NAME',
    'JOB_NAME',
    'CIRCLE_JOB',
    'AGENT_JOBNAME',
    'BUILDKITE_LABEL',
  ],
  'ci.commit': [
    'GITHUB_SHA',
    'CI_COMMIT_SHA',
    'GIT_COMMIT',
    'CIRCLE_SHA1',
    'BUILD_SOURCEVERSION',
    'BUILDKITE_COMMIT',
  ],
  'ci.branch': [
    'GITHUB_REF_NAME',
    'CI_COMMIT_REF_NAME',
    'GIT_BRANCH',
    'CIRCLE_BRANCH',
    'BUILD_SOURCEBRANCHNAME',
    'BUILDKITE_BRANCH',
  ],
};

function sumUp(sessions: readonly SessionStatus[]): Omit<ComponentActivity, 'component'> {
  return {
    sessions: sessions.length,
    openSessions: sessions.filter(({ state }) => state !== 'ended').length,
    durationMs: sum(sessions.map(({ durationMs }) => durationMs)),
    activeMs: sum(sessions.map(({ activeMs }) => activeMs)),
    pausedMs: sum(sessions.map(({ pausedMs }) => pausedMs)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function toCell(value: string | number | Date | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = value instanceof Date ? value.toISOString() : value;
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
