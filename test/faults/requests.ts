/** The requests of the senders: an id of its own in every record, so that each can be counted in the database. */
import { randomBytes } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Records of each request. */
export const RECORDS = 300;

/** A signal, told by the first digit of the ids of its requests. */
interface Kind {
  readonly digit: string;
  readonly name: string;
  readonly path: string;
  readonly make: (id: string, records: readonly Moment[]) => object;
  /** Rows of each request, and how many of them are different. */
  readonly sql: string;
}

/** A record of a request by its place in it, and its time, ns since 1970. */
interface Moment {
  readonly index: number;
  readonly time: string;
  readonly end: string;
}

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const resource = { attributes: [text('service.name', 'fault-test')] };
const scope = { name: 'faults' };
const spanIdOf = ({ index }: Moment): string => (index + 1).toString(16).padStart(16, '0');

const KINDS: readonly Kind[] = [
  {
    digit: '1',
    name: 'spans',
    path: '/v1/traces',
    make: (traceId, moments) => ({
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            {
              scope,
              spans: moments.map((moment) => ({
                traceId,
                spanId: spanIdOf(moment),
                name: `work ${moment.index % 7}`,
                kind: 1,
                startTimeUnixNano: moment.time,
                endTimeUnixNano: moment.end,
                attributes: [
                  text('feature.name', `feature-${moment.index % 5}`),
                  text('session.id', traceId),
                  { key: 'n', value: { intValue: String(moment.index) } },
                ],
              })),
            },
          ],
        },
      ],
    }),
    sql: `select replace(trace_id::varchar, '-', '') as id, count(*)::int as "rows", count(distinct span_id)::int as different
          from spans group by 1`,
  },
  {
    digit: '2',
    name: 'log records',
    path: '/v1/logs',
    make: (traceId, moments) => ({
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            {
              scope,
              logRecords: moments.map((moment) => ({
                traceId,
                spanId: spanIdOf(moment),
                timeUnixNano: moment.time,
                observedTimeUnixNano: moment.end,
                severityNumber: 9,
                body: { stringValue: `step ${moment.index}` },
              })),
            },
          ],
        },
      ],
    }),
    sql: `select replace(trace_id::varchar, '-', '') as id, count(*)::int as "rows", count(distinct span_id)::int as different
          from logs where trace_id is not null group by 1`,
  },
  {
    digit: '3',
    name: 'metric points',
    path: '/v1/metrics',
    make: (id, moments) => {
      const attributes = [text('request', id)];
      const isOdd = ({ index }: Moment): boolean => index % 2 === 1;
      const gauge = moments
        .filter((moment) => !isOdd(moment))
        .map(({ index, time }) => ({
          attributes,
          timeUnixNano: time,
          asInt: String(index),
        }));
      const histogram = moments.filter(isOdd).map(({ index, time }) => ({
        attributes,
        timeUnixNano: time,
        count: '3',
        sum: index,
        explicitBounds: [1, 2],
        bucketCounts: ['1', '1', '1'],
      }));
      const metrics = [
        { name: 'queue.size', gauge: { dataPoints: gauge } },
        { name: 'queue.wait', histogram: { aggregationTemporality: 1, dataPoints: histogram } },
      ];
      return { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] };
    },
    // A point of a histogram is whole with its buckets, which lie in a table of their own.
    sql: `select json_extract_string(a.content, '$.request') as id, count(*)::int as "rows",
            count(distinct p.time) filter (m.type <> 9 or d.seq is not null)::int as different
          from metric_points p join attribute_sets a on a.id = p.attribute_set_id join metrics m on m.id = p.metric_id
          left join metric_distributions d using (seq)
          where json_extract_string(a.content, '$.request') is not null group by 1`,
  },
];

const kindOf = (id: string): Kind => {
  const kind = KINDS.find(({ digit }) => id.startsWith(digit));
  if (kind === undefined) throw new Error(`${id} is no request of the senders`);
  return kind;
};

/** A new id of 32 hexadecimal digits; `turn` decides the signal, one after the other. */
export const newRequestId = (turn: number): string =>
  `${KINDS[turn % KINDS.length]?.digit}${randomBytes(16).toString('hex').slice(1)}`;

/** Where the request goes, and its body in OTLP/JSON. */
export function requestOf(id: string): { readonly path: string; readonly body: string } {
  // Every other request tells of three days ago: data of any age may come, and old days are treated in another way.
  const isLate = Number.parseInt(id.slice(-1), 16) % 2 === 0;
  const now = (BigInt(Date.now()) - (isLate ? 3n * 86_400_000n : 0n)) * 1_000_000n;
  const moments = Array.from({ length: RECORDS }, (_, index) => ({
    index,
    time: String(now + BigInt(index)),
    end: String(now + BigInt(index) + 1_000_000n),
  }));
  const { path, make } = kindOf(id);
  return { path, body: JSON.stringify(make(id, moments)) };
}

/** How many of these requests there are of each signal. */
export function countKinds(ids: Iterable<string>): Record<string, number> {
  const counts = Object.fromEntries(KINDS.map(({ name }) => [name, 0]));
  for (const id of ids) {
    const { name } = kindOf(id);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** What is stored of every request. */
export async function readStored(
  connection: DuckDBConnection,
): Promise<Map<string, { readonly rows: number; readonly different: number }>> {
  const stored = new Map<string, { rows: number; different: number }>();
  for (const { sql } of KINDS) {
    const result = await connection.runAndReadAll(sql);
    for (const { id, rows, different } of result.getRowObjects())
      stored.set(String(id), { rows: Number(rows), different: Number(different) });
  }
  return stored;
}
