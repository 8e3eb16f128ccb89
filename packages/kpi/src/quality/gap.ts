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
 * five weeks: a shop that closes on Sundays or at night has none. When others were silent as well, one finding says so.
 */
export function checkGap(
  rows: readonly SilenceRow[],
  removedBefore: bigint | null,
  weeks: Weeks,
  optionsOf: OptionsFor<'gap'>,
): Finding[] {
  const services = new Set(rows.map(({ service }) => service));
  const findings: Finding[] = [];
  const common: Gap[] = [];
  for (const service of services) {
    const subject = service ?? 'no service';
    const options = optionsOf(subject);
    if (options === undefined) continue;
    const own = rows.filter((row) => row.service === service);
    const points = pointsOf(weeks, own[0]?.firstTime ?? '0', removedBefore);
    const lastSeen = nsToInstant(own[0]?.lastTime ?? '0');
    if (points.length < options.minPoints) {
      const message = tooFewWeeks(points.length, options.minPoints);
      const base = { value: null, expected: null, n: points.length };
      const evidence = { samples: [], lastSeen };
      findings.push({ subject, result: 'not_enough_data', ...base, message, evidence });
      continue;
    }
    const gaps = own.flatMap((row) => toGap(row, points, options) ?? []);
    const isCommon = (gap: Gap): boolean => services.size > 1 && gap.alive * 2 < gap.quarters;
    common.push(...gaps.filter(isCommon));
    const alone = gaps.filter((gap) => !isCommon(gap));
    const evidence = { samples: [], lastSeen, gaps: alone.map((gap) => describe(gap, weeks)) };
    const [longest] = alone.toSorted((a, b) => b.quarters - a.quarters);
    const isOnly =
      services.size === 1 ? '; no other service tells whether the receiver was there' : '';
    findings.push({
      subject,
      result: longest === undefined ? 'pass' : 'fail',
      value: longest === undefined ? 0 : secondsOf(longest),
      expected: longest?.expected ?? null,
      n: points.length,
      message: longest === undefined ? 'no gap of its own' : `${sentence(longest, weeks)}${isOnly}`,
      evidence,
    });
  }
  return [...findCommon(common, weeks), ...findings];
}

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
