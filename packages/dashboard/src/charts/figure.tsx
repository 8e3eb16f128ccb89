/** The frame of every chart: title, legend, and a table with the same values. */
import { type ReactNode, useState } from 'react';

/** Name and colour of a line. */
export interface Legend {
  readonly name: string;
  readonly color: number;
}

interface FigureProps {
  readonly title: string;
  readonly legend?: readonly Legend[];
  readonly note?: string | undefined;
  readonly controls?: ReactNode;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly children: ReactNode;
}

/** Shows the chart or, at a click, its table. */
export function Figure(props: FigureProps): ReactNode {
  const { title, legend = [], note, controls, head, rows, children } = props;
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="panel">
      <figcaption className="panel-head">
        <h2>{title}</h2>
        {legend.map(({ name, color }) => (
          <span key={name} className="legend">
            <i className={`swatch c${String(color)}`} /> {name}
          </span>
        ))}
        {note !== undefined && <span className="note">{note}</span>}
        <span className="push" />
        {controls}
        <button
          type="button"
          className="quiet"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          Table
        </button>
      </figcaption>
      {asTable ? <ValueTable title={title} head={head} rows={rows} /> : children}
    </figure>
  );
}

type ValueTableProps = Pick<FigureProps, 'title' | 'head' | 'rows'>;

function ValueTable({ title, head, rows }: ValueTableProps): ReactNode {
  return (
    <div className="scroll values" tabIndex={0} role="region" aria-label={title}>
      <table className="dense">
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, index) => (
                <td key={head[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
