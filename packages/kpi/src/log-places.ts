/** Where log records may be that have the words which a filter demands, by what upkeep knows of them. */
import type { Reader, ReadOptions } from '@heartwood/store';
import type { LogParams } from './log-filter.ts';
import { wordsOfPattern, wordsOfText } from './pattern-words.ts';

/** A stretch of records by their numbers, both included. */
interface Place {
  readonly firstSeq: bigint;
  readonly lastSeq: bigint;
}

/** A stretch and the times in it; null: any. */
interface KnownPlace extends Place {
  readonly firstNs: bigint | null;
  readonly lastNs: bigint | null;
}

/** Every record. */
const EVERYWHERE: Place = { firstSeq: 0n, lastSeq: 2n ** 63n - 1n };

/** Each takes a look at the files of the archive. */
const MOST_PLACES = 12;

/** The stretches of a range in nanoseconds that may have what is looked for; undefined where the filter demands no word. */
export async function findPlaces(
  reader: Reader,
  params: LogParams,
  { from, to }: { readonly from: bigint; readonly to: bigint },
  options: ReadOptions,
): Promise<readonly KnownPlace[] | undefined> {
  const words = await demandedWords(reader, params, { from, to }, options);
  if (words.length === 0 || from >= to) return undefined;
  const places = await reader.read('log/slices', { from, to, words, most: MOST_PLACES }, options);
  return places.map(({ firstSeq, lastSeq, firstTime, lastTime }) => ({
    firstSeq: BigInt(firstSeq),
    lastSeq: BigInt(lastSeq),
    firstNs: firstTime === null ? null : BigInt(firstTime),
    lastNs: lastTime === null ? null : BigInt(lastTime),
  }));
}

/** Those of them that reach into a slice of time. */
export const placesWithin = (
  places: readonly KnownPlace[] | undefined,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): readonly Place[] =>
  places === undefined
    ? [EVERYWHERE]
    : places
        .filter(
          ({ firstNs, lastNs }) =>
            firstNs === null || lastNs === null || (firstNs < to && lastNs >= from),
        )
        .map(({ firstSeq, lastSeq }) => ({ firstSeq, lastSeq }));

/**
 * What every record that passes has within the words of its body and of its attributes. A pattern that is found in the
 * name of an event demands none.
 */
async function demandedWords(
  reader: Reader,
  params: LogParams,
  range: { readonly from: bigint; readonly to: bigint },
  options: ReadOptions,
): Promise<string[]> {
  const { text, exactText, attributeValues } = params;
  const words = [text, exactText, ...attributeValues].flatMap((one) => wordsOfText(one ?? ''));
  if (range.from >= range.to) return words;
  for (const pattern of [params.pattern, params.filterPattern]) {
    const demanded = wordsOfPattern(pattern ?? '');
    if (pattern === undefined || demanded.length === 0) continue;
    const [row] = await reader.read('log/named', { ...range, pattern }, options);
    if (row?.isNamed === false) words.push(...demanded);
  }
  return words;
}
