/** Small charts made of characters: a bar for a share, a line of heights for a series. */
import type { Symbols } from './style.ts';

/** A bar of at most `width` columns; anything above nothing shows at least a sliver. */
export function drawBar(share: number, width: number, { bar }: Symbols): string {
  const steps = bar.length - 1;
  const bounded = Math.min(1, Math.max(0, share));
  const filled = bounded === 0 ? 0 : Math.max(1, Math.round(bounded * width * steps));
  const full = (bar[steps] ?? '').repeat(Math.floor(filled / steps));
  const rest = filled % steps === 0 ? '' : (bar[filled % steps] ?? '');
  return full + rest;
}

/**
 * One character a value, the largest at full height and only zero at the bottom; with more values than columns,
 * neighbours are averaged. No value is drawn as none.
 */
export function drawSpark(
  values: readonly (number | null)[],
  width: number,
  { spark, none }: Symbols,
): string {
  const shown = values.length > width ? average(values, width) : values;
  const top = shown.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const steps = spark.length - 1;
  return shown
    .map((value) => {
      if (value === null) return none;
      const height = top === 0 || value === 0 ? 0 : Math.max(1, Math.round((value / top) * steps));
      return spark[height] ?? '';
    })
    .join('');
}

// Means, not sums: the last group may hold fewer values than the others.
function average(values: readonly (number | null)[], width: number): (number | null)[] {
  const size = Math.ceil(values.length / Math.max(1, width));
  const means: (number | null)[] = [];
  for (let start = 0; start < values.length; start += size) {
    const group = values.slice(start, start + size).filter((value) => value !== null);
    const sum = group.reduce((total, value) => total + value, 0);
    means.push(group.length === 0 ? null : sum / group.length);
  }
  return means;
}
