/** What processes used minute by minute, out of the metrics that they sent. */
import { HOST_CORE_KEYS, HOST_METRICS, HOST_STATE_KEYS } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from '../errors.ts';
import { PROCESS_KEYS } from '../process-keys.ts';
import { toNs, type Window } from '../window.ts';

/** One process in one minute. */
export type ProcessMinute = QueryRow<'resource/minutes'>;

/** Runs longer than that are not looked for before the start of a window. */
export const LONGEST_RUN_NS = 86_400_000_000_000n;

/** Ten times the usual interval of exporters: across a longer silence nobody knows when a counter went up. */
const GAP_NS = 600_000_000_000n;
/** Twenty processes for a week. */
const MOST_MINUTES = 200_000;

interface MinuteFilter {
  readonly service?: string | undefined;
  /** Only processes that ran it in the window. */
  readonly feature?: string | undefined;
}

/** Reads a row a process and minute of a window. Rejects with `RESOURCES_TOO_MANY` where there are too many. */
export async function readMinutes(
  reader: Reader,
  window: Window,
  { service, feature }: MinuteFilter,
  options: ReadOptions,
): Promise<ProcessMinute[]> {
  const { from, to } = toNs(window);
  const params = {
    from,
    to,
    service,
    feature,
    runsFrom: from - LONGEST_RUN_NS,
    gapNs: GAP_NS,
    names: Object.keys(HOST_METRICS),
    roles: Object.values(HOST_METRICS),
    stateKeys: HOST_STATE_KEYS,
    coreKeys: HOST_CORE_KEYS,
    ...PROCESS_KEYS,
    limit: MOST_MINUTES + 1,
  };
  const rows = await reader.read('resource/minutes', params, options);
  if (rows.length > MOST_MINUTES)
    throw new QuestionError('RESOURCES_TOO_MANY', 'since', { limit: MOST_MINUTES });
  return rows;
}
