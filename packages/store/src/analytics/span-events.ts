/** Span events as rows beside those of events: read from their spans at each question, so that nothing is stored twice. */
import type { EligibleEvents } from './eligible-events.ts';
import type { Writer } from './writer.ts';

/** Where the mark of what was sampled stands, as in src/marks.ts. */
export const SAMPLED_PLACE = 23;

/**
 * How long after its start a span may have an event at the event's own time; any other is counted at the start. It bounds
 * where the events of a range are looked for.
 */
export const REACH_NS = 86_400_000_000_000n;

/** The lower bits of the number of a span event are that of its span, those above its place among the events. */
const SEQ_BITS = 48;
/** The number of the record that a row landed with. */
export const landedSeq = (seq: string): string =>
  `(${seq} & ${String(2n ** BigInt(SEQ_BITS) - 1n)}::UBIGINT)`;

/** The names that selectors ask span events for, none where they ask for log records alone: `any` asks for none, because each exception would be an event then. */
export function spanEventNames({ selectors, logsOnly }: EligibleEvents): string[] {
  if (logsOnly === true) return [];
  const named = selectors.flatMap(({ source, names }) =>
    source === 'event' && names !== 'any' ? names : [],
  );
  return [...new Set(named)];
}

/**
 * A FROM clause with the span events that selectors name: columns as in `event_uses`, but for `name` in place of its id, `span_seq`,
 * and the lifted columns, which are those of the span. What is sought in the bytes of a span's events comes from the join, so
 * that the join goes first: days without such a name are read by nobody, and where only log records have it, no day is.
 */
export function spanEventsSql(writer: Writer, events: EligibleEvents, isSampled = false): string {
  const names = spanEventNames(events);
  const { from, to } = events;
  const time = (ns: bigint): string => `fa_time(${writer.param('ns', ns)})`;
  const [since, until] = [time(from - REACH_NS), time(to)];
  const asked = writer.param('texts', names);
  const bytes = writer.param('texts', names.map(bytesOf));
  return `(
  SELECT e.seq + (e.place::UBIGINT << ${String(SEQ_BITS)}) AS seq, e.seq AS span_seq, e.event.name AS name,
    make_timestamp_ns(CASE WHEN ${OWN_NS} - epoch_ns(e.start_time) BETWEEN 0 AND ${String(REACH_NS)} THEN ${OWN_NS} ELSE epoch_ns(e.start_time) END) AS time,
    coalesce(e.event.attributes, '{}') AS attributes,
    span.trace_id, span.resource_id, span.feature_id, span.component_id, span.error_type_id, span.session_id, span.user_id, span.marks
  FROM (
    SELECT seq, start_time, unnest(events) AS event, generate_subscripts(events, 1) AS place
    FROM (
      SELECT x.seq, x.start_time, try(from_json(x.events, '${EVENTS_TYPE}')) AS events
      FROM span_extras x
      JOIN (
        SELECT day, list(sought) AS sought FROM span_event_day known
        JOIN (SELECT unnest(${asked}) AS name, unnest(${bytes}) AS sought) asked ON known.name = asked.name OR known.name IS NULL
        WHERE day >= fa_day(${since}) AND day <= fa_day(${until})
        GROUP BY day
      ) named ON named.day = fa_day(x.start_time)
      WHERE x.start_time >= ${since} AND x.start_time < ${until} AND x.events <> ''
        AND len(list_filter(named.sought, lambda part: contains(x.events, part))) > 0
    )
  ) e
  JOIN spans span ON span.seq = e.seq
  WHERE list_contains(${asked}, e.event.name) AND span.start_time >= ${since} AND span.start_time < ${until}${isSampled ? ` AND span.marks >= ${String(2 ** SAMPLED_PLACE)}` : ''}
)`;
}

const EVENTS_TYPE = '[{"time":"VARCHAR","name":"VARCHAR","attributes":"JSON"}]';
const OWN_NS = 'TRY_CAST(e.event.time AS BIGINT)';

/** What JSON contains wherever it says this text; empty where it may be written in several ways. */
const bytesOf = (text: string): string => (JSON.stringify(text) === `"${text}"` ? text : '');
