/** Runs, users, success or latency over time, as chosen. */
import type { UsagePoint } from '@heartwood/api/contract';
import type { ReactNode } from 'react';
import { type Line, LineChart } from '../charts/line.tsx';
import { formatCount, formatMs, formatPercent, toText } from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { intervalsFor, lengthMsOf } from '../range.ts';
import { MEASURES, type Measure } from '../router.ts';

interface UsageChartProps {
  readonly navigation: Navigation;
  readonly points: readonly UsagePoint[];
  /** Bucket length that the server chose. */
  readonly interval: string;
}

interface MeasureView {
  readonly label: string;
  readonly title: string;
  readonly lines: (points: readonly UsagePoint[]) => Line[];
  readonly format: (value: number | null) => string;
}

const MEASURE_VIEWS: Readonly<Record<Measure, MeasureView>> = {
  runs: {
    label: 'Runs',
    title: 'Runs',
    lines: (points) => [
      { name: 'runs', color: 1, area: true, values: points.map(({ runs }) => runs) },
      {
        name: 'not successful',
        color: 2,
        values: points.map(({ runs, success }) => runs - success),
      },
    ],
    format: (value) => toText(formatCount(value)),
  },
  users: {
    label: 'Users',
    title: 'Distinct users',
    lines: (points) => [
      { name: 'users', color: 1, area: true, values: points.map(({ users }) => users) },
      { name: 'sessions', color: 3, values: points.map(({ sessions }) => sessions) },
    ],
    format: (value) => toText(formatCount(value)),
  },
  success: {
    label: 'Success',
    title: 'Success rate',
    lines: (points) => [
      { name: 'success', color: 1, values: points.map(({ successRate }) => successRate) },
    ],
    format: (value) => toText(formatPercent(value)),
  },
  latency: {
    label: 'Latency',
    title: 'Latency',
    lines: (points) => [
      { name: 'p50', color: 1, values: points.map(({ p50Ms }) => p50Ms) },
      { name: 'p95', color: 2, values: points.map(({ p95Ms }) => p95Ms) },
    ],
    format: (value) => toText(formatMs(value)),
  },
};

/** The choice is part of the address. */
export function UsageChart({ navigation, points, interval }: UsageChartProps): ReactNode {
  const { view, go } = navigation;
  const { title, lines, format } = MEASURE_VIEWS[view.measure];
  return (
    <LineChart
      title={`${title} per ${intervalName(interval)}`}
      buckets={points}
      lines={lines(points)}
      format={format}
      durations={view.measure === 'latency'}
      domain={view.measure === 'success' ? successDomain(points) : undefined}
      onSelect={(from, to) => go({ range: { kind: 'between', from, to }, interval: 'auto' })}
      controls={
        <>
          <div className="segments" role="group" aria-label="Shown over time">
            {MEASURES.map((measure) => (
              <button
                key={measure}
                type="button"
                aria-pressed={view.measure === measure}
                onClick={() => go({ measure })}
              >
                {MEASURE_VIEWS[measure].label}
              </button>
            ))}
          </div>
          <IntervalChoice navigation={navigation} interval={interval} />
        </>
      }
    />
  );
}

/** Length of the buckets, or left to the server. */
export function IntervalChoice({
  navigation,
  interval,
}: Omit<UsageChartProps, 'points'>): ReactNode {
  const { view, go } = navigation;
  const names = intervalsFor(lengthMsOf(view.range));
  return (
    <select
      aria-label="Bucket length"
      value={view.interval}
      onChange={(event) =>
        go({ interval: names.find((name) => name === event.target.value) ?? 'auto' })
      }
    >
      <option value="auto">{view.interval === 'auto' ? `auto (${interval})` : 'auto'}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

const UNITS: Readonly<Record<string, string>> = { m: 'min', h: 'h', d: 'day', w: 'week' };

/** `1h` is read as `h`, `15m` as `15 min`. */
export function intervalName(interval: string): string {
  const unit = UNITS[interval.slice(-1)] ?? interval;
  const count = interval.slice(0, -1);
  return count === '1'
    ? unit === 'h'
      ? 'hour'
      : unit === 'min'
        ? 'minute'
        : unit
    : `${count} ${unit}`;
}

/** Down from 100 % to a round number below the worst bucket: rates near the top stay readable. */
function successDomain(points: readonly UsagePoint[]): readonly [number, number] {
  const worst = Math.min(1, ...points.map(({ successRate }) => successRate ?? 1));
  const step = worst >= 0.95 ? 0.05 : worst >= 0.8 ? 0.2 : 1;
  return [1 - step, 1];
}
