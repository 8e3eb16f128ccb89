/** Operations that are under way, a row each: what, how far, how it does and why. */
import type { FollowedOperation } from '@heartwood/api/client';
import { memo, type ReactNode } from 'react';
import {
  formatAmount,
  formatMoment,
  formatMs,
  formatPercent,
  toText,
  toTooltip,
} from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { TraceLink } from './breakdowns.tsx';
import { Name } from './name.tsx';
import { Value } from './value.tsx';

interface OperationTableProps {
  /** In the order in which they are shown. */
  readonly operations: readonly FollowedOperation[];
  readonly navigation: Navigation;
}

/** The worst first. */
export function OperationTable({ operations, navigation }: OperationTableProps): ReactNode {
  return (
    <section className="panel" aria-label="Under way">
      <div className="scroll" tabIndex={0} role="region" aria-label="Under way">
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">Health</th>
              <th scope="col">Progress</th>
              <th scope="col" className="num unit">
                Left
              </th>
              <th scope="col" className="num unit">
                Active
              </th>
              <th scope="col">Why it is judged so, and what it said last</th>
              <th scope="col">Service</th>
              <th scope="col">Started</th>
              <th scope="col">Trace</th>
            </tr>
          </thead>
          <tbody>
            {operations.map((operation) => (
              <Row
                key={operation.id}
                operation={operation}
                href={navigation.href({ page: { kind: 'feature', name: operation.feature } })}
                navigation={navigation}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface RowProps {
  readonly operation: FollowedOperation;
  readonly href: string;
  readonly navigation: Navigation;
}

const Row = memo(function Row({ operation, href, navigation }: RowProps): ReactNode {
  const { id, feature, service, message, reason, startedAt, activeMs, expected } = operation;
  // Where something is wrong, what it is comes first, and has lines enough; else the rest may be cut.
  const isWell = operation.health === 'healthy';
  const texts = isWell ? [message, reason] : [reason, message];
  const said = texts.filter((text) => text !== null && text !== '').join(' · ');
  return (
    <tr>
      <th scope="row" className="clip">
        <a href={href} title={toTooltip(`${feature}, ${id}`)}>
          <Name text={feature} />
        </a>
      </th>
      <td>
        <HealthMark operation={operation} />
      </td>
      <td className="progress">
        <Progress operation={operation} />
      </td>
      <td className="num">
        <Value shown={formatMs(operation.eta?.ms)} title={etaTitle(operation)} />
      </td>
      <td className="num">
        <Value
          shown={formatMs(activeMs)}
          title={
            expected === null
              ? 'Without pauses. Too few have succeeded before to expect anything.'
              : `Without pauses. Half of ${String(expected.n)} took at most ${toText(formatMs(expected.p50Ms))}, 95 % at most ${toText(formatMs(expected.p95Ms))}.`
          }
        />
      </td>
      <td
        className={isWell ? 'clip said' : 'said told'}
        title={said === '' ? undefined : toTooltip(said)}
      >
        {said === '' ? (
          '–'
        ) : (
          <span>
            <Name text={said} />
          </span>
        )}
      </td>
      <td className="clip">{service === '' ? '–' : <Name text={service} />}</td>
      <td className="when" title={startedAt}>
        {formatMoment(startedAt)}
      </td>
      <td>
        {operation.traceId === null ? (
          '–'
        ) : (
          <TraceLink traceId={operation.traceId} navigation={navigation} />
        )}
      </td>
    </tr>
  );
});

/** The state where that says more than the health. */
function HealthMark({ operation }: Pick<RowProps, 'operation'>): ReactNode {
  const { state, health } = operation;
  const word = state === 'paused' && health !== 'lost' ? 'paused' : (health ?? state);
  return (
    <span className="mark">
      <i className={`dot tone-${word}`} />
      {word}
    </span>
  );
}

/** A bar behind the counts, where there is a share. */
function Progress({ operation }: Pick<RowProps, 'operation'>): ReactNode {
  const { current, total, totalIsEstimate, unit, fraction } = operation;
  if (current === null && fraction === null) return '–';
  const counts =
    current === null
      ? ''
      : [
          toText(formatAmount(current)),
          ...(total === null
            ? []
            : ['of', ...(totalIsEstimate ? ['about'] : []), toText(formatAmount(total))]),
          ...(unit === null ? [] : [unit]),
        ].join(' ');
  return (
    <>
      {fraction !== null && <i className="share" style={{ width: `${String(fraction * 100)}%` }} />}
      <span className="value">
        {fraction !== null && `${toText(formatPercent(fraction))} `}
        <small>
          <Name text={counts} />
        </small>
      </span>
    </>
  );
}

function etaTitle({ eta }: FollowedOperation): string {
  if (eta === null) return 'Unknown: too little is done, or no total was said.';
  const basis = eta.basis === 'rate' ? 'By its own rate' : 'By how long others of its feature took';
  return eta.lowMs === eta.highMs
    ? `${basis}.`
    : `${basis}: ${toText(formatMs(eta.lowMs))} to ${toText(formatMs(eta.highMs))}.`;
}
