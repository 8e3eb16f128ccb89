/** Names of the kinds of trouble. */

/** In the order in which they are tried. */
export const ERROR_CATEGORIES = [
  'api',
  'database',
  'timeout',
  'auth',
  'rate_limit',
  'validation',
  'filesystem',
  'memory',
  'configuration',
  'dependency',
  'unknown',
] as const;

export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];
