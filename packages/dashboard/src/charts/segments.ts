/** A series as pieces of line: solid where it is known, dashed where more may come, nothing where there is nothing. */

/** A place in the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Paths of SVG. */
export interface Segments {
  readonly solid: string;
  readonly dashed: string;
  /** Points without a neighbour, which no line would show. */
  readonly lone: readonly Point[];
}

/** Joins neighbours; a missing point ends the line, an incomplete one makes its two pieces dashed. */
export function toSegments(
  points: readonly (Point | null)[],
  complete: readonly boolean[],
): Segments {
  const solid = new Path();
  const dashed = new Path();
  const lone: Point[] = [];
  points.forEach((point, index) => {
    if (point === null) return;
    const before = points[index - 1] ?? null;
    const after = points[index + 1] ?? null;
    if (before === null && after === null) lone.push(point);
    if (before === null) return;
    const known = complete[index] !== false && complete[index - 1] !== false;
    (known ? solid : dashed).line(before, point);
  });
  return { solid: solid.text, dashed: dashed.text, lone };
}

/** Path around the area under the solid and dashed line, one piece for each run of points. */
export function toArea(points: readonly (Point | null)[], floor: number): string {
  const pieces: string[] = [];
  let piece: Point[] = [];
  for (const point of [...points, null]) {
    if (point !== null) piece.push(point);
    else {
      const [first, last] = [piece[0], piece.at(-1)];
      if (first !== undefined && last !== undefined && piece.length > 1) {
        const line = piece.map(at).join('L');
        pieces.push(`M${at({ x: first.x, y: floor })}L${line}L${at({ x: last.x, y: floor })}Z`);
      }
      piece = [];
    }
  }
  return pieces.join('');
}

class Path {
  text = '';
  private end: Point | undefined;

  line(from: Point, to: Point): void {
    if (this.end !== from) this.text += `M${at(from)}`;
    this.text += `L${at(to)}`;
    this.end = to;
  }
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
