/** What the checks of the server say: what is wrong first, with its remedy. */
import type { AnswerOf } from '@heartwood/api/client';
import type { ReactNode } from 'react';
import { formatMoment, formatNumberOf } from '../format.ts';
import { Name } from './name.tsx';

const WORST_FIRST: readonly string[] = ['fail', 'warn', 'unknown', 'pass'];
const rankOf = ({ result }: { readonly result: string }): number => WORST_FIRST.indexOf(result);

/** Those that pass are counted, the others have a row each. */
export function HealthTable({ data, meta }: AnswerOf<'/api/v1/health'>): ReactNode {
  const rows = data
    .filter(({ result }) => result !== 'pass')
    .toSorted((a, b) => rankOf(a) - rankOf(b));
  const passed = data.length - rows.length;
  return (
    <section className="panel" aria-label="Health">
      <div className="panel-head">
        <h2>Health</h2>
        <span className="note">
          {formatNumberOf(passed, 'check')} of {String(data.length)} passed, {formatMoment(meta.at)}
        </span>
      </div>
      {rows.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Checks that did not pass">
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">Check</th>
                <th scope="col">Result</th>
                <th scope="col">Finding</th>
                <th scope="col">What to do</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, title, result, message, remedy }) => (
                <tr key={id}>
                  <th scope="row" title={title}>
                    {id}
                  </th>
                  <td>
                    <span className="mark">
                      <i className={`dot tone-${result}`} />
                      {result}
                    </span>
                  </td>
                  <td>
                    <Name text={message} />
                  </td>
                  <td>{remedy === null ? '–' : <Name text={remedy} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
