/** Records in trouble as SQL: what was looked at, service by service, and why some of it is wrong. */
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_OPERATION_ID,
  DELIVERY_METRICS,
  EVENT_FEATURE_OPERATION_END,
  EVENT_FEATURE_OPERATION_START,
} from '@heartwood/semconv';
import { storeError } from '../errors.ts';
import { compileEnding, writeFactsOf, type Compiled } from './answer.ts';
import type { Trouble, TroubleQuestion, TroubleRow } from './quality-question.ts';
import { Writer } from './writer.ts';

/** Samples of a reason. */
const MAX_SAMPLES = 5;
/** How far before its child a parent is looked for. */
const PARENT_BEFORE_NS = 86_400_000_000_000n;
/** How far before the range an operation may have begun. */
const START_BEFORE_NS = 7n * 86_400_000_000_000n;

/** The statement of records in trouble. Throws `STORE_QUESTION_INVALID`. */
export function compileTrouble(question: TroubleQuestion): Compiled<TroubleRow> {
  const { trouble, from, output, toleranceNs } = question;
  if (!Object.hasOwn(LOOKED, trouble) || toleranceNs < 0n)
    throw storeError('STORE_QUESTION_INVALID', { reason: 'it asks for no known trouble' });
  const writer = new Writer();
  writer.table('looked', LOOKED[trouble](writer, question));
  writer.table(
    'reasons',
    `SELECT service_id, list({reason: reason, found: found, samples: samples} ORDER BY reason) AS reasons FROM (
  SELECT service_id, reason, sum(records)::BIGINT AS found, coalesce(min(sample, ${MAX_SAMPLES}), []) AS samples
  FROM looked WHERE reason IS NOT NULL GROUP BY service_id, reason
) GROUP BY service_id`,
  );
  writer.table(
    'services',
    `SELECT service_id, ${trouble === 'unsent' ? 'max(looked)' : 'sum(records)'}::BIGINT AS looked, quantile_cont(value, 0.95) AS value, max(seq) AS last_seq
FROM looked GROUP BY service_id`,
  );
  writer.table(
    'counted',
    `SELECT looked AS rows_all, 0 AS rows_nobody, 0 AS rows_untimed, 0 AS rows_filtered, last_seq FROM services`,
  );
  writeFactsOf(writer, 'counted');
  writer.table(
    'troubles',
    `SELECT service.text AS service, looked, coalesce(reasons, []) AS reasons, value
FROM services LEFT JOIN reasons USING (service_id) LEFT JOIN vocabulary service ON service.id = services.service_id`,
  );
  return compileEnding<TroubleRow>(writer, {
    name: `ask/trouble/${trouble}`,
    events: { from },
    output,
    source: 'troubles',
    order: 'service NULLS LAST',
    columns: {
      service: { sql: 'service', kind: 'text' },
      looked: { sql: 'looked', kind: 'int' },
      reasons: { sql: 'to_json(reasons)::VARCHAR', kind: 'json' },
      value: { sql: 'value', kind: 'real' },
    },
    toRow: ({ service, looked, reasons, value }) =>
      ({ service, looked, reasons, value }) as TroubleRow,
  });
}

type Look = (writer: Writer, question: TroubleQuestion) => string;

const SERVICE = 'coalesce(r.service_id, 0)';
const RESOURCE = 'LEFT JOIN resources r ON r.id = s.resource_id';
const SPAN_SAMPLE = `fa_trace_id(s.trace_id) || '/' || coalesce(fa_span_id(s.span_id), '')`;
const LOG_SAMPLE = 's.seq::VARCHAR';
const NO_VALUE = 'NULL::DOUBLE AS value';

const within = (writer: Writer, time: string, from: bigint, to: bigint): string =>
  `${time} >= fa_time(${writer.param('ns', from)}) AND ${time} < fa_time(${writer.param('ns', to)})`;

/** Rows of `service_id`, `records`, `reason` (NULL: nothing is wrong), `value`, `sample` and `seq`. */
function rowsSql(
  table: 'span' | 'log',
  reason: string,
  where: string,
  { value = NO_VALUE, join = '' } = {},
): string {
  const sample = table === 'span' ? SPAN_SAMPLE : LOG_SAMPLE;
  return `SELECT *, CASE WHEN reason IS NOT NULL THEN id END AS sample FROM (
  SELECT ${SERVICE} AS service_id, 1 AS records, ${reason} AS reason, ${value}, ${sample} AS id, s.seq
  FROM ${table}s s ${RESOURCE}${join} WHERE ${where}
)`;
}

const LOOKED: Readonly<Record<Trouble, Look>> = {
  late: (writer, { from, to, toleranceNs }) => {
    const limit = writer.param('ns', toleranceNs);
    const rows = (table: 'span' | 'log', age: string): string =>
      rowsSql(
        table,
        `CASE WHEN ${age} > ${limit} THEN 'late' END`,
        within(writer, 's.received_time', from, to),
        { value: `greatest(0, ${age}) / 1e9 AS value` },
      );
    return `${rows('span', '(epoch_ns(s.received_time) - epoch_ns(s.start_time) - s.duration_ns)')}
UNION ALL
${rows('log', '(epoch_ns(s.received_time) - epoch_ns(s.time))')}`;
  },

  skewed: (writer, { from, to, toleranceNs }) => {
    const limit = writer.param('ns', toleranceNs);
    writer.table(
      'parents',
      `SELECT trace_id, span_id, min(epoch_ns(start_time)) AS t FROM spans s
WHERE ${within(writer, 's.start_time', from - PARENT_BEFORE_NS, to + PARENT_BEFORE_NS)} AND span_id <> 0 GROUP BY trace_id, span_id`,
    );
    const future = (time: string): string =>
      `WHEN epoch_ns(s.${time}) - epoch_ns(s.received_time) > ${limit} THEN 'in the future'`;
    // Bits 1 and 0 of marks, see src/marks.ts: what has an impossible time has no duration, and both bits say so.
    const spans = rowsSql(
      'span',
      `CASE WHEN fa_marked(s.marks, 1) THEN 'impossible time' WHEN fa_marked(s.marks, 0) THEN 'end before start' ${future('start_time')}
    WHEN parents.t - epoch_ns(s.start_time) > ${limit} THEN 'before its parent' END`,
      within(writer, 's.start_time', from, to),
      {
        join: '\n  LEFT JOIN parents ON s.parent_span_id <> 0 AND parents.trace_id = s.trace_id AND parents.span_id = s.parent_span_id',
      },
    );
    const logs = rowsSql(
      'log',
      `CASE WHEN fa_marked(s.marks, 1) THEN 'impossible time' ${future('time')} END`,
      within(writer, 's.time', from, to),
    );
    return `${spans}\nUNION ALL\n${logs}`;
  },

  // Client and server share a span id in the Zipkin model, and differ in kind.
  repeated: (writer, { from, to }) =>
    rowsSql(
      'span',
      `CASE WHEN row_number() OVER (PARTITION BY s.trace_id, s.span_id, s.kind ORDER BY s.seq) > 1 THEN 'sent again' END`,
      `${within(writer, 's.start_time', from, to)} AND s.span_id <> 0`,
    ),

  // What serves or consumes (kinds 2 and 5) has its parent in another process, which may tell somebody else.
  orphan: (writer, { from, to }) => {
    writer.table(
      'parents',
      `SELECT DISTINCT trace_id, span_id FROM spans s WHERE ${within(writer, 's.start_time', from - PARENT_BEFORE_NS, to + PARENT_BEFORE_NS)} AND span_id <> 0`,
    );
    return rowsSql(
      'span',
      `CASE WHEN parents.span_id IS NULL THEN 'parent missing' END`,
      `${within(writer, 's.start_time', from, to)} AND s.parent_span_id <> 0 AND s.kind NOT IN (2, 5)`,
      {
        join: '\n  LEFT JOIN parents ON parents.trace_id = s.trace_id AND parents.span_id = s.parent_span_id',
      },
    );
  },

  /*
   * The day on which an operation has been silent for long enough is the one that tells of it: with its last sign alone,
   * each operation is told once, however close to the end of a day it began.
   */
  unended: (writer, { from, to, until, toleranceNs }) => {
    const name = (event: string): string =>
      `event_name_id IN (SELECT id FROM vocabulary WHERE text = ${writer.param('text', event)})`;
    const [isStart, isEnd] = [
      name(EVENT_FEATURE_OPERATION_START),
      name(EVENT_FEATURE_OPERATION_END),
    ];
    const id = `fa_attr_text(s.attributes, ${writer.param('text', ATTR_FEATURE_OPERATION_ID)})`;
    writer.table(
      'signs',
      `SELECT ${id} AS operation, max(epoch_ns(s.time)) AS last_sign, max(s.seq) AS seq
FROM event_uses s WHERE ${within(writer, 's.time', from - toleranceNs, until)} AND operation IS NOT NULL
GROUP BY operation HAVING last_sign < ${writer.param('ns', to - toleranceNs)}`,
    );
    writer.table(
      'edges',
      `SELECT operation, arg_min(service_id, seq) FILTER (WHERE is_start) AS service_id, bool_or(is_end) AS has_ended
FROM (
  SELECT ${id} AS operation, ${SERVICE} AS service_id, ${isStart} AS is_start, ${isEnd} AS is_end, s.seq
  FROM event_uses s ${RESOURCE} WHERE ${within(writer, 's.time', from - START_BEFORE_NS, until)} AND (is_start OR is_end) AND operation IS NOT NULL
) GROUP BY operation HAVING bool_or(is_start)`,
    );
    return `SELECT service_id, 1 AS records, CASE WHEN NOT has_ended THEN 'operation without an end' END AS reason,
  ${NO_VALUE}, operation AS sample, seq FROM signs JOIN edges USING (operation)`;
  },

  unsent: (writer, { from, to }) => {
    const names = Object.entries(DELIVERY_METRICS).flatMap(([signal, { processed, exported }]) =>
      [processed, exported].map((metric) => ({ metric, signal })),
    );
    const begin = writer.param('ns', from);
    const inRange = `epoch_ns(p.time) >= ${begin}`;
    writer.table(
      'told',
      `SELECT p.resource_id, name.text AS metric, a.content AS attributes, m.temporality, epoch_ns(p.start_time) AS began, p.attribute_set_id,
  max(p.value) FILTER (WHERE ${inRange}) AS last, min(p.value) FILTER (WHERE ${inRange}) AS first,
  max(p.value) FILTER (WHERE NOT ${inRange}) AS before, sum(p.value) FILTER (WHERE ${inRange}) AS total, max(p.seq) AS seq
FROM metric_points p JOIN metrics m ON m.id = p.metric_id JOIN vocabulary name ON name.id = m.name_id
LEFT JOIN attribute_sets a ON a.id = p.attribute_set_id
WHERE ${within(writer, 'p.time', from - PARENT_BEFORE_NS, to)}
  AND list_contains(${writer.param(
    'texts',
    names.map(({ metric }) => metric),
  )}, name.text) AND isfinite(p.value)
GROUP BY ALL HAVING last IS NOT NULL`,
    );
    // A sum that began before the range and is first seen within it says nothing of what came before.
    writer.table(
      'grown',
      `SELECT ${SERVICE} AS service_id, metric, seq,
  fa_attr_text(attributes, ${writer.param('text', ATTR_ERROR_TYPE)}) AS error,
  greatest(0, CASE WHEN temporality = 1 THEN total WHEN began >= ${begin} THEN last ELSE last - coalesce(before, first) END) AS records
FROM told s ${RESOURCE}`,
    );
    const signal = `list_extract(${writer.param(
      'texts',
      names.map(({ signal }) => signal),
    )}, list_position(${writer.param(
      'texts',
      names.map(({ metric }) => metric),
    )}, metric)::BIGINT)`;
    // Each record passes a processor, then an exporter: the larger of both numbers is how many there were.
    return `SELECT service_id, records, CASE WHEN error IS NOT NULL AND records > 0 THEN signal || ': ' || error END AS reason, ${NO_VALUE},
  NULL::VARCHAR AS sample, seq, sum(most) OVER (PARTITION BY service_id) AS looked FROM (
  SELECT *, CASE WHEN row_number() OVER (PARTITION BY service_id, signal) = 1 THEN max(of_metric) OVER (PARTITION BY service_id, signal) ELSE 0 END AS most FROM (
    SELECT *, ${signal} AS signal, sum(records) OVER (PARTITION BY service_id, metric) AS of_metric FROM grown
  )
)`;
  },

  // Bit 2 of marks, see src/marks.ts.
  cut: (writer, { from, to }) => {
    const cut = `CASE WHEN fa_marked(s.marks, 2) THEN 'cut' END`;
    return `${rowsSql('span', cut, within(writer, 's.start_time', from, to))}
UNION ALL
${rowsSql('log', cut, within(writer, 's.time', from, to))}`;
  },
};
