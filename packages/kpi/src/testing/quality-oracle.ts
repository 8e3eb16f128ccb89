/** What checks of data quality read, by plain loops over arrays that share no code with the SQL. */
import type {
  SilenceRow,
  TroubleQuestion,
  TroubleRow,
  VolumeRow,
  WeekSlots,
} from '@heartwood/store';
import type { EventWorld } from './event-world.ts';
import type { PlainLog } from './plain-log.ts';
import type { PlainSpan } from './world.ts';

interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

interface Asked extends Range {
  readonly slots: WeekSlots;
}

const NO_TRACE = '0'.repeat(32);
const startOf = (record: PlainSpan | PlainLog): bigint =>
  'timeNs' in record ? record.timeNs : record.startNs;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

/** Week and quarter of a moment. */
function placeOf(time: bigint, { slots }: Asked): { week: number; quarter: number } | undefined {
  const label = Number(slots.labels[Number((time - slots.origin) / slots.width)]);
  if (label < 0) return undefined;
  return { week: Math.floor(label / slots.quarters), quarter: label % slots.quarters };
}

const weeksOf = (weeks: readonly number[]): { week: number; records: number }[] =>
  [...new Set(weeks)]
    .toSorted((a, b) => a - b)
    .map((week) => ({ week, records: weeks.filter((one) => one === week).length }));

export function oracleVolume({ spans, logs }: EventWorld, asked: Asked): VolumeRow[] {
  const named = [
    ...logs.map((log) => ({ record: log, source: 'event' as const, name: log.event })),
    ...spans.map((span) => ({ record: span, source: 'run' as const, name: span.feature })),
  ].filter(({ record, name }) => name !== null && isWithin(startOf(record), asked));
  return [...groupBy(named, ({ source, name }) => `${source} ${String(name)}`).values()]
    .map((group): VolumeRow => {
      const times = group.map(({ record }) => startOf(record)).toSorted((a, b) => (a < b ? -1 : 1));
      const [first] = group;
      return {
        source: first?.source ?? 'run',
        name: first?.name ?? '',
        weeks: weeksOf(group.flatMap(({ record }) => placeOf(startOf(record), asked)?.week ?? [])),
        firstTime: String(times[0]),
        lastTime: String(times.at(-1)),
        // Of several at the same time any will do.
        lastTraceId: null,
      };
    })
    .toSorted((a, b) => compare(a.source, b.source) || compareUtf8(a.name, b.name));
}

const compareUtf8 = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

export function oracleSilence(
  { spans, logs }: EventWorld,
  asked: Asked,
  leastQuarters: number,
): SilenceRow[] {
  const records = [...spans, ...logs].filter((record) => isWithin(startOf(record), asked));
  const placed = records.map((record) => ({ ...record, place: placeOf(startOf(record), asked) }));
  const rows: SilenceRow[] = [];
  for (const [, own] of groupBy(placed, ({ service }) => String(service))) {
    const service = own[0]?.service ?? null;
    const times = own.map(startOf).toSorted((a, b) => (a < b ? -1 : 1));
    const base = { service, firstTime: String(times[0]), lastTime: String(times.at(-1)) };
    const spoke = (quarter: number): boolean =>
      own.some(({ place }) => place?.week === 0 && place.quarter === quarter);
    const stretches: [number, number][] = [];
    for (let quarter = 0; quarter < asked.slots.quarters; quarter++) {
      if (spoke(quarter)) continue;
      const last = stretches.at(-1);
      if (last !== undefined && last[1] === quarter - 1) last[1] = quarter;
      else stretches.push([quarter, quarter]);
    }
    const told = stretches
      .filter(([first, last]) => last - first + 1 >= leastQuarters)
      .map(([first, last]) => {
        const inside = (record: (typeof placed)[number]): boolean =>
          record.place !== undefined &&
          record.place.quarter >= first &&
          record.place.quarter <= last;
        const earlier = own.filter((record) => inside(record) && record.place?.week !== 0);
        const others = placed.filter(
          (record) => record.service !== service && record.place?.week === 0 && inside(record),
        );
        return {
          ...base,
          firstQuarter: first,
          lastQuarter: last,
          othersQuarters: new Set(others.map(({ place }) => place?.quarter)).size,
          weeks: weeksOf(earlier.map(({ place }) => place?.week ?? 0)),
          total: earlier.length,
        };
      })
      .toSorted((a, b) => b.total - a.total || a.firstQuarter - b.firstQuarter)
      .slice(0, 5)
      .toSorted((a, b) => a.firstQuarter - b.firstQuarter)
      .map(({ total: _total, ...row }) => row);
    const none = { ...base, firstQuarter: null, lastQuarter: null, othersQuarters: 0, weeks: [] };
    rows.push(...(told.length === 0 ? [none] : told));
  }
  return rows.toSorted(byService);
}

interface Looked {
  readonly service: string | null;
  readonly reason: string | undefined;
  readonly sample: string;
  readonly value?: number;
}

export function oracleTrouble(world: EventWorld, question: TroubleQuestion): TroubleRow[] {
  const looked = LOOKS[question.trouble]?.(world, question) ?? [];
  return [...groupBy(looked, ({ service }) => String(service)).values()]
    .map((own): TroubleRow => ({
      service: own[0]?.service ?? null,
      looked: own.length,
      reasons: [
        ...groupBy(
          own.filter(({ reason }) => reason !== undefined),
          (one) => one.reason ?? '',
        ),
      ]
        .map(([reason, found]) => ({
          reason,
          found: found.length,
          samples: found
            .map(({ sample }) => sample)
            .toSorted(compare)
            .slice(0, 5),
        }))
        .toSorted((a, b) => compare(a.reason, b.reason)),
      value: percentile(own.flatMap(({ value }) => value ?? [])),
    }))
    .toSorted(byService);
}

const byService = (a: { service: string | null }, b: { service: string | null }): number =>
  a.service === null ? 1 : b.service === null ? -1 : compare(a.service, b.service);

function percentile(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = 0.95 * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (rank % 1);
}

const isWithin = (time: bigint, { from, to }: Range): boolean => time >= from && time < to;
const received = (record: PlainSpan | PlainLog): bigint => record.receivedNs ?? startOf(record);
const hasMark = (record: PlainSpan | PlainLog, mark: number): boolean =>
  ((record.marks ?? 0) & mark) !== 0;
const idOf = (record: PlainSpan | PlainLog): string =>
  'timeNs' in record
    ? String(record.seq)
    : `${record.traceId}/${record.spanId === 0n ? '' : record.spanId.toString(16).padStart(16, '0')}`;
const isKnown = (traceId: string | null): boolean => traceId !== null && traceId !== NO_TRACE;

/** Parents are looked for a day before and after the range. */
const nearby = (spans: readonly PlainSpan[], { from, to }: Range): readonly PlainSpan[] =>
  spans.filter((span) => isWithin(span.startNs, { from: from - DAY_NS, to: to + DAY_NS }));

const DAY_NS = 86_400_000_000_000n;

type Look = (world: EventWorld, question: TroubleQuestion) => Looked[];

const LOOKS: Readonly<Record<string, Look>> = {
  late: ({ spans, logs }, question) =>
    [...spans, ...logs]
      .filter((record) => isWithin(received(record), question))
      .map((record) => {
        const end = startOf(record) + ('durationNs' in record ? record.durationNs : 0n);
        const age = received(record) - end;
        return {
          service: record.service,
          reason: age > question.toleranceNs ? 'late' : undefined,
          sample: idOf(record),
          value: Math.max(0, Number(age)) / 1e9,
        };
      }),
  skewed: ({ spans, logs }, question) =>
    [...spans, ...logs]
      .filter((record) => isWithin(startOf(record), question))
      .map((record) => ({
        service: record.service,
        reason: skewOf(record, nearby(spans, question), question.toleranceNs),
        sample: idOf(record),
      })),
  repeated: ({ spans }, question) => {
    const ours = spans
      .filter((span) => isWithin(span.startNs, question) && span.spanId !== 0n)
      .toSorted((a, b) => (a.seq < b.seq ? -1 : 1));
    return ours.map((span, index) => ({
      service: span.service,
      reason: ours
        .slice(0, index)
        .some(
          (one) =>
            one.traceId === span.traceId &&
            one.spanId === span.spanId &&
            (one.kind ?? 1) === (span.kind ?? 1),
        )
        ? 'sent again'
        : undefined,
      sample: idOf(span),
    }));
  },
  orphan: ({ spans }, question) =>
    spans
      .filter(
        (span) =>
          isWithin(span.startNs, question) &&
          span.parentSpanId !== 0n &&
          ![2, 5].includes(span.kind ?? 1),
      )
      .map((span) => ({
        service: span.service,
        reason: nearby(spans, question).some(
          (one) =>
            isKnown(one.traceId) &&
            one.traceId === span.traceId &&
            one.spanId === span.parentSpanId,
        )
          ? undefined
          : 'parent missing',
        sample: idOf(span),
      })),
  // An operation belongs to the day on which it has been silent for long enough.
  unended: ({ logs }, { from, to, until, toleranceNs }) => {
    const signs = logs.filter((log) =>
      isWithin(log.timeNs, { from: from - 7n * DAY_NS, to: until }),
    );
    const operation = (log: PlainLog): string | undefined =>
      (JSON.parse(log.attributes) as Record<string, string>)['feature.operation.id'];
    const starts = signs.filter(
      (log) => log.event === 'feature.operation.start' && operation(log) !== undefined,
    );
    return [...groupBy(starts, (log) => String(operation(log)))].flatMap(([id, group]) => {
      const own = signs.filter((log) => operation(log) === id);
      const last = own.map(({ timeNs }) => timeNs).reduce((a, b) => (a > b ? a : b));
      if (!isWithin(last + toleranceNs, { from, to })) return [];
      const isOver = own.some(({ event }) => event === 'feature.operation.end');
      const reason = isOver ? undefined : 'operation without an end';
      return [{ service: group[0]?.service ?? null, reason, sample: id }];
    });
  },
  cut: ({ spans, logs }, question) =>
    [...spans, ...logs]
      .filter((record) => isWithin(startOf(record), question))
      .map((record) => ({
        service: record.service,
        reason: hasMark(record, 4) ? 'cut' : undefined,
        sample: idOf(record),
      })),
};

function skewOf(
  record: PlainSpan | PlainLog,
  spans: readonly PlainSpan[],
  tolerance: bigint,
): string | undefined {
  // What has an impossible time has no duration either, and is not to be blamed for its end.
  if (hasMark(record, 2)) return 'impossible time';
  if ('negative' in record && record.negative) return 'end before start';
  if (startOf(record) - received(record) > tolerance) return 'in the future';
  if ('timeNs' in record || record.parentSpanId === 0n) return undefined;
  const parents = spans.filter(
    (one) => one.traceId === record.traceId && one.spanId === record.parentSpanId,
  );
  const first = parents.map(({ startNs }) => startNs).toSorted((a, b) => (a < b ? -1 : 1))[0];
  return first !== undefined && first - record.startNs > tolerance
    ? 'before its parent'
    : undefined;
}
