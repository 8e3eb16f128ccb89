/** Unknown names: do events come that the tracking plan does not know? */
import { isOwnEvent } from '@heartwood/semconv';
import type { VolumeRow } from '@heartwood/store';
import { suggest } from '../suggestion.ts';
import type { Finding } from './finding.ts';
import type { OptionsFor } from './options.ts';

/**
 * The share that an unknown event has in all events of the period, expected is the share above which it fails. What SDKs send
 * of themselves needs no plan, as at the receiver.
 */
export function checkUnknown(
  rows: readonly VolumeRow[],
  planned: ReadonlySet<string>,
  optionsOf: OptionsFor<'unknown'>,
): Finding[] {
  const seen = rows.flatMap(({ source, name, weeks, lastTraceId }) => {
    const records = weeks.find(({ week }) => week === 0)?.records ?? 0;
    const isPlans = planned.has(name) || !isOwnEvent(name);
    return source === 'event' && records > 0 && isPlans ? [{ name, records, lastTraceId }] : [];
  });
  const all = seen.reduce((sum, { records }) => sum + records, 0);
  return seen.flatMap(({ name, records, lastTraceId }): Finding[] => {
    const options = optionsOf(name);
    if (options === undefined) return [];
    const base = { subject: name, expected: options.failShare, n: records };
    const evidence = { samples: lastTraceId === null ? [] : [lastTraceId] };
    if (planned.has(name))
      return [{ ...base, result: 'pass', value: 0, message: 'planned', evidence }];
    const value = records / all;
    const near = suggest(name, planned).slice(0, 3);
    const hint = near.length === 0 ? '' : `; planned is ${near.join(', ')}`;
    const message = `not in the tracking plan${hint}`;
    const isFew = records < options.minRecords || value <= options.failShare;
    return [{ ...base, result: isFew ? 'warn' : 'fail', value, message, evidence }];
  });
}
