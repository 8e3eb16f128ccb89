/** Counts side by side: columns for classes with an order, and a split bar for shares of a whole. */
import type { ReactNode } from 'react';
import { formatExactCount } from '../format.ts';
import { Figure } from './figure.tsx';
import { linear, niceTicks } from './scale.ts';
import { useWidth } from './width.ts';

/** One column. */
interface Column {
  readonly label: string;
  /** Label of the lower edge, drawn under the axis. */
  readonly edge: string;
  readonly value: number;
}

interface ColumnsProps {
  readonly title: string;
  readonly unit: string;
  readonly columns: readonly Column[];
  readonly height?: number;
  readonly note?: string;
}

const MARGIN = { top: 10, right: 14, bottom: 24, left: 58 };

/** A histogram whose columns are equally wide. */
export function Columns({ title, unit, columns, height = 200, note }: ColumnsProps): ReactNode {
  const [frame, width] = useWidth();
  const ticks = niceTicks(0, Math.max(1, ...columns.map(({ value }) => value)), 4);
  const y = linear([0, ticks.at(-1) ?? 1], [height - MARGIN.bottom, MARGIN.top]);
  const x = linear([0, Math.max(1, columns.length)], [MARGIN.left, width - MARGIN.right]);
  const step = x(1) - x(0);
  const every = Math.max(1, Math.ceil(46 / Math.max(1, step)));
  return (
    <Figure
      title={title}
      note={note}
      head={['Duration', unit]}
      rows={columns.map(({ label, value }) => [label, formatExactCount(value)])}
    >
      <div className="plot" ref={frame}>
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`${title}. Choose Table for the values.`}
        >
          {ticks.map((tick) => (
            <g key={tick}>
              <line
                className="grid"
                x1={MARGIN.left}
                x2={width - MARGIN.right}
                y1={y(tick)}
                y2={y(tick)}
              />
              <text className="tick" x={MARGIN.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
                {formatExactCount(tick)}
              </text>
            </g>
          ))}
          {columns.map(({ label, edge, value }, index) => (
            <g key={label}>
              <rect
                className="column"
                x={x(index) + 1}
                width={Math.max(1, Math.min(step - 2, 90))}
                y={y(value)}
                height={y(0) - y(value)}
              >
                <title>{`${label}: ${formatExactCount(value)} ${unit}`}</title>
              </rect>
              {index % every === 0 && (
                <text className="tick" x={x(index)} y={height - 6} textAnchor="middle">
                  {edge}
                </text>
              )}
            </g>
          ))}
        </svg>
      </div>
    </Figure>
  );
}

/** A part of a whole. */
export interface Part {
  readonly name: string;
  readonly value: number;
  /** Class that gives the colour. */
  readonly tone: string;
}

/** The whole as one bar, parts in their order; parts of zero are not drawn. */
export function SplitBar({ parts }: { readonly parts: readonly Part[] }): ReactNode {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  return (
    <div className="split" aria-hidden="true">
      {parts
        .filter(({ value }) => value > 0)
        .map(({ name, value, tone }) => (
          <i key={name} className={`tone-${tone}`} style={{ flexGrow: value / whole }} />
        ))}
    </div>
  );
}
