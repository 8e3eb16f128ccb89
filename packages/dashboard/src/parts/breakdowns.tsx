/** The runs of a feature by status, tier, origin and error. */
import type { FeatureDetail } from '@heartwood/api/contract';
import type { ReactNode } from 'react';
import { SplitBar } from '../charts/bars.tsx';
import {
  formatExactCount,
  formatMoment,
  formatPercent,
  formatShortMoment,
  toLabel,
  toTooltip,
} from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { StatusMark, TierMark } from './marks.tsx';
import { Name } from './name.tsx';
import { Value } from './value.tsx';

interface FeatureProps {
  readonly feature: FeatureDetail;
}

/** How the runs ended. */
export function StatusSplit({ feature }: FeatureProps): ReactNode {
  return (
    <Split
      title="Status"
      rows={feature.statuses.map(({ status, runs, share }) => ({
        name: status,
        tone: status,
        mark: <StatusMark status={status} />,
        runs,
        share,
      }))}
    />
  );
}

/** How fast they were. */
export function TierSplit({ feature }: FeatureProps): ReactNode {
  return (
    <Split
      title="Performance tier"
      rows={feature.tiers.map(({ tier, runs, share }) => ({
        name: toLabel(tier),
        tone: tier,
        mark: <TierMark tier={tier} />,
        runs,
        share,
      }))}
    />
  );
}

interface SplitRow {
  readonly name: string;
  readonly tone: string;
  readonly mark: ReactNode;
  readonly runs: number;
  readonly share: number | null;
}

function Split({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly SplitRow[];
}): ReactNode {
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
      </div>
      <SplitBar parts={rows.map(({ name, tone, runs }) => ({ name, tone, value: runs }))} />
      <table className="dense shares">
        <tbody>
          {rows.map(({ name, mark, runs, share }) => (
            <tr key={name} className={runs === 0 ? 'nil' : undefined}>
              <th scope="row">{mark}</th>
              <td className="num">{formatExactCount(runs)}</td>
              <td className="num rate">
                <Value shown={formatPercent(share)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface BreakdownProps {
  readonly title: string;
  readonly rows: readonly {
    readonly name: string | null;
    readonly runs: number;
    readonly share: number | null;
  }[];
}

/** Runs by a name that the app gave. */
export function Breakdown({ title, rows }: BreakdownProps): ReactNode {
  return (
    <>
      <div className="panel-head">
        <h2>{title}</h2>
      </div>
      <table className="dense shares">
        <tbody>
          {rows.map(({ name, runs, share }) => (
            <tr key={JSON.stringify(name)}>
              <th scope="row" className="clip">
                {name === null ? <em>not given</em> : <Name text={name} />}
              </th>
              <td className="num">{formatExactCount(runs)}</td>
              <td className="num rate">
                <Value shown={formatPercent(share)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Failures by type, most frequent first, each with a trace to look at. */
export function ErrorTable({
  feature,
  navigation,
}: FeatureProps & { readonly navigation: Navigation }): ReactNode {
  return (
    <section className="panel" aria-label="Errors">
      <div className="panel-head">
        <h2>Errors</h2>
        {feature.errors.length > 0 && <span className="note">most frequent first</span>}
      </div>
      {feature.errors.length === 0 ? (
        <p className="none">No run of this range failed, timed out or named an error.</p>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label="Errors by type">
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">Type</th>
                <th scope="col" className="num">
                  Runs
                </th>
                <th scope="col" className="num" title="Share of all runs of the feature">
                  Share
                </th>
                <th scope="col">Latest message</th>
                <th scope="col">Latest</th>
                <th scope="col">Trace</th>
              </tr>
            </thead>
            <tbody>
              {feature.errors.map(({ errorType, runs, share, message, lastSeen, traceId }) => (
                <tr key={JSON.stringify(errorType)}>
                  <th scope="row" className="clip">
                    {errorType === null ? <em>not given</em> : <Name text={errorType} />}
                  </th>
                  <td className="num">{formatExactCount(runs)}</td>
                  <td className="num rate">
                    <Value shown={formatPercent(share)} />
                  </td>
                  <td
                    className="clip message"
                    title={message === null ? undefined : toTooltip(message)}
                  >
                    {message === null ? '–' : <Name text={message} />}
                  </td>
                  <td className="when" title={formatMoment(lastSeen)}>
                    {formatShortMoment(lastSeen)}
                  </td>
                  <td>
                    <TraceLink traceId={traceId} navigation={navigation} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface TraceLinkProps {
  readonly traceId: string;
  readonly navigation: Navigation;
}

/** Leads to all spans of a trace. */
export function TraceLink({ traceId, navigation }: TraceLinkProps): ReactNode {
  return (
    <a className="id" href={navigation.href({ page: { kind: 'trace', traceId } })} title={traceId}>
      {traceId.slice(0, 8)}
    </a>
  );
}
