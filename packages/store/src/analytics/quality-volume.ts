/** Volume as SQL: runs and events by name and week. */
import { compileEnding, writeFactsOf, type Compiled } from './answer.ts';
import type { VolumeQuestion, VolumeRow } from './quality-question.ts';
import { checkWeeks, labelSql } from './quality-weeks.ts';
import { Writer } from './writer.ts';

/** The statement of volumes. Throws `STORE_QUESTION_INVALID`. */
export function compileVolume(question: VolumeQuestion): Compiled<VolumeRow> {
  checkWeeks(question, question.slots);
  const writer = new Writer();
  const { from, to, slots, output } = question;
  const range = (time: string): string =>
    `s.${time} >= fa_time(${writer.param('ns', from)}) AND s.${time} < fa_time(${writer.param('ns', to)})`;
  writer.table(
    'placed',
    `SELECT 'run' AS source, s.feature_id AS name_id, epoch_ns(s.start_time) AS t, s.seq, s.trace_id
FROM spans s WHERE ${range('start_time')} AND s.feature_id <> 0
UNION ALL
SELECT 'event' AS source, s.event_name_id AS name_id, epoch_ns(s.time) AS t, s.seq, s.trace_id
FROM event_uses s WHERE ${range('time')}`,
  );
  writer.table(
    'summed',
    `SELECT source, name_id, ${labelSql(writer, slots, 't')} // ${writer.param('int', slots.quarters)} AS week, count(*) AS records,
  min(t) AS first_time, max(t) AS last_time, arg_max(trace_id, t) AS trace_id, max(seq) AS last_seq
FROM placed GROUP BY source, name_id, week`,
  );
  writer.table(
    'counted',
    `SELECT records AS rows_all, 0 AS rows_nobody, 0 AS rows_untimed, 0 AS rows_filtered, last_seq FROM summed`,
  );
  writeFactsOf(writer, 'counted');
  writer.table(
    'names',
    `SELECT source, name.text AS name,
  coalesce(list({week: week, records: records} ORDER BY week) FILTER (WHERE week >= 0), []) AS weeks,
  min(first_time) AS first_time, max(last_time) AS last_time,
  nullif(fa_trace_id(arg_max(trace_id, last_time)), '00000000000000000000000000000000') AS trace_id
FROM summed JOIN vocabulary name ON name.id = summed.name_id GROUP BY source, name.text`,
  );
  return compileEnding<VolumeRow>(writer, {
    name: 'ask/volume',
    events: { from },
    output,
    source: 'names',
    order: 'source, name',
    columns: {
      source: { sql: 'source', kind: 'text' },
      name: { sql: 'name', kind: 'text' },
      weeks: { sql: 'to_json(weeks)::VARCHAR', kind: 'json' },
      firstTime: { sql: 'first_time', kind: 'ns' },
      lastTime: { sql: 'last_time', kind: 'ns' },
      lastTraceId: { sql: 'trace_id', kind: 'text' },
    },
    toRow: ({ source, name, weeks, firstTime, lastTime, lastTraceId }) =>
      ({ source, name, weeks, firstTime, lastTime, lastTraceId }) as VolumeRow,
  });
}
