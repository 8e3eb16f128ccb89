/** Parameters and columns that questions about runs have in common. */

/** Which runs a question is about that only roll-ups can answer; they know no services. */
export const ROLLED_FILTER = {
  from: 'ns',
  to: 'ns',
  feature: 'text?',
  category: 'text?',
  component: 'text?',
  status: 'int?',
} as const;

/** Which runs a question is about. */
export const RUN_FILTER = { ...ROLLED_FILTER, service: 'text?' } as const;

/** The numbers of a set of runs. */
export const RUN_NUMBERS = {
  runs: 'int',
  /** Users and sessions are null where the runs that would tell have been removed. */
  users: 'int?',
  sessions: 'int?',
  success: 'int',
  failed: 'int',
  partial: 'int',
  timeout: 'int',
  cancelled: 'int',
  /** Runs with neither user nor session. */
  nobody: 'int',
  /** Runs that end before they start. */
  untimed: 'int',
  /** Runs of senders that leave out other runs. */
  filtered: 'int',
  p50Ms: 'real?',
  p95Ms: 'real?',
  p99Ms: 'real?',
  meanMs: 'real?',
  efficiency: 'real?',
} as const;

/** The numbers of a feature in a range. */
export const FEATURE_NUMBERS = {
  feature: 'text',
  category: 'text?',
  component: 'text?',
  ...RUN_NUMBERS,
  excellent: 'int',
  good: 'int',
  acceptable: 'int',
  slow: 'int',
  verySlow: 'int',
  firstSeen: 'ns',
  lastSeen: 'ns',
  /** Percentiles are within 3.2 % of the exact ones: spans of the range have been removed, or it has very many runs. */
  approximate: 'bool',
} as const;
