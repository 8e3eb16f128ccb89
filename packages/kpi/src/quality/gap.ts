/** Gaps: was a service silent at a time at which it has always sent something? */
import type { SilenceRow } from '@heartwood/store';
import { msToInstant, nsToInstant } from '../instant.ts';
import { medianOf, tooFewWeeks } from './baseline.ts';
import type { Finding } from './finding.ts';
import type { OptionsFor, OptionsOf } from './options.ts';
import { pointsOf, quarterStart, type Weeks } from './weeks.ts';

/**
 * The longest gap in seconds, expected are the records that the same time of earlier weeks held (median), `n` is how many
 * weeks these are. A silence is a gap when the same time of earlier weeks held enough and was silent too at most once in
 * five weeks: a shop that closes on Sundays or at night has none. When others that should have spoken were silent as
 * well, one finding says so.
 */
export function checkGap(
  rows: readonly SilenceRow[],
  removedBefore: bigint | null,
  weeks: Weeks,
  optionsOf: OptionsFor<'gap'>,
): Finding[] {
  const looked = [...new Set(rows.map(({ service }) => service))].flatMap((service): Looked[] => {
    const subject = service ?? 'no service';
    const options = optionsOf(subject);
    if (options === undefined) return [];
    const own = rows.filter((row) => row.service === service);
    const points = pointsOf(weeks, own[0]?.firstTime ?? '0', removedBefore);
    const lastSeen = nsToInstant(own[0]?.lastTime ?? '0');
    const missing =
      points.length < options.minPoints ? tooFewWeeks(points.length, options.minPoints) : undefined;
    const gaps =
      missing === undefined ? own.flatMap((row) => toGap(row, points, options) ?? []) : [];
    return [{ subject, gaps, missing, n: points.length, lastSeen }];
  });
  const all = looked.flatMap(({ gaps }) => gaps);
  return [
    ...findCommon(
      all.filter((gap) => isCommon(gap, all)),
      weeks,
    ),
    ...looked.map((one) => toFinding(one, all, weeks)),
  ];
}

/** What was seen of one service. */
interface Looked {
  readonly subject: string;
  readonly gaps: readonly Gap[];
  /** What is missing to tell its gaps. */
  readonly missing: string | undefined;
  readonly n: number;
  readonly lastSeen: string;
}

function toFinding(
  { subject, gaps, missing, n, lastSeen }: Looked,
  all: readonly Gap[],
  weeks: Weeks,
): Finding {
  if (missing !== undefined) {
    const base = { value: null, expected: null, n };
    const evidence = { samples: [], lastSeen };
    return { subject, result: 'not_enough_data', ...base, message: missing, evidence };
  }
  const alone = gaps.filter((gap) => !isCommon(gap, all));
  const evidence = { samples: [], lastSeen, gaps: alone.map((gap) => describe(gap, weeks)) };
  const [longest] = alone.toSorted((a, b) => b.quarters - a.quarters);
  if (longest === undefined) {
    const base = { value: 0, expected: null, n };
    return { subject, result: 'pass', ...base, message: 'no gap of its own', evidence };
  }
  const isUnwitnessed = longest.alive * 2 < longest.quarters;
  const hint = isUnwitnessed ? '; no other service tells whether the receiver was there' : '';
  return {
    subject,
    result: 'fail',
    value: secondsOf(longest),
    expected: longest.expected,
    n,
    message: `${sentence(longest, weeks)}${hint}`,
    evidence,
  };
}

/** Others were silent at the same time who should not have been: one that was retired, or sleeps then, tells nothing. */
const isCommon = (gap: Gap, all: readonly Gap[]): boolean =>
  gap.alive * 2 < gap.quarters &&
  (gap.alive > 0 ||
    all.some(
      (other) =>
        other.service !== gap.service &&
        other.first < gap.first + gap.quarters &&
        gap.first < other.first + other.quarters,
    ));

interface Gap {
  readonly service: string | null;
  readonly first: number;
  readonly quarters: number;
  /** Quarters in which another service sent something. */
  readonly alive: number;
  readonly expected: number;
  readonly points: number;
}

function toGap(
  row: SilenceRow,
  points: readonly number[],
  { minVolume }: OptionsOf<'gap'>,
): Gap | undefined {
  const { service, firstQuarter: first, lastQuarter: last, othersQuarters: alive } = row;
  if (first === null || last === null) return undefined;
  const earlier = points.map((week) => row.weeks.find((one) => one.week === week)?.records ?? 0);
  const silent = earlier.filter((records) => records === 0).length;
  const expected = medianOf(earlier);
  if (expected < minVolume || silent > Math.floor(points.length / 5)) return undefined;
  return { service, first, quarters: last - first + 1, alive, expected, points: points.length };
}

/** Nobody said anything: that is one trouble, not one of each service. */
function findCommon(gaps: readonly Gap[], weeks: Weeks): Finding[] {
  const [longest] = gaps.toSorted((a, b) => b.quarters - a.quarters);
  if (longest === undefined) return [];
  const services = [...new Set(gaps.map(({ service }) => service ?? 'no service'))];
  return [
    {
      subject: '*',
      result: 'fail',
      value: secondsOf(longest),
      expected: longest.expected,
      n: longest.points,
      message: `${sentence(longest, weeks)}, and no other service sent anything: look at the receiver and the network`,
      evidence: { samples: [], services, gaps: gaps.map((gap) => describe(gap, weeks)) },
    },
  ];
}

const secondsOf = ({ quarters }: Gap): number => quarters * 900;

const describe = ({ first, quarters, expected }: Gap, weeks: Weeks) => ({
  from: msToInstant(quarterStart(weeks, first)),
  to: msToInstant(quarterStart(weeks, first + quarters)),
  expected,
});

const sentence = (gap: Gap, weeks: Weeks): string => {
  const { from, to } = describe(gap, weeks);
  return `nothing from ${from} to ${to}, usually ${String(gap.expected)} records`;
};
