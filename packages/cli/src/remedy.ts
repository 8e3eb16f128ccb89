/** What helps, in the words of a terminal: the server speaks of paths and parameters, people here type commands and flags. */
import { ApiError } from '@heartwood/api/client';

/** What the command line says itself, by the code of the error. */
const REMEDIES: Readonly<Record<string, string>> = {
  FEATURE_UNKNOWN: 'Check the name with heartwood features list.',
  SERVICE_UNKNOWN: 'Check the spelling.',
  METRIC_UNKNOWN: 'Check the spelling.',
  EVENT_UNKNOWN: 'Check the name with heartwood events list.',
  OPERATION_UNKNOWN:
    'Check the id with heartwood operations list, or wait until its first event has arrived.',
  ERROR_UNKNOWN: 'Take it from heartwood logs errors, with its v1: in front.',
  TRAINING_LABEL_UNKNOWN: 'heartwood training schema lists all labels.',
  KPI_UNKNOWN: 'Check the id with heartwood kpi list.',
  GOAL_UNKNOWN: 'Check the id in the files of the definitions.',
  MEASURE_UNKNOWN: 'Check what it is made of with heartwood kpi show and its id.',
  FUNNEL_UNKNOWN: 'Check the id with heartwood funnels list.',
  RETENTION_UNKNOWN: 'Check the id with heartwood retention list.',
  HEART_UNKNOWN: 'Check the id with heartwood heart show.',
  HEART_PART_UNKNOWN: 'Check its letters with heartwood heart show and its id.',
  QUALITY_RUNNING:
    'Wait until they have ended, then read what they found with heartwood quality list, or try again.',
  DEFINITION_INVALID:
    'Mend it and ask again; heartwood definitions check lists all that is wrong in files.',
  PATH_ANCHOR: 'Give either --after or --before, such as --after feature:checkout.',
  PARAMETER_INVALID: 'Correct the flag; --help behind the command lists what each takes.',
  BODY_INVALID: 'Correct the flag; --help behind the command lists what each takes.',
  EXPLAIN_UNKNOWN:
    "Give the path of an answer and its parameters, such as heartwood explain 'features?since=7d'.",
  ROUTE_UNKNOWN:
    'The server does not know this question: use the command line of its version; with heartwood api get, check the path.',
  PATH_NOT_JSON:
    'Give a path below /api/v1/, such as features; its streams are followed by heartwood monitor logs and monitor operations, its files written by heartwood training export. Anything else is for curl or a browser.',
  TOKEN_MISSING: 'Give a token with HEARTWOOD_READ_TOKEN or --token.',
  TOKEN_WRONG:
    'Give the one that the server has, HEARTWOOD_READ_TOKEN there, with HEARTWOOD_READ_TOKEN or --token.',
  SCOPE_TOO_LOW: 'Give the admin token with HEARTWOOD_READ_TOKEN or --token.',
};

/** The remedy of an error for somebody in a terminal; undefined where that of the server would name what is not typed here. */
export function toTypedRemedy(code: string, remedy: unknown): string | undefined {
  const own = Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined;
  if (own !== undefined || typeof remedy !== 'string') return own;
  // Of a newer server, whose codes this table does not have.
  return remedy.includes('/api/') || remedy.includes('/docs')
    ? undefined
    : remedy.replaceAll(/\b(interval|top|by)=/gu, '--$1 ');
}

/** The same of whatever failed; null where nothing is known that helps. */
export const typedRemedyOf = (error: unknown): string | null =>
  error instanceof ApiError ? (toTypedRemedy(error.code, error.remedy) ?? null) : null;

/** A name to choose instead: the path of an answer as `heartwood explain` takes it, any other as it is. */
export const toTypedName = (name: string): string => name.replace(/^\/api\/v1\//u, '');
