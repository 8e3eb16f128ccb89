/** The latest runs of a feature, each with the way to its trace. */
import type { FeatureDetail } from '@heartwood/api/contract';
import type { ReactNode } from 'react';
import {
  formatBytes,
  formatExactCount,
  formatMoment,
  formatMs,
  formatScore,
  toTooltip,
} from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { TraceLink } from './breakdowns.tsx';
import { StatusMark } from './marks.tsx';
import { Name } from './name.tsx';
import { Value } from './value.tsx';

interface RunTableProps {
  readonly feature: FeatureDetail;
  readonly navigation: Navigation;
}

/** Newest first, in the order of their arrival. */
export function RunTable({ feature, navigation }: RunTableProps): ReactNode {
  return (
    <section className="panel" aria-label="Latest runs">
      <div className="panel-head">
        <h2>Latest runs</h2>
        <span className="note">{formatExactCount(feature.recent.length)}, as they arrived</span>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label="Latest runs">
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">Start</th>
              <th scope="col">Status</th>
              <th scope="col" className="num unit">
                Duration
              </th>
              <th scope="col" className="num">
                Efficiency
              </th>
              <th scope="col" className="num unit">
                In
              </th>
              <th scope="col" className="num unit">
                Out
              </th>
              <th scope="col">Service</th>
              <th scope="col">User</th>
              <th scope="col">Error</th>
              <th scope="col">Trace</th>
            </tr>
          </thead>
          <tbody>
            {feature.recent.map((run) => (
              <tr key={run.seq}>
                <td className="when" title={run.startTime}>
                  {formatMoment(run.startTime)}
                </td>
                <td>
                  <StatusMark status={run.status} />
                </td>
                <td className="num">
                  <Value shown={formatMs(run.durationMs)} title={exactMs(run.durationMs)} />
                </td>
                <td className="num">
                  <Value shown={formatScore(run.efficiency)} title={String(run.efficiency ?? '')} />
                </td>
                <td className="num">
                  <Value
                    shown={formatBytes(run.inputSizeBytes)}
                    title={`${String(run.inputSizeBytes)} bytes`}
                  />
                </td>
                <td className="num">
                  <Value
                    shown={formatBytes(run.outputSizeBytes)}
                    title={`${String(run.outputSizeBytes)} bytes`}
                  />
                </td>
                <td className="clip">{run.service === null ? '–' : <Name text={run.service} />}</td>
                <td className="id" title={run.user === null ? undefined : toTooltip(run.user)}>
                  {run.user === null ? '–' : <Name text={run.user.slice(0, 12)} />}
                </td>
                <td
                  className="clip message"
                  title={run.errorMessage === null ? undefined : toTooltip(run.errorMessage)}
                >
                  {run.errorType === null && run.errorMessage === null ? (
                    '–'
                  ) : (
                    <Name text={[run.errorType, run.errorMessage].filter(Boolean).join(': ')} />
                  )}
                </td>
                <td>
                  <TraceLink traceId={run.traceId} navigation={navigation} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function exactMs(ms: number | null): string {
  return ms === null ? 'The end lay before the start.' : `Exactly ${String(ms)} ms`;
}
