/** The charts of one feature: runs, latency over time, spread of the durations. */
import type { FeatureDetail } from '@heartwood/api/contract';
import type { ReactNode } from 'react';
import { Columns } from '../charts/bars.tsx';
import { LineChart } from '../charts/line.tsx';
import { formatCount, formatMs, toText } from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { IntervalChoice, intervalName } from './usage-chart.tsx';

interface FeatureChartsProps {
  readonly navigation: Navigation;
  readonly feature: FeatureDetail;
  readonly interval: string;
}

/** Side by side where there is room. */
export function FeatureCharts({ navigation, feature, interval }: FeatureChartsProps): ReactNode {
  const { points, histogram } = feature;
  const per = `per ${intervalName(interval)}`;
  const select = (from: string, to: string): void =>
    navigation.go({ range: { kind: 'between', from, to }, interval: 'auto' });
  return (
    <>
      <LineChart
        title={`Runs ${per}`}
        buckets={points}
        lines={[
          { name: 'runs', color: 1, area: true, values: points.map(({ runs }) => runs) },
          {
            name: 'not successful',
            color: 2,
            values: points.map(({ runs, success }) => runs - success),
          },
        ]}
        format={(value) => toText(formatCount(value))}
        height={190}
        onSelect={select}
        controls={<IntervalChoice navigation={navigation} interval={interval} />}
      />
      <div className="columns two">
        <LineChart
          title={`Latency ${per}`}
          buckets={points}
          lines={[
            { name: 'p50', color: 1, values: points.map(({ p50Ms }) => p50Ms) },
            { name: 'p95', color: 2, values: points.map(({ p95Ms }) => p95Ms) },
            { name: 'p99', color: 3, values: points.map(({ p99Ms }) => p99Ms) },
          ]}
          format={(value) => toText(formatMs(value))}
          durations
          height={200}
          onSelect={select}
        />
        <Columns
          title="Durations"
          unit="runs"
          note="classes in steps of 1, 2, 5"
          columns={histogram.map(({ fromMs, toMs, runs }) => ({
            label:
              toMs === null
                ? `${toText(formatMs(fromMs))} and more`
                : `${toText(formatMs(fromMs))} – ${toText(formatMs(toMs))}`,
            edge: toText(formatMs(fromMs)),
            value: runs,
          }))}
        />
      </div>
    </>
  );
}
