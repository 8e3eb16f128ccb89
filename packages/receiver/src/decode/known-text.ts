/** The text of a known attribute as a string, cut as it is in a column. */
import type { ReceiverLimits } from '../limits.ts';
import type { KnownAttributes } from './known-attributes.ts';
import type { TextSource } from './text/text-source.ts';
import { cutLength } from './text/utf8.ts';

/** Known attributes that were read last, and the bytes where their texts lie. */
export interface KnownPlaces {
  readonly known: KnownAttributes;
  readonly limits: ReceiverLimits;
  readonly source: TextSource;
}

/**
 * Text of attribute `key` of what was read last; undefined when it has none. `isScratch` says that it was read from a message
 * that had been put together in the scratch area, so that places stand for those in there.
 */
export function readText(
  { known, limits, source }: KnownPlaces,
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
