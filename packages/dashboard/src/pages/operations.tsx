/** What is running now: how far it is, how it does and why, the worst first. */
import type { FollowedOperations } from '@heartwood/api/client';
import { type ReactNode, useEffect } from 'react';
import { useOperations } from '../followed-operations.ts';
import { formatNumberOf } from '../format.ts';
import type { PageProps } from '../page.ts';
import { Loading } from '../parts/loading.tsx';
import { OperationTable } from '../parts/operation-table.tsx';
import { ProblemNote } from '../parts/problem.tsx';

/** Renewed by the server as it changes, whatever the range. */
export function OperationsPage(props: PageProps): ReactNode {
  const { navigation } = props;
  const { list, error } = useOperations(props);
  useEffect(() => {
    document.title = 'Operations · Heartwood';
  }, []);
  return (
    <>
      {error !== undefined && (
        <ProblemNote error={error} navigation={navigation} banner={list !== undefined} />
      )}
      {list === undefined ? (
        error === undefined && <Loading />
      ) : (
        <>
          <div className="title">
            <h1>Operations</h1>
            <span className="note">{summaryOf(list)}</span>
          </div>
          {list.operations.length === 0 ? (
            <NothingUnderWay />
          ) : (
            <OperationTable operations={list.operations} navigation={navigation} />
          )}
        </>
      )}
    </>
  );
}

/** How many there are, and how many of them somebody should look at. */
function summaryOf({ operations, truncated }: FollowedOperations): string {
  const count = (word: string, is: (one: (typeof operations)[number]) => boolean): string[] => {
    const { length } = operations.filter(is);
    return length === 0 ? [] : [`${String(length)} ${word}`];
  };
  return [
    truncated
      ? `the worst ${String(operations.length)}, there may be more`
      : `${formatNumberOf(operations.length, 'operation')} under way`,
    ...count('lost', ({ health }) => health === 'lost'),
    ...count('stalled', ({ health }) => health === 'stalled'),
    ...count('slow', ({ health }) => health === 'slow'),
    ...count('paused', ({ state }) => state === 'paused'),
  ].join(' · ');
}

function NothingUnderWay(): ReactNode {
  return (
    <section className="empty">
      <h2>Nothing is under way</h2>
      <p>
        Work that says how far it is stands here from its start to its end: give it a progress with{' '}
        <code>startOperation()</code>. What is over is listed by{' '}
        <code>heartwood operations list</code>.
      </p>
    </section>
  );
}
