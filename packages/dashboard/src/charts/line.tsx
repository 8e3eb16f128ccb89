/** Values over time as lines: axis, reading under the pointer, a range by dragging, and the same as a table. */
import { type PointerEvent, type ReactNode, useId, useRef, useState } from 'react';
import { formatMoment, formatShortMoment } from '../format.ts';
import { Figure, type Legend } from './figure.tsx';
import { durationTicks, linear, niceTicks, timeTicks } from './scale.ts';
import { toArea, toSegments } from './segments.ts';
import { useWidth } from './width.ts';

/** A bucket of the time axis. */
interface Bucket {
  readonly start: string;
  readonly end: string;
  readonly complete: boolean;
}

/** One line. */
export interface Line {
  readonly name: string;
  /** Number of the colour in the palette, 1 to 5. */
  readonly color: number;
  /** One for each bucket; null where there is nothing to show. */
  readonly values: readonly (number | null)[];
  /** Fills the ground under the line. */
  readonly area?: boolean;
}

interface LineChartProps {
  readonly title: string;
  readonly buckets: readonly Bucket[];
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  /** Ends of the value axis; default from 0 to the largest value. */
  readonly domain?: readonly [number, number] | undefined;
  /** True when the values are milliseconds: the axis then has round minutes instead of 1.7. */
  readonly durations?: boolean;
  readonly height?: number;
  readonly controls?: ReactNode;
  /** Called with the range that was dragged over. */
  readonly onSelect?: ((from: string, to: string) => void) | undefined;
}

const MARGIN = { top: 10, right: 14, bottom: 24, left: 58 };

/** Draws the chart; the last bucket, to which more may come, is dashed. */
export function LineChart(props: LineChartProps): ReactNode {
  const { title, buckets, lines, format, height = 220, controls } = props;
  const legend: Legend[] = lines.map(({ name, color }) => ({ name, color }));
  const open = buckets.some(({ complete }) => !complete);
  return (
    <Figure
      title={title}
      legend={lines.length > 1 ? legend : []}
      note={open ? 'dashed: not complete yet' : undefined}
      controls={controls}
      head={['Bucket', ...lines.map(({ name }) => name)]}
      rows={buckets.map(({ start, end, complete }, index) => [
        `${formatMoment(start)} – ${formatMoment(end)}${complete ? '' : ' (not complete)'}`,
        ...lines.map(({ values }) => format(values[index] ?? null)),
      ])}
    >
      <Plot {...props} height={height} />
    </Figure>
  );
}

function Plot(props: LineChartProps & { readonly height: number }): ReactNode {
  const { title, buckets, lines, format, height, domain, durations = false, onSelect } = props;
  const [frame, width] = useWidth();
  const [hover, setHover] = useState<number>();
  const [dragFrom, setDragFrom] = useState<number>();
  const clip = useId();
  const svg = useRef<SVGSVGElement>(null);

  const starts = buckets.map(({ start }) => Date.parse(start));
  const fromMs = starts[0] ?? 0;
  const toMs = Date.parse(buckets.at(-1)?.end ?? '') || fromMs + 1;
  const largest = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const yTicks = durations
    ? durationTicks(largest || 1, 4)
    : niceTicks(domain?.[0] ?? 0, domain?.[1] ?? (largest || 1), 4);
  const x = linear([fromMs, toMs], [MARGIN.left, width - MARGIN.right]);
  const y = linear([yTicks[0] ?? 0, yTicks.at(-1) ?? 1], [height - MARGIN.bottom, MARGIN.top]);
  // A bucket stands at its middle: its number belongs to all of it.
  const centers = buckets.map(({ end }, index) => x(((starts[index] ?? 0) + Date.parse(end)) / 2));
  const complete = buckets.map((bucket) => bucket.complete);

  const nearest = (event: PointerEvent): number | undefined => {
    const left = svg.current?.getBoundingClientRect().left ?? 0;
    const at = event.clientX - left;
    const distances = centers.map((center) => Math.abs(center - at));
    const index = distances.indexOf(Math.min(...distances));
    return index < 0 ? undefined : index;
  };
  const release = (event: PointerEvent): void => {
    const to = nearest(event);
    setDragFrom(undefined);
    if (dragFrom === undefined || to === undefined || to === dragFrom) return;
    const [first, last] = [buckets[Math.min(dragFrom, to)], buckets[Math.max(dragFrom, to)]];
    if (first !== undefined && last !== undefined) onSelect?.(first.start, last.end);
  };

  return (
    <div className="plot" ref={frame}>
      <svg
        ref={svg}
        width={width}
        height={height}
        role="img"
        aria-label={`${title}. Choose Table for the values.`}
        className={onSelect === undefined ? undefined : 'selectable'}
        onPointerMove={(event) => setHover(nearest(event))}
        onPointerLeave={() => setHover(undefined)}
        onPointerDown={(event) => setDragFrom(event.button === 0 ? nearest(event) : undefined)}
        onPointerUp={release}
        onPointerCancel={() => setDragFrom(undefined)}
      >
        <clipPath id={clip}>
          <rect x={MARGIN.left} y={0} width={Math.max(0, width - MARGIN.left)} height={height} />
        </clipPath>
        {yTicks.map((tick) => (
          <g key={tick}>
            <line
              className="grid"
              x1={MARGIN.left}
              x2={width - MARGIN.right}
              y1={y(tick)}
              y2={y(tick)}
            />
            <text className="tick" x={MARGIN.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
              {toTick(format(tick))}
            </text>
          </g>
        ))}
        {timeTicks(fromMs, toMs, (width - MARGIN.left) / 84).map(({ ms, label, day }) => (
          <text
            key={ms}
            className={day ? 'tick day' : 'tick'}
            x={Math.min(x(ms), width - 18)}
            y={height - 6}
            textAnchor="middle"
          >
            {label}
          </text>
        ))}
        <Band from={dragFrom} to={hover} centers={centers} height={height} />
        {hover !== undefined && (
          <line
            className="cross"
            x1={centers[hover]}
            x2={centers[hover]}
            y1={MARGIN.top}
            y2={height - MARGIN.bottom}
          />
        )}
        <g clipPath={`url(#${clip})`}>
          {lines.map(({ name, color, values, area }) => {
            const points = values.map((value, index) =>
              value === null ? null : { x: centers[index] ?? 0, y: y(value) },
            );
            const { solid, dashed, lone } = toSegments(points, complete);
            const at = hover === undefined ? null : points[hover];
            return (
              <g key={name} className={`line c${String(color)}`}>
                {area === true && <path className="area" d={toArea(points, y(yTicks[0] ?? 0))} />}
                <path d={solid} />
                <path className="dashed" d={dashed} />
                {lone.map((point) => (
                  <circle key={point.x} cx={point.x} cy={point.y} r={2.5} />
                ))}
                {at !== null && at !== undefined && <circle cx={at.x} cy={at.y} r={3.5} />}
              </g>
            );
          })}
        </g>
      </svg>
      {hover !== undefined && buckets[hover] !== undefined && (
        <Reading bucket={buckets[hover]} x={centers[hover] ?? 0} width={width}>
          {lines.map(({ name, color, values }) => (
            <div key={name} className="reading-row">
              <i className={`swatch c${String(color)}`} /> {name}
              <b>{format(values[hover] ?? null)}</b>
            </div>
          ))}
        </Reading>
      )}
    </div>
  );
}

/** Round numbers need no zeros behind the point. */
function toTick(text: string): string {
  return /^0(?:\.0+)?(?: |$)/u.test(text) ? '0' : text.replace(/\.0+(?=\D|$)/u, '');
}

interface BandProps {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly centers: readonly number[];
  readonly height: number;
}

function Band({ from, to, centers, height }: BandProps): ReactNode {
  if (from === undefined || to === undefined || from === to) return null;
  const [a = 0, b = 0] = [centers[from], centers[to]];
  return (
    <rect
      className="band"
      x={Math.min(a, b)}
      width={Math.abs(a - b)}
      y={MARGIN.top}
      height={height - MARGIN.top - MARGIN.bottom}
    />
  );
}

interface ReadingProps {
  readonly bucket: Bucket;
  readonly x: number;
  readonly width: number;
  readonly children: ReactNode;
}

function Reading({ bucket, x, width, children }: ReadingProps): ReactNode {
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  return (
    <div className="reading" style={side}>
      <div className="reading-head">
        {formatShortMoment(bucket.start)} – {formatShortMoment(bucket.end)}
        {!bucket.complete && <em>not complete</em>}
      </div>
      {children}
    </div>
  );
}
