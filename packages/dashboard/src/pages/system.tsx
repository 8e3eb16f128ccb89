/** How the server does, and what it has done with everything it received: one equation for each signal, its reasons. */
import type { AnswerOf, Client } from '@heartwood/api/client';
import type { SignalState, SystemState } from '@heartwood/api/contract';
import { type ReactNode, useEffect } from 'react';
import { formatBytes, formatExactCount, formatMoment, toLabel, toText } from '../format.ts';
import { type PageProps, usePageAnswer } from '../page.ts';
import { HealthTable } from '../parts/health-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem.tsx';

const REFRESH_MS = 5000;

/** Asked anew every five seconds, whatever the range. */
export function SystemPage(props: PageProps): ReactNode {
  const { navigation } = props;
  const { data, error } = usePageAnswer(props, 'system', readSystem, REFRESH_MS);
  useEffect(() => {
    document.title = 'System · Heartwood';
  }, []);
  return (
    <>
      {error !== undefined && (
        <ProblemNote error={error} navigation={navigation} banner={data !== undefined} />
      )}
      {data === undefined ? error === undefined && <Loading /> : <Body {...data} />}
    </>
  );
}

interface SystemSight {
  readonly system: SystemState;
  readonly health: AnswerOf<'/api/v1/health'>;
}

async function readSystem(client: Client, signal: AbortSignal): Promise<SystemSight> {
  const [system, health] = await Promise.all([
    client.get('/api/v1/system', { signal }),
    client.get('/api/v1/health', { signal }),
  ]);
  return { system: system.data, health };
}

/** The terms behind the equals sign, in the order of the equation. */
const TERMS = [
  ['stored', 'Stored'],
  ['rejected', 'Rejected'],
  ['refused', 'Refused'],
  ['duplicate', 'Duplicate'],
  ['deadLettered', 'Dead letters'],
  ['waiting', 'Waiting'],
] as const;

function Body({ system, health }: SystemSight): ReactNode {
  const { receiver, startedAt, store } = system;
  return (
    <>
      <div className="title">
        <h1>System</h1>
        <span className="note">
          since {formatMoment(startedAt)} · {toText(formatBytes(store.sizeBytes))} of data
        </span>
      </div>
      <HealthTable {...health} />
      <section className="panel" aria-label="Records by signal">
        <div className="panel-head">
          <h2>Records</h2>
          <span className="note">every record that came in is in exactly one column behind it</span>
        </div>
        <div className="scroll" tabIndex={0} role="region" aria-label="Records by signal">
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">Signal</th>
                <th scope="col" className="num">
                  Received
                </th>
                {TERMS.map(([key, label]) => (
                  <th key={key} scope="col" className="num">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {receiver.signals.map((signal) => (
                <tr key={signal.signal}>
                  <th scope="row">{signal.signal}</th>
                  <td className="num">{formatExactCount(signal.received)}</td>
                  {TERMS.map(([key]) => (
                    <td key={key} className="num">
                      {formatExactCount(signal[key])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <Reasons system={system} />
    </>
  );
}

interface Reason {
  readonly about: string;
  readonly what: string;
  readonly reason: string;
  readonly count: number;
}

/** All that is not simply stored, most frequent first. */
function reasonsOf({ receiver }: SystemState): Reason[] {
  const listed = (about: string, what: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([reason, count]) => ({ about, what, reason, count }));
  const ofSignal = ({ signal, reasons, marked }: SignalState): Reason[] => [
    ...listed(signal, 'records rejected', reasons.rejected),
    ...listed(signal, 'records refused', reasons.refused),
    ...listed(signal, 'dead letters', reasons.deadLettered),
    ...listed(signal, 'records marked', marked),
  ];
  return [
    ...receiver.signals.flatMap(ofSignal),
    ...listed('all', 'requests refused', receiver.requests.refused),
    ...listed('all', 'connections refused', receiver.connections.refused),
    ...listed('all', 'dead letters deleted', deletedLetters(receiver)),
  ].toSorted((a, b) => b.count - a.count);
}

const deletedLetters = ({ deadLetters }: SystemState['receiver']): Record<string, number> =>
  deadLetters.deleted === 0 ? {} : { 'no room left': deadLetters.deleted };

function Reasons({ system }: { readonly system: SystemState }): ReactNode {
  const reasons = reasonsOf(system);
  if (reasons.length === 0) return <p className="note">Nothing was refused, rejected or marked.</p>;
  return (
    <section className="panel" aria-label="Reasons">
      <div className="panel-head">
        <h2>Reasons</h2>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label="Reasons">
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">Signal</th>
              <th scope="col">What</th>
              <th scope="col">Reason</th>
              <th scope="col" className="num">
                Count
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ about, what, reason, count }) => (
              <tr key={`${about} ${what} ${reason}`}>
                <td>{about}</td>
                <td>{what}</td>
                <td>{toLabel(reason)}</td>
                <td className="num">{formatExactCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
