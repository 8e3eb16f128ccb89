/** Sessions: work on a component with its pauses, visits, and runs of a process. */
import { SessionKind } from '@heartwood/semconv';
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant, Meta, Milliseconds, Ratio } from './answer.ts';
import { flag, limit, longRange, pairCursor } from './parameter.ts';
import { count } from './run.ts';

const STATES = ['active', 'paused', 'ended', 'abandoned'] as const;
const NOTES = ['start_unknown', 'two_ends', 'silences'] as const;

const said = z.string().nullable();
const ms = (description: string) => z.number().min(0).describe(`${description}, milliseconds.`);
const text = (description: string) => z.string().min(1).max(1024).optional().describe(description);

const Kind = z
  .enum(SessionKind)
  .describe(
    '`work`: on a component, with a start, pauses and an end. `visit`: of a user. `run`: of a process. Asked for, `work` is what says of itself when it began, paused or ended.',
  );
const State = z
  .enum(STATES)
  .describe(
    '`abandoned`: work that was never ended, and of which nothing has been heard for 30 minutes; the next record brings it back. Visits and runs of processes end with 30 minutes of silence.',
  );

const session = {
  id: z.string(),
  kind: Kind.nullable(),
  component: said.describe('What is worked on; only of work.'),
  service: said.describe('`service.name` of the record that came first.'),
  state: State,
  startedAt: Instant,
  endedAt: Instant.nullable().describe(
    'Null while it is under way; of one that was abandoned or left when it was heard of last.',
  ),
  lastSeenAt: Instant.describe('Of its last record, the end of a run included.'),
  durationMs: ms('Active and paused time'),
  activeMs: ms('Time without pauses, by the own clock where it has ended'),
  pausedMs: ms('Time in pauses'),
  pauseCount: count('How often it was paused.'),
  runs: count('Runs in it.'),
  failed: count('Of these, runs that failed or ran out of time.'),
  events: count('Events of the app, besides what sessions and operations say of themselves.'),
  errors: count('Log records of level error and above.'),
  user: said.describe('Hash of the user or, where kept, the id; of the record that came last.'),
  previousId: said.describe('The session that it continues.'),
  reason: said.describe('Why it was ended or is paused, where that was said.'),
  metadata: z
    .record(z.string(), z.unknown())
    .describe('What the app said at the start with `feature.metadata.<key>`, by key.'),
  gaps: count('How often nothing was heard of it for more than 30 minutes.'),
  notes: z
    .array(z.enum(NOTES))
    .describe(
      'What is odd: `start_unknown`, its start was not received or lies more than 7 days before the range; `two_ends`, the first of which counts; `silences`.',
    ),
};

/** One session. */
export const SessionRow = z.object(session).meta({ id: 'SessionRow' });

/** One session with its history. */
export const SessionDetail = z
  .object({
    ...session,
    history: z
      .array(
        z.object({
          time: Instant,
          change: z.enum(['start', 'pause', 'resume', 'end']),
          reason: said,
        }),
      )
      .describe('What it said of itself, oldest first, at most 1,000.'),
    features: z
      .array(
        z.object({
          feature: z.string(),
          runs: count('Runs of it in the session.'),
          failed: count('Of these, runs that failed or ran out of time.'),
          p50Ms: Milliseconds.describe('Median duration.'),
        }),
      )
      .describe('What it ran, the most frequent first, at most 100.'),
    componentHistory: z
      .array(SessionRow)
      .describe('Sessions of its component in the 28 days before it, the last ten, newest first.'),
  })
  .meta({ id: 'SessionDetail' });

const activity = {
  sessions: count('Sessions.'),
  openSessions: count('Of these, active or paused.'),
  abandonedSessions: count('Of these, abandoned.'),
  durationMs: ms('Active and paused time of all'),
  activeMs: ms('Active time of all'),
  pausedMs: ms('Time in pauses of all'),
  runs: count('Runs in them.'),
  failed: count('Runs that failed or ran out of time.'),
  errors: count('Log records of level error and above.'),
};

/** Sessions summed up. */
export const SessionSummary = z
  .object({
    ...activity,
    pauseCount: count('Pauses of all.'),
    meanActiveMs: z.number().nullable().describe('Mean active time, ms; null without sessions.'),
    longestActiveMs: z
      .number()
      .nullable()
      .describe('Longest active time, ms; null without sessions.'),
    activeShare: Ratio.describe('`activeMs / durationMs`; null without a duration.'),
    components: z
      .array(z.object({ component: said, ...activity }))
      .describe('By component, those with most active time first; at most 1,000.'),
  })
  .meta({ id: 'SessionSummary' });

const filters = {
  component: text('Only work on this component.'),
  service: text('Only sessions of which this service sent a record in the range.'),
  user: text('Only sessions of this user: the hash or, where kept, the id.'),
  state: State.optional().describe('Only sessions in this state.'),
  ci: flag('Only sessions that say that a build server runs them (`ci.mode`).'),
};

const counts = {
  tests: count('Cases.'),
  failures: count('Of these, runs that failed or ran out of time.'),
  errors: count(
    'Of these, sessions that were abandoned, or that have more runs than the report tells.',
  ),
  skipped: count('Of these, runs that were cancelled, and sessions under way that ran nothing.'),
};

/** Sessions as a build server takes them. */
export const SessionReport = z
  .object({
    ...counts,
    timeMs: ms('Active time of all sessions'),
    suites: z
      .array(
        z.object({
          name: z.string().describe('The component, else the kind of the session.'),
          session: z.string(),
          state: State,
          startedAt: Instant,
          timeMs: ms('Active time'),
          metadata: z.record(z.string(), z.unknown()),
          ...counts,
          cases: z.array(
            z.object({
              name: z.string().describe('The feature; `session` where it is the session itself.'),
              className: z.string().describe('The component.'),
              timeMs: ms('Duration'),
              outcome: z.enum(['passed', 'failed', 'error', 'skipped']),
              type: said.describe('Class of the failure, else how it ended; null of a success.'),
              message: said,
              traceId: said,
            }),
          ),
        }),
      )
      .describe('A suite each session, those that began first in front; a case each run.'),
    text: z
      .string()
      .nullable()
      .describe('The same as Markdown or JUnit XML, where that is asked for.'),
  })
  .meta({ id: 'SessionReport' });

/** Query of a report. */
export const SessionReportQuery = z.strictObject({
  ...longRange('the last 7 days'),
  session: text('Only this session, of whatever time.'),
  ...filters,
  kind: Kind.optional().describe('Only sessions of this kind.'),
  ci: z
    .enum(['true', 'false'])
    .default('true')
    .describe('False: also sessions that no build server runs (`ci.mode`).'),
  format: z
    .enum(['json', 'md', 'junit'])
    .default('json')
    .describe('`md` and `junit` give the report as `text` too.'),
  limit: limit(20, 100),
  ...explainFlag,
});

/** Query of sessions; all given filters hold together. */
export const SessionListQuery = z.strictObject({
  ...longRange('the last 7 days'),
  ...filters,
  kind: Kind.optional().describe('Only sessions of this kind.'),
  limit: limit(50, 1000),
  ...pairCursor('-'),
});

/** Query of a summary of sessions. */
export const SessionSummaryQuery = z.strictObject({
  ...longRange('the last 7 days'),
  ...filters,
  kind: Kind.default('work').describe('Which kind of sessions is summed up.'),
  ...explainFlag,
});

/** Meta of sessions. */
export const SessionListMeta = Meta.extend({
  nextCursor: z
    .string()
    .nullable()
    .describe('Give it as `cursor` for the next page; null at the end.'),
}).meta({ id: 'SessionListMeta' });

/** Which session. */
export const SessionParams = z.strictObject({
  id: z.string().min(1).max(1024).describe('`id` of the session.'),
});

/** Of one session. */
export const SessionMeta = z
  .object({ at: Instant.describe('When this was so.') })
  .meta({ id: 'SessionMeta' });
