/** Every number beside a plain count over arrays that shares no code with the SQL, on random worlds with odd data. */
import { FEATURE_STATUSES, PERFORMANCE_TIERS } from '@heartwood/semconv';
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFeature } from './feature-detail.ts';
import { readFeatures } from './feature.ts';
import { readRecords, type RecordFilter } from './record.ts';
import type { RunFilter, RunNumbers } from './run.ts';
import { readServices } from './service.ts';
import { createWorld } from './testing/span-world.ts';
import {
  createRandom,
  landWorld,
  openTestStore,
  pickFrom,
  type PlainSpan,
} from './testing/world.ts';
import { readTraces } from './trace.ts';
import { readTotals, readUsage } from './usage.ts';
import { parseWindow, type Window } from './window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WORLDS = 12;
/** A day before the clock goes forward in Berlin, so that some worlds cross it. */
const EPOCH_MS = Date.UTC(2026, 2, 28);

interface World {
  readonly spans: readonly PlainSpan[];
  readonly window: Window;
  readonly filter: RunFilter;
}

const worlds: World[] = Array.from({ length: WORLDS }, (_, index): World => {
  const random = createRandom(1000 + index);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const startMs = EPOCH_MS + index * 10 * DAY_MS;
  const lengthMs = pick([HOUR_MS, DAY_MS, 7 * DAY_MS]);
  const spans = createWorld(index + 1, startMs, lengthMs, pick([1, 5, 60, 300]));
  const from = String(startMs + Math.floor(random() * 0.2 * lengthMs));
  const to = String(startMs + Math.floor((0.6 + random() * 0.5) * lengthMs));
  const timeZone = pick(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns']);
  const filter: RunFilter = {
    category: pick([undefined, undefined, 'no known category']),
    component: pick([undefined, undefined, 'cart']),
    service: pick([undefined, undefined, 'shop']),
    status: pick([undefined, undefined, 'failed'] as const),
  };
  return { spans, window: parseWindow({ from, to, timeZone }, startMs + 9 * DAY_MS), filter };
});

/** Raw runs from before are removed: worlds before this one, and the half of it. */
const cutWorld = worlds.findIndex(({ spans, window }, index) => {
  const lengthMs = window.toMs - window.fromMs;
  return index >= WORLDS / 2 && lengthMs > 3 * DAY_MS && spans.length >= 60;
});
const KEPT_SINCE_MS = EPOCH_MS + (cutWorld * 10 + 3) * DAY_MS;

let store: Store;
/** The same worlds after retention. */
let thinned: Store;
let droppedByAge = 0;
beforeAll(async () => {
  const spans = worlds.flatMap((world) => world.spans);
  [store, thinned] = await Promise.all([openTestStore(), openTestStore()]);
  await landWorld(store, spans);
  await landWorld(thinned, spans);
  const nowMs = KEPT_SINCE_MS + 7 * DAY_MS;
  const room = { maxBytes: 0, otherBytes: 0 };
  ({ droppedByAge } = await thinned.keepUp({ nowMs, keepDays: 7, hotDays: 7, ...room }));
});
afterAll(async () => {
  await store.close();
  await thinned.close();
});

const inWindow = ({ window, spans }: World): PlainSpan[] =>
  spans.filter(({ startNs }) => {
    const ms = Number(startNs / 1_000_000n);
    return ms >= window.fromMs && ms < window.toMs;
  });

const runsOf = (world: World, filter: RecordFilter = world.filter): PlainSpan[] =>
  inWindow(world).filter(
    (span) =>
      span.feature !== null &&
      (filter.feature === undefined || span.feature === filter.feature) &&
      (filter.category === undefined || span.category === filter.category) &&
      (filter.component === undefined || span.component === filter.component) &&
      (filter.service === undefined || span.service === filter.service) &&
      (filter.status === undefined || FEATURE_STATUSES[span.featureStatus - 1] === filter.status) &&
      (filter.user === undefined || span.user === filter.user) &&
      (filter.session === undefined || span.session === filter.session) &&
      (filter.errorType === undefined || span.errorType === filter.errorType) &&
      (filter.minDurationMs === undefined ||
        (!span.negative && Number(span.durationNs) >= filter.minDurationMs * 1e6)),
  );

function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return (low + (high - low) * (rank - Math.floor(rank))) / 1e6;
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const distinct = (values: readonly (string | null)[]): number =>
  new Set(values.filter((value) => value !== null)).size;

const close = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6));

/** Share of what fits; null for none, and for any that comes from a sender that leaves out others. */
function rateOf(spans: readonly PlainSpan[], fits: (span: PlainSpan) => boolean): number | null {
  if (spans.length === 0 || spans.some((span) => span.filtered)) return null;
  return spans.filter(fits).length / spans.length;
}

function numbersOf(runs: readonly PlainSpan[]): Record<string, unknown> {
  const durations = runs.filter((run) => !run.negative).map((run) => Number(run.durationNs));
  const byStatus = FEATURE_STATUSES.map(
    (status, index) =>
      [status, runs.filter((run) => run.featureStatus === index + 1).length] as const,
  );
  const meanNs = mean(durations);
  return {
    runs: runs.length,
    users: distinct(runs.map((run) => run.user)),
    sessions: distinct(runs.map((run) => run.session)),
    ...Object.fromEntries(byStatus),
    successRate: rateOf(runs, (run) => run.featureStatus === 1),
    p50Ms: close(percentile(durations, 0.5)),
    p95Ms: close(percentile(durations, 0.95)),
    p99Ms: close(percentile(durations, 0.99)),
    meanMs: close(meanNs === null ? null : meanNs / 1e6),
    efficiency: close(mean(runs.map((run) => run.efficiency).filter(Number.isFinite))),
  };
}

const iso = (ns: bigint): string =>
  new Date(Number(ns / 1_000_000n))
    .toISOString()
    .replace('Z', `${String(ns % 1_000_000n).padStart(6, '0')}Z`);

const earliest = (spans: readonly PlainSpan[]): bigint =>
  spans.map((span) => span.startNs).reduce((a, b) => (a < b ? a : b));
const latest = (spans: readonly PlainSpan[]): bigint =>
  spans.map((span) => span.startNs).reduce((a, b) => (a > b ? a : b));
const byArrival = (a: PlainSpan, b: PlainSpan): number => (a.seq < b.seq ? 1 : -1);
const lastLanded = (spans: readonly PlainSpan[]): PlainSpan =>
  spans.reduce((last, span) => (span.seq > last.seq ? span : last));

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function featureRow(feature: string, runs: readonly PlainSpan[]): Record<string, unknown> {
  const tiers = runs.filter((run) => !run.negative).map((run) => run.tier);
  const median = tiers.toSorted((a, b) => a - b)[Math.ceil(tiers.length / 2) - 1];
  return {
    feature,
    category: lastLanded(runs).category,
    component: lastLanded(runs).component,
    ...numbersOf(runs),
    tier: median === undefined ? null : PERFORMANCE_TIERS[median - 1],
    firstSeen: iso(earliest(runs)),
    lastSeen: iso(latest(runs)),
  };
}

const startsAtHour = ({ start }: { start: string }): boolean => Date.parse(start) % HOUR_MS === 0;

const TABLE = { trend: true, sort: 'feature', limit: 1000 } as const;
const named = worlds.map((world, index) => [`world ${String(index)}`, world, index] as const);
/** Half of the questions in each world, the other half in the next. */
const turns = <T>(questions: readonly T[], index: number): T[] =>
  questions.filter((_, at) => (at + index) % 2 === 0);

test('retention removes half of the worlds and the half of one', () => {
  const old = worlds
    .flatMap(({ spans }) => spans)
    .filter(({ startNs }) => Number(startNs / 1_000_000n) < KEPT_SINCE_MS);
  expect(cutWorld).toBeGreaterThan(0);
  expect(droppedByAge).toBeGreaterThanOrEqual(old.length);
});

describe.each(named)('%s gives the numbers of a plain count', (_name, world, index) => {
  const { window, filter } = world;

  test('in the feature table and its trends', async () => {
    const table = await readFeatures(store, window, filter, TABLE);
    const groups = groupBy(runsOf(world), (run) => run.feature!);
    const expected = [...groups.keys()]
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((feature) => featureRow(feature, groups.get(feature)!));
    expect(table.rows.map((row) => ({ ...row, trend: undefined }))).toEqual(expected);
    expect(table.total).toBe(groups.size);
    for (const { feature, trend } of table.rows) {
      const runs = groups.get(feature)!;
      expect(trend).toEqual(
        table.grid!.buckets.map(
          ({ startMs, endMs }) =>
            runs.filter(({ startNs }) => {
              const ms = Number(startNs / 1_000_000n);
              return ms >= startMs && ms < endMs;
            }).length,
        ),
      );
    }
  });

  test('in all runs together', async () => {
    const { totals, warnings } = await readTotals(store, window, filter);
    const runs = runsOf(world);
    const filtered = runs.filter((run) => run.filtered).length;
    const said = warnings.flatMap((text) =>
      [...text.matchAll(/^(\d+) of (\d+) runs .* leave out other runs/gu)].map((match) =>
        match.slice(1).map(Number),
      ),
    );
    expect(said).toEqual(filtered === 0 ? [] : [[filtered, runs.length]]);
    expect(totals).toEqual({
      features: distinct(runs.map((run) => run.feature)),
      ...numbersOf(runs),
    });
  });

  test.each(turns(['auto', '1h', '1d', '1w'] as const, index))(
    'in buckets of %s',
    async (interval) => {
      const { series } = await readUsage(store, window, filter, { interval, top: 10 });
      const runs = runsOf(world);
      expect(series).toHaveLength(1);
      expect(series[0]?.runs).toBe(runs.length);
      for (const { start, end, complete: _, ...numbers } of series.flatMap(
        ({ points }) => points,
      )) {
        const inside = runs.filter(({ startNs }) => {
          const ms = Number(startNs / 1_000_000n);
          return ms >= Date.parse(start) && ms < Date.parse(end);
        });
        expect(numbers).toEqual(numbersOf(inside));
      }
    },
  );

  test.each(turns(['feature', 'category', 'component', 'status'] as const, index))(
    'split by %s with the rest as $other',
    async (by) => {
      const { series } = await readUsage(store, window, filter, { interval: '1w', by, top: 2 });
      const groups = groupBy(runsOf(world), (run) =>
        by === 'status' ? (FEATURE_STATUSES[run.featureStatus - 1] ?? '') : (run[by] ?? '$none'),
      );
      const counts = [...groups.values()].map((runs) => runs.length).toSorted((a, b) => b - a);
      const top = series.filter(({ group }) => group !== '$other');
      expect(top.map(({ runs }) => runs)).toEqual(counts.slice(0, 2));
      for (const { group, points } of top) {
        const total = points.reduce((sum, point) => sum + point.runs, 0);
        expect(total).toBe(groups.get(group!)!.length);
      }
      const rest = [...groups]
        .filter(([group]) => !top.some((series) => series.group === group))
        .flatMap(([, runs]) => runs);
      const other = series.find(({ group }) => group === '$other');
      expect(other?.runs ?? 0).toBe(rest.length);
      const total = series.flatMap(({ points }) => points).reduce((sum, { runs }) => sum + runs, 0);
      expect(total).toBe(runsOf(world).length);
      for (const { start, end, complete: _, ...numbers } of other?.points ?? []) {
        const inside = rest.filter(({ startNs }) => {
          const ms = Number(startNs / 1_000_000n);
          return ms >= Date.parse(start) && ms < Date.parse(end);
        });
        expect(numbers).toEqual(numbersOf(inside));
      }
    },
  );

  test('in the table of services', async () => {
    const { rows } = await readServices(store, window, { limit: 100 });
    const groups = groupBy(inWindow(world), (span) => span.service ?? '');
    const expected = [...groups.entries()].map(([service, spans]) => {
      const durations = spans
        .filter((span) => !span.negative)
        .map((span) => Number(span.durationNs));
      const errors = spans.filter((span) => span.statusCode === 2).length;
      return {
        service: service === '' ? null : service,
        spans: spans.length,
        errors,
        errorRate: rateOf(spans, (span) => span.statusCode === 2),
        p50Ms: close(percentile(durations, 0.5)),
        p95Ms: close(percentile(durations, 0.95)),
        p99Ms: close(percentile(durations, 0.99)),
        maxMs: durations.length === 0 ? null : Math.max(...durations) / 1e6,
        negative: spans.length - durations.length,
        firstSeen: iso(earliest(spans)),
        lastSeen: iso(latest(spans)),
      };
    });
    expect(rows).toHaveLength(expected.length);
    expect(rows).toEqual(expect.arrayContaining(expected));
  });

  const narrowings: RecordFilter[] = [
    filter,
    { user: 'ü 3' },
    { session: 's2', minDurationMs: 0.5 },
    { errorType: 'TypeError' },
    { feature: "Robert'); DROP TABLE spans;--" },
  ];
  test.each(turns(narrowings, index))('in pages of records %j', async (narrowing) => {
    const expected = runsOf(world, narrowing)
      .toSorted(byArrival)
      .map((run) => String(run.seq));
    const limit = Math.max(7, Math.ceil(expected.length / 3));
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await readRecords(store, window, narrowing, { limit, cursor });
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      found.push(...page.rows.map(({ seq }) => seq));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(found).toEqual(expected);
  });

  test('in the list of traces', async () => {
    const { rows } = await readTraces(store, window, { limit: 500 });
    const groups = groupBy(world.spans, (span) => span.traceId);
    const here = new Set(inWindow(world).map((span) => span.traceId));
    expect(new Set(rows.map(({ traceId }) => traceId))).toEqual(here);
    for (const row of rows) {
      const spans = groups.get(row.traceId)!;
      const ends = spans.map((span) => span.startNs + span.durationNs);
      const end = ends.reduce((a, b) => (a > b ? a : b));
      const roots = spans.filter((span) => span.parentSpanId === 0n);
      const root = (roots.length > 0 ? roots : spans).reduce((a, b) =>
        a.startNs < b.startNs ? a : b,
      );
      expect(row).toEqual({
        traceId: row.traceId,
        root: root.name,
        service: root.service,
        startTime: iso(earliest(spans)),
        durationMs: close(Number(end - earliest(spans)) / 1e6),
        spans: spans.length,
        errors: spans.filter((span) => span.statusCode === 2).length,
        services: distinct(spans.map((span) => span.service)),
        features: [...new Set(spans.flatMap((span) => span.feature ?? []))].toSorted((a, b) =>
          Buffer.compare(Buffer.from(a), Buffer.from(b)),
        ),
      });
    }
  });

  test('in the report of one feature', async () => {
    const feature = world.spans.find((span) => span.filtered)?.feature ?? 'GET /products/:id';
    const everywhere = worlds
      .flatMap(({ spans }) => spans)
      .filter((span) => span.feature === feature);
    const only = { ...filter, feature };
    const options = { interval: 'auto', recent: 5 } as const;
    const { report } = await readFeature(store, window, only, options);
    const runs = runsOf(world, only);
    expect(report.allTime).toEqual({
      runs: everywhere.length,
      firstSeen: iso(earliest(everywhere)),
      lastSeen: iso(latest(everywhere)),
    });
    expect(report).toMatchObject(
      runs.length === 0
        ? { feature, runs: 0, successRate: null, p50Ms: null, tier: null, firstSeen: null }
        : featureRow(feature, runs),
    );
    expect(report.statuses.map(({ share }) => share)).toEqual(
      FEATURE_STATUSES.map((_, index) => rateOf(runs, (run) => run.featureStatus === index + 1)),
    );
    const timed = runs.filter((run) => !run.negative);
    expect(report.tiers.map((tier) => tier.runs)).toEqual(
      [1, 2, 3, 4, 5].map((tier) => timed.filter((run) => run.tier === tier).length),
    );
    for (const { fromMs, toMs, runs: count } of report.histogram) {
      const inside = timed.filter((run) => {
        const ms = Number(run.durationNs) / 1e6;
        return ms >= fromMs && (toMs === null || ms < toMs);
      });
      expect(count, `from ${String(fromMs)} ms`).toBe(inside.length);
    }
    expect(report.histogram.reduce((sum, bin) => sum + bin.runs, 0)).toBe(timed.length);
    const wrong = runs.filter(
      (run) => run.featureStatus === 2 || run.featureStatus === 4 || run.errorType !== null,
    );
    const errors = groupBy(wrong, (run) => run.errorType ?? '');
    expect(report.errors).toHaveLength(errors.size);
    for (const error of report.errors) {
      const members = errors.get(error.errorType ?? '')!;
      expect(error).toMatchObject({
        runs: members.length,
        share: rateOf(runs, (run) => members.includes(run)),
        lastSeen: iso(latest(members)),
        message: lastLanded(members).message || null,
        traceId: lastLanded(members).traceId,
      });
    }
    const versions = groupBy(runs, (run) => run.version ?? '');
    expect(report.versions).toHaveLength(versions.size);
    for (const { version, runs: count } of report.versions)
      expect(count).toBe(versions.get(version ?? '')!.length);
    expect(report.recent.map(({ seq }) => seq)).toEqual(
      runs
        .toSorted(byArrival)
        .slice(0, 5)
        .map(({ seq }) => String(seq)),
    );
  });
});

describe.each(named)(
  '%s, its raw runs removed, gives the numbers that roll-ups can tell',
  (_name, world, index) => {
    const { window, filter } = world;
    const keptNs = BigInt(KEPT_SINCE_MS) * 1_000_000n;
    const [wholeFrom, wholeTo] = [
      BigInt(Math.ceil(window.fromMs / HOUR_MS) * HOUR_MS) * 1_000_000n,
      BigInt(Math.floor(window.toMs / HOUR_MS) * HOUR_MS) * 1_000_000n,
    ];
    const isRemoved = ({ startNs }: PlainSpan): boolean => startNs < keptNs;
    const isWhole = ({ startNs }: PlainSpan): boolean => startNs >= wholeFrom && startNs < wholeTo;
    const countable = (byHours: boolean): PlainSpan[] =>
      runsOf(world).filter((run) => !isRemoved(run) || (byHours && isWhole(run)));

    /** What is expected of runs that can be counted; percentiles and actors as `approximate` and `rolledActors` say. */
    function expectNumbers(
      { p50Ms, p95Ms, p99Ms, ...numbers }: RunNumbers,
      runs: readonly PlainSpan[],
      { approximate, rolledActors }: { approximate: boolean; rolledActors: boolean },
    ): void {
      const unknown = rolledActors || !runs.some(isRemoved) ? {} : { users: null, sessions: null };
      const { p50Ms: _50, p95Ms: _95, p99Ms: _99, ...expected } = numbersOf(runs);
      expect(numbers).toEqual({ ...expected, ...unknown });
      const durations = runs.filter((run) => !run.negative).map((run) => Number(run.durationNs));
      for (const [value, share] of [
        [p50Ms, 0.5],
        [p95Ms, 0.95],
        [p99Ms, 0.99],
      ] as const) {
        const exact = percentile(durations, share);
        expect(value === null).toBe(exact === null);
        const tolerance = (approximate ? (exact ?? 0) / 31 : 0) + 1e-6;
        expect(Math.abs((value ?? 0) - (exact ?? 0))).toBeLessThanOrEqual(tolerance);
      }
    }

    const noFilter =
      filter.category === undefined &&
      filter.component === undefined &&
      filter.status === undefined;
    /** Runs of the range that roll-ups know, whatever their service. */
    const known = runsOf(world, { ...filter, service: undefined }).filter(isRemoved);

    function expectWarnings(warnings: readonly string[], byHours: boolean): void {
      const said = warnings.join('\n');
      const approximate = byHours && known.some(isWhole);
      expect(said.includes('within 3.2 %')).toBe(approximate);
      expect(said.includes('only runs since then')).toBe(!byHours && known.length > 0);
      expect(said.includes('users and sessions of that time')).toBe(approximate && !noFilter);
    }

    test('in all runs together', async () => {
      const { totals, warnings } = await readTotals(thinned, window, filter);
      const byHours = filter.service === undefined;
      const runs = countable(byHours);
      const { features, ...numbers } = totals;
      expect(features).toBe(distinct(runs.map((run) => run.feature)));
      const approximate = byHours && known.some(isWhole);
      expectNumbers(numbers, runs, { approximate, rolledActors: noFilter });
      expectWarnings(warnings, byHours);
    });

    test('in the feature table', async () => {
      const { rows, warnings } = await readFeatures(thinned, window, filter, TABLE);
      const byHours = filter.service === undefined;
      const groups = groupBy(countable(byHours), (run) => run.feature!);
      expect(rows.map((row) => row.feature)).toEqual(
        [...groups.keys()].toSorted((a, b) => (a < b ? -1 : 1)),
      );
      for (const {
        feature,
        category: _,
        component: _2,
        tier: _3,
        firstSeen,
        lastSeen,
        trend: _4,
        ...numbers
      } of rows) {
        const runs = groups.get(feature)!;
        expect([firstSeen, lastSeen]).toEqual([iso(earliest(runs)), iso(latest(runs))]);
        expectNumbers(numbers, runs, { approximate: byHours, rolledActors: noFilter });
      }
      const approximate = byHours && known.some(isWhole);
      expect(warnings.join().includes('within 3.2 %')).toBe(approximate);
      expect(warnings.join().includes('services or parts of an hour')).toBe(
        !byHours && known.length > 0,
      );
    });

    test.each(turns(['30m', '1h', '1d'] as const, index))('in buckets of %s', async (interval) => {
      const { series, warnings } = await readUsage(thinned, window, filter, { interval, top: 1 });
      const points = series.flatMap((line) => line.points);
      const isHour = points.length === 1 || points.every(startsAtHour);
      const byHours = filter.service === undefined && interval !== '30m' && isHour;
      const runs = countable(byHours);
      expect(series[0]?.runs).toBe(runs.length);
      const isLost = (start: string): boolean =>
        !byHours && known.length > 0 && Date.parse(start) < KEPT_SINCE_MS;
      for (const { start, end, complete, ...numbers } of points) {
        const inside = runs.filter(({ startNs }) => {
          const ms = Number(startNs / 1_000_000n);
          return ms >= Date.parse(start) && ms < Date.parse(end);
        });
        expectNumbers(numbers, inside, { approximate: byHours, rolledActors: noFilter });
        expect(complete && isLost(start)).toBe(false);
      }
      expectWarnings(warnings, byHours);
    });

    test.each(turns(['feature', 'category', 'component', 'status'] as const, index))(
      'split by %s with the rest as $other',
      async (by) => {
        const options = { interval: '1w', by, top: 2 } as const;
        const { series } = await readUsage(thinned, window, filter, options);
        const isHour = series.every(
          ({ points }) => points.length === 1 || points.every(startsAtHour),
        );
        if (series.length === 0) return;
        const byHours = filter.service === undefined && isHour;
        const runs = countable(byHours);
        const nameOf = (run: PlainSpan): string =>
          by === 'status' ? (FEATURE_STATUSES[run.featureStatus - 1] ?? '') : (run[by] ?? '$none');
        const top = new Set(series.map(({ group }) => group));
        for (const { group, points } of series)
          for (const { start, end, complete: _, ...numbers } of points) {
            const inside = runs.filter((run) => {
              const ms = Number(run.startNs / 1_000_000n);
              const isMember = group === '$other' ? !top.has(nameOf(run)) : nameOf(run) === group;
              return isMember && ms >= Date.parse(start) && ms < Date.parse(end);
            });
            const rolledActors = noFilter && by === 'feature';
            expectNumbers(numbers, inside, { approximate: byHours, rolledActors });
          }
        const total = series.reduce((sum, line) => sum + line.runs, 0);
        expect(total).toBe(runs.length);
      },
    );
  },
);
