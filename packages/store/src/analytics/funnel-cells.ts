/** What the chains of a funnel add up to: numbers by bucket, group and step. */
import type { FunnelQuestion } from './funnel-question.ts';
import { requiredSteps } from './funnel-rows.ts';
import type { Writer } from './writer.ts';

/** Adds `cells`: numbers by bucket, rank and step. */
export function writeCells(writer: Writer, question: FunnelQuestion): void {
  const window = writer.param('ns', question.windowNs);
  const places = question.steps.map((_, index) => String(index + 1));
  const each = (sql: (place: string, before: readonly string[]) => string): string =>
    places.map((place, index) => sql(place, places.slice(0, index + 1))).join(', ');
  // What was not done took no time.
  writer.table(
    'timed',
    `SELECT *, ${each((place, upTo) => `greatest(${upTo.map((one) => `t${one} + busy${one}`).join(', ')}) AS till${place}`)}
FROM (SELECT *, ${each(
      (place, upTo) =>
        `coalesce(${upTo
          .map((one) => `times[${one}]`)
          .toReversed()
          .join(', ')}) AS t${place}`,
    )},
  ${each((place) => `least(greatest(coalesce(durations[${place}], 0), 0), ${window}) AS busy${place}`)} FROM entrants)`,
  );
  const shown = question.shown ?? [...question.steps.keys()];
  const listOf = (sql: (place: number) => string): string =>
    `unnest([${shown.map((step) => sql(step + 1)).join(', ')}])`;
  // Up to a step runs are under way from each step before it until the last of them ends or the next begins.
  const busy = (place: number): string =>
    [
      '0',
      ...places
        .slice(0, place - 1)
        .map((one) => `least(till${one}, t${String(Number(one) + 1)}) - t${one}`),
    ].join(' + ');
  writer.table(
    'shown',
    `SELECT bucket, rank, grp, ${listOf(String)} AS step, ${listOf((place) => `times[${String(place)}] - began`)} AS took,
  ${listOf((place) => `CASE WHEN times[${String(place)}] IS NOT NULL THEN ${busy(place)} END`)} AS busy,
  ${listOf((place) => `times[${String(place)}] IS NULL AND ${mayStill(writer, question, place - 1)}`)} AS may
FROM timed e`,
  );
  writer.table(
    'cells',
    `SELECT bucket, rank, min(grp) AS value, step, count(*) AS entered, count(took) AS converted, count(*) FILTER (WHERE may) AS immature,
  fa_ratio(fa_ms(sum(took)), count(took)) AS mean_ms, quantile_cont(fa_ms(took), [0.5, 0.9]) AS percentiles,
  fa_ratio(fa_ms(sum(busy)), count(took)) AS system_ms
FROM shown GROUP BY bucket, rank, step`,
  );
}

/** Whether one that has not done a step may still do it; an optional one only as long as the next required one is not done. */
export function mayStill(writer: Writer, question: FunnelQuestion, step: number): string {
  const watermark = writer.param('ns', question.watermark);
  const open = `coalesce(e.open_until >= ${watermark}, false)`;
  if (!(question.steps[step]?.optional ?? false)) return open;
  const required = requiredSteps(question);
  const next = required.find((index) => index > step);
  if (next !== undefined) return `(e.times[${String(next + 1)}] IS NULL AND ${open})`;
  const last = String((required.at(-1) ?? 0) + 1);
  return `CASE WHEN e.times[${last}] IS NULL THEN ${open} ELSE e.times[1] + ${writer.param('ns', question.windowNs)} >= ${watermark} END`;
}
