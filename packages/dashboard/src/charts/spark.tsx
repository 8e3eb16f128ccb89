/** A line as small as a word: the shape of a series, on its own scale. */
import type { ReactNode } from 'react';
import { linear } from './scale.ts';
import { toArea, toSegments } from './segments.ts';

interface SparkProps {
  readonly values: readonly number[];
  /** False for buckets to which more may come; they are dashed. */
  readonly complete?: readonly boolean[];
  readonly label: string;
}

const WIDTH = 104;
const HEIGHT = 22;

/** Draws the line from zero to its largest value. */
export function Spark({ values, complete = [], label }: SparkProps): ReactNode {
  const x = linear([0, Math.max(1, values.length - 1)], [1.5, WIDTH - 1.5]);
  const y = linear([0, Math.max(1, ...values)], [HEIGHT - 1.5, 2]);
  const points = values.map((value, index) => ({ x: x(index), y: y(value) }));
  const { solid, dashed, lone } = toSegments(points, complete);
  return (
    <svg className="spark line c1" width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <title>{label}</title>
      <path className="area" d={toArea(points, HEIGHT - 1)} />
      <path d={solid} />
      <path className="dashed" d={dashed} />
      {lone.map((point) => (
        <circle key={point.x} cx={point.x} cy={point.y} r={1.5} />
      ))}
    </svg>
  );
}
