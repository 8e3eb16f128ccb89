/** Statuses as code of the app writes them. */
import type { FeatureStatus } from '@heartwood/semconv';
import { warnOnce } from '../host/report.ts';
import { isStatus } from '../run/told-run.ts';

/** The status that a word means, in whatever letters; `otherwise` for one that means none, which is said once. */
export function toStatus(word: unknown, otherwise: FeatureStatus): FeatureStatus {
  const status = typeof word === 'string' ? word.trim().toLowerCase() : word;
  if (isStatus(status)) return status;
  const said = typeof word === 'string' ? word.slice(0, 40) : typeof word;
  warnOnce(`status:${said}`, `"${said}" is no status of a feature; "${otherwise}" is used`);
  return otherwise;
}
