/** The sessions of this process, open and ended: the last thousand. */
import { warnOnce } from '../host/report.ts';
import type { SessionStatus, WorkSession } from './work-session.ts';

/** Sessions of this process in the order of their start, those of one component or all. */
export function sessionHistory(component?: string): SessionStatus[] {
  return sessions
    .filter((session) => component === undefined || session.component === component)
    .map((session) => session.status());
}

/** The session of a component that was started last. */
export function lastSessionOf(component: string): WorkSession | undefined {
  return sessions.findLast((session) => session.component === component);
}

/** The session of a component that was started last and has not ended. */
export function openSessionOf(component: string): WorkSession | undefined {
  return sessions.findLast(
    (session) => session.component === component && session.state !== 'ended',
  );
}

/** Remembers a session; the oldest is forgotten for it when there are too many. */
export function noteSession(session: WorkSession): void {
  sessions.push(session);
  if (sessions.length <= MOST_SESSIONS) return;
  const ended = sessions.findIndex(({ state }) => state === 'ended');
  sessions.splice(Math.max(0, ended), 1);
  if (ended >= 0) return;
  warnOnce(
    'sessions:open',
    `${MOST_SESSIONS} sessions are open, the last of "${session.component}"; ` +
      'stop each, best by "using session = startSession(…)"',
  );
}

const MOST_SESSIONS = 1000;
const sessions: WorkSession[] = [];
