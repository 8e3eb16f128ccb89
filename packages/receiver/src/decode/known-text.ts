/** The text of a known attribute as a string, cut as it is in a column. */
import type { OpenRequest } from './open-request.ts';
import { cutLength } from './text/utf8.ts';

/**
 * Text of attribute `key` of what was read last; undefined when it has none. `isScratch` says that it was read from a message
 * that had been put together in the scratch area, so that places stand for those in there.
 */
export function readText(
  { known, limits, source }: OpenRequest,
  key: number,
  isScratch = false,
): string | undefined {
  if (!known.has(key)) return undefined;
  const at = known.low[key] ?? 0;
  const start = isScratch && at >= 0 ? ~at : at;
  const length = known.high[key] ?? 0;
  if (length <= limits.nameBytes) return source.string(start, length);
  const view = start < 0 ? source.scratchView : source.view;
  return source.string(start, cutLength(view, start < 0 ? ~start : start, limits.nameBytes));
}
