/** Questions about sessions; their SQL stands under `sql/read/session`. */
import type { QueryDefinitions } from './query.ts';

/** Which sessions: those of which anything is known between two moments; all that is given holds together. */
const SESSION_FILTER = {
  from: 'ns',
  to: 'ns',
  /** Records from here on tell of them, also those after `to`. */
  lookFrom: 'ns',
  now: 'ns',
  /** A work session that nothing is heard of for longer, without an end, is abandoned. */
  silence: 'ns',
  session: 'text?',
  kind: 'text?',
  state: 'text?',
  component: 'text?',
  service: 'text?',
  user: 'text?',
  /** Only those that say that a build server runs them. */
  isCi: 'bool',
} as const;

export const SESSION_QUERIES = {
  'session/list': {
    params: {
      ...SESSION_FILTER,
      /** Where the page before ended: start and number of its last session. */
      cursorStart: 'ns?',
      cursorSeq: 'ns?',
      limit: 'int',
    },
    row: {
      id: 'text',
      kind: 'text?',
      component: 'text?',
      service: 'text?',
      state: 'text',
      isStartKnown: 'bool',
      /** How often its end was told. */
      ends: 'int',
      startNs: 'ns',
      /** Up to where its time is counted. */
      untilNs: 'ns',
      lastNs: 'ns',
      firstSeq: 'ns',
      activeMs: 'real',
      pausedMs: 'real',
      pauses: 'int',
      runs: 'int',
      failed: 'int',
      events: 'int',
      errors: 'int',
      user: 'text?',
      previousId: 'text?',
      reason: 'text?',
      /** Of its start. */
      attributes: 'json',
      gaps: 'int',
    },
  },
  'session/summary': {
    params: { ...SESSION_FILTER, limit: 'int' },
    row: {
      /** One row of all sessions comes first, then one a component. */
      isTotal: 'bool',
      component: 'text?',
      sessions: 'int',
      openSessions: 'int',
      abandonedSessions: 'int',
      activeMs: 'real',
      pausedMs: 'real',
      pauseCount: 'int',
      longestActiveMs: 'real?',
      runs: 'int',
      failed: 'int',
      errors: 'int',
    },
  },
  'session/changes': {
    params: { from: 'ns', to: 'ns', session: 'text', limit: 'int' },
    row: { time: 'ns', seq: 'ns', event: 'text', reason: 'text?' },
  },
  'session/features': {
    params: { from: 'ns', to: 'ns', session: 'text', limit: 'int' },
    row: { feature: 'text', runs: 'int', failed: 'int', p50Ms: 'real?' },
  },
  'session/runs': {
    params: { from: 'ns', to: 'ns', sessions: 'texts', limit: 'int' },
    row: {
      session: 'text',
      feature: 'text',
      component: 'text?',
      status: 'int',
      durationMs: 'real',
      errorType: 'text?',
      message: 'text?',
      traceId: 'text',
    },
  },
} as const satisfies QueryDefinitions;
